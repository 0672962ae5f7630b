"""Each union knows exactly the tags of the contract, wherever it appears."""

import functools
from collections import defaultdict
from typing import Any

import pytest

from dixa_async.serialization.unions import tag_of

from ..helpers import description
from ..helpers.type_forms import is_model, members_of
from . import operation_comparison

description.require()

UNTAGGED = {"MimeType", "GetMetricDataInput", "GetMetricRecordsDataInput"}
"""Described as unions, but nothing on the wire distinguishes the members by a `_type`."""


@functools.cache
def _unions() -> dict[str, set[Any]]:
    """The types for each union of the contract."""
    found: dict[str, set[Any]] = defaultdict(set)
    for id_ in operation_comparison.common_ids():
        for name, form in [*operation_comparison.response(id_).unions, *operation_comparison.request(id_).unions]:
            found[name].add(form)
    return found


@pytest.mark.parametrize("name", sorted(_unions()))
def test_a_union_knows_the_tags_of_the_contract(name: str) -> None:
    for form in _unions()[name]:
        tags = sorted(str(tag_of(member)) for member in members_of(form) if is_model(member))
        assert tags == description.unions()[name]


def test_all_unions_of_the_contract_are_used() -> None:
    assert _unions().keys() == description.unions().keys() - UNTAGGED
