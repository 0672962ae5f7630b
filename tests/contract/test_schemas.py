"""The types of requests and responses match the contract, down to the last field and enum value."""

from typing import Final

import pytest

from ..helpers import description
from . import operation_comparison
from .deviations import DEVIATIONS, field_of

description.require()

_ELSEWHERE: Final = {
    *("BadRequest", "Conflict", "NotFound", "ServerError", "Unauthorized"),  # examples of errors are raised
    "PaginationLinks",  # only the key of the next page is read from it
    "UploadAttachmentsInput",  # a form with files, which is not JSON
}
"""Schemas without a type in the package."""


@pytest.mark.parametrize("operation_id", operation_comparison.common_ids())
def test_responses_are_as_described(operation_id: str) -> None:
    assert operation_comparison.response(operation_id).differences == []


@pytest.mark.parametrize("operation_id", operation_comparison.common_ids())
def test_requests_are_as_described(operation_id: str) -> None:
    assert operation_comparison.request(operation_id).differences == []


def test_deprecated_fields_may_be_absent() -> None:
    described = description.description()["components"]["schemas"]
    deprecated = {
        (name, field)
        for name, schema in described.items()
        for field, form in schema.get("properties", {}).items()
        if form.get("deprecated") or described.get(form.get("$ref", "").rpartition("/")[2], {}).get("deprecated")
    }
    assert deprecated
    assert not {(name, field) for name, field in deprecated if field_of(name, field)["required"]}


def test_every_schema_is_compared() -> None:
    met = {
        name
        for id_ in operation_comparison.common_ids()
        for comparison in (operation_comparison.response(id_), operation_comparison.request(id_))
        for name in comparison.schemas
    }
    enum_values = {
        name
        for schema in description.schemas().values()
        if schema["kind"] == "tag_string"
        for name in schema["members"].values()
    }
    merged = {name for deviation in DEVIATIONS.values() for name in deviation.schema.get("schemas", ())}
    assert description.schemas().keys() - met - enum_values - merged == _ELSEWHERE


@pytest.mark.parametrize("place", DEVIATIONS)
def test_a_deviation_changes_what_is_described(place: str) -> None:
    name, _, field = place.partition(".")
    described = description.schemas()[name]
    if field:
        assert field_of(name, field) != described["fields"][field]
    else:
        assert DEVIATIONS[place].applied_to(described) != described
