"""A value that a union cannot read loses nothing but itself, wherever it appears."""

from collections.abc import Iterator
from types import NoneType
from typing import Any, get_args

import pytest

from dixa_async.serialization import Serializer

from ..helpers import api_surface, description
from . import operation_comparison
from .examples import differences, unknowns
from .tagged_sites import Site, broken, sites_of

description.require()


def _sites() -> dict[Any, Site]:
    """For each union in responses, one place where it appears in a response of several items."""
    found: dict[Any, Site] = {}
    for id_ in operation_comparison.common_ids():
        response = operation_comparison.response_of(api_surface.operations()[id_])
        if response is not None:
            for site in sites_of(operation_comparison.listed(response[0])):
                found.setdefault(site.union, site)
    return found


def _cases() -> Iterator[Any]:
    for union, site in _sites().items():
        values = {
            "unknown tag": {"_type": "Hologram", "depth": 3},
            "known tag, nothing else": broken(union),
            "bare text": "hologram",
        }
        for what, value in values.items():
            if value is not None:
                yield pytest.param(site, value, id=f"{what} at {site}")
        yield pytest.param(site, None, id=f"null at {site}")


@pytest.mark.parametrize(("site", "value"), list(_cases()))
def test_an_unreadable_value_loses_nothing_else(site: Site, value: Any) -> None:
    response = site.around(value)

    read = Serializer.shared().structure(response, site.response)

    if value is None and NoneType in get_args(site.union):
        assert site.into(read) is None
    elif isinstance(value, str) and str in get_args(site.union):
        assert site.into(read) == value
    else:
        assert unknowns(read) == [site.into(read)]
        assert site.into(read).raw == value
    assert list(differences(response, Serializer.shared().unstructure(read))) == []
