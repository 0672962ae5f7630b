"""Each operation of the contract is one method, which sends what the contract says."""

import re
from collections import Counter
from typing import Any

import pytest

from . import description, surface
from .deviations import settled
from .surface import Recordings

description.require()

COVERED_FROM_START = (
    "postConversations",
    "getConversationsConversationid",
    "putConversationsConversationidClose",
    "putConversationsConversationidReopen",
    "getConversationsConversationidMessages",
    "postConversationsConversationidMessages",
    "getOrganization",
    "getAgents",
    "getEndusers",
)


@pytest.mark.xfail(strict=True, reason="the conversation core comes first")
def test_every_operation_has_a_method(recorded: Recordings) -> None:
    assert _reached(recorded).keys() == description.operations().keys()


@pytest.mark.parametrize("operation_id", COVERED_FROM_START)
def test_the_conversation_core_has_its_methods(operation_id: str, recorded: Recordings) -> None:
    assert operation_id in _reached(recorded)


def test_no_operation_has_two_methods(recorded: Recordings) -> None:
    reached = Counter(record.operation.id for record in recorded.values())
    assert [id_ for id_, times in reached.items() if times > 1] == []


def test_every_operation_of_the_package_is_reached_by_its_method(recorded: Recordings) -> None:
    assert _reached(recorded).keys() == surface.operations().keys()


@pytest.mark.parametrize("method", surface.methods(), ids=str)
class TestMethod:
    def test_reaches_an_operation_of_the_contract(self, method: surface.Method, recorded: Recordings) -> None:
        assert _described(recorded[method]).id == recorded[method].operation.id

    def test_sends_the_method_and_the_path_of_the_contract(self, method: surface.Method, recorded: Recordings) -> None:
        described = _described(recorded[method])
        template = re.sub(r"\{[^}]+\}", "[^/]+", described.path)
        for sent in recorded[method].sent:
            assert (sent.operation.method, sent.operation.path) == (described.method, described.path)
            assert re.fullmatch(template, sent.path)

    def test_can_send_the_query_of_the_contract_and_no_other(
        self, method: surface.Method, recorded: Recordings
    ) -> None:
        described, sent = _described(recorded[method]), recorded[method].sent
        assert {name for one in sent for name in one.query} == described.query_params.keys()
        always = set.intersection(*(set(one.query) for one in sent))
        assert always == {name for name, schema in described.query_params.items() if schema["required"]}

    def test_sends_a_body_of_the_form_of_the_contract(self, method: surface.Method, recorded: Recordings) -> None:
        request = _described(recorded[method]).request
        for sent in recorded[method].sent:
            assert (sent.body is None) == (request is None)
            if request is not None:
                assert (sent.content_type or "").partition(";")[0] == request["content_type"]
            if request is not None and sent.content_type == "application/json":
                _check_form(sent.body, request["body"])


def _reached(recorded: Recordings) -> dict[str, surface.Recorded]:
    return {record.operation.id: record for record in recorded.values()}


def _described(record: surface.Recorded) -> description.DescribedOperation:
    return description.operations()[record.operation.id]


def _check_form(body: Any, schema: description.Schema) -> None:
    """Check the outermost level of a body; the types of the others are compared elsewhere."""
    schema = settled(schema)
    match schema["kind"]:
        case "union":
            assert body["_type"] in schema["members"]
            _check_form({**body}, {"kind": "object", "schema": schema["members"][body["_type"]]})
        case "object":
            required = {name for name, field in schema["fields"].items() if field["required"]}
            assert required <= body.keys() <= schema["fields"].keys() | {"_type"}
        case "array":
            assert isinstance(body, list)
        case "map":
            assert isinstance(body, dict)
