"""The check of responses accepts what the description shows, and nothing beside it."""

import pytest

from ..helpers import description
from .conformance import misfits

description.require()

_AGENT = {"kind": "object", "schema": "Agent"}


def test_it_accepts_the_examples_of_the_description() -> None:
    found = [
        f"{id_} {misfit}"
        for id_, operation in description.operations().items()
        for example in description.examples()[id_]
        if example.status is not None and not example.is_error and operation.whole_response is not None
        for misfit in misfits(example.value, operation.whole_response)
    ]
    # A number there, a string in the schema: the package reads both.
    assert [text for text in found if not text.endswith("attributes.to: not a string, but 987654321")] == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"id": 7}, "$.id: "),
        ({"id": "x"}, "$.id: "),
        ({"id": None}, "$.id: "),
        ({"createdAt": "yesterday"}, "$.createdAt: "),
        ({"roles": "Admin"}, "$.roles: "),
        ({"new": 1}, "$.new: "),
    ],
    ids=str,
)
def test_it_finds_what_does_not_fit(change: dict[str, object], place: str) -> None:
    (example,) = (each.value["data"] for each in description.examples()["getAgentsAgentid"] if each.status == 200)
    assert list(misfits(example, _AGENT)) == []
    (misfit,) = misfits({**example, **change}, _AGENT)
    assert misfit.startswith(place)


def test_it_finds_an_absent_field() -> None:
    assert "$.id: required, but absent" in list(misfits({}, _AGENT))


def test_a_union_needs_a_tag_that_is_listed() -> None:
    content = {"kind": "union", "schema": "Content"}
    assert list(misfits({"_type": "Text", "value": "hi"}, content)) == []
    assert list(misfits({"value": "hi"}, content))
    assert list(misfits({"_type": "Hologram", "value": "hi"}, content))
