"""Each operation of the contract is one method, which sends what the contract says."""

import contextlib
import re
import warnings
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from dixa_async import (
    AuthenticationError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    Request,
    Response,
    Send,
    StatusError,
    UnprocessableEntityError,
)

from ..helpers import api_surface, description
from . import sent_requests
from .deviations import MORE_STATUSES, settled
from .sent_requests import Recordings

description.require()

_BOTS = Path(__file__).parents[2] / "docs" / "bots.md"

_ERRORS: Final[Mapping[int, type[StatusError]]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
}
"""The errors that a method names if its operation is said to respond so. All others can come from any call."""


def test_every_operation_has_a_method(recorded: Recordings) -> None:
    assert _reached(recorded).keys() == description.operations().keys()


def test_no_operation_has_two_methods(recorded: Recordings) -> None:
    reached = Counter(record.operation.id for record in recorded.values())
    assert [id_ for id_, times in reached.items() if times > 1] == []


def test_every_operation_of_the_package_is_reached_by_its_method(recorded: Recordings) -> None:
    assert _reached(recorded).keys() == api_surface.operations().keys()


def test_the_page_about_bots_lists_the_chatbot_operations_of_the_description(recorded: Recordings) -> None:
    listed = re.findall(r"^\| `([a-z_.]+)` \|", _BOTS.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(
        str(method) for method, record in recorded.items() if "Chatbots" in _described(record).tags
    )


@pytest.mark.parametrize("method", api_surface.methods(), ids=str)
class TestMethod:
    def test_reaches_an_operation_of_the_contract(self, method: api_surface.Method, recorded: Recordings) -> None:
        assert _described(recorded[method]).id == recorded[method].operation.id

    def test_sends_the_method_and_the_path_of_the_contract(
        self, method: api_surface.Method, recorded: Recordings
    ) -> None:
        described = _described(recorded[method])
        template = re.sub(r"\{[^}]+\}", "[^/]+", described.path)
        for sent in recorded[method].sent:
            assert (sent.operation.method, sent.operation.path) == (described.method, described.path)
            assert re.fullmatch(template, sent.path)

    def test_can_send_the_query_of_the_contract_and_no_other(
        self, method: api_surface.Method, recorded: Recordings
    ) -> None:
        described, sent = _described(recorded[method]), recorded[method].sent
        assert {name for one in sent for name in one.query} == described.query_params.keys()
        always = set.intersection(*(set(one.query) for one in sent))
        assert always == {name for name, schema in described.query_params.items() if schema["required"]}

    def test_sends_a_body_of_the_form_of_the_contract(self, method: api_surface.Method, recorded: Recordings) -> None:
        request = _described(recorded[method]).request
        for sent in recorded[method].sent:
            assert (sent.body is None) == (request is None)
            if request is not None:
                assert sent.content_type == request["content_type"]
            if request is not None and sent.content_type == "application/json":
                _check_form(sent.body, request["body"])

    def test_sends_the_same_to_the_other_version(
        self, method: api_surface.Method, recorded: Recordings, recorded_with_v1: Recordings
    ) -> None:
        assert {sent.version for sent in recorded[method].sent} == {"beta"}
        assert recorded_with_v1[method].sent == [attrs.evolve(sent, version="v1") for sent in recorded[method].sent]

    def test_says_what_it_sends(self, method: api_surface.Method, recorded: Recordings) -> None:
        described = _described(recorded[method])
        assert method.request == f"{described.method} {described.path}"

    def test_names_the_errors_of_the_contract(self, method: api_surface.Method, recorded: Recordings) -> None:
        declared = description.statuses()[recorded[method].operation.id] & _ERRORS.keys()
        expected = declared | MORE_STATUSES.get(str(method), set())
        named = [name for name in method.raises if name not in ("InvalidRequestError", "TransportError")]
        assert named == [_ERRORS[status].__name__ for status in sorted(expected)]

    async def test_warns_only_if_it_is_deprecated_and_names_what_to_use(
        self, method: api_surface.Method, recorded: Recordings
    ) -> None:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            await _call(method, recorded[method])
        assert [warning.category for warning in warned] == [DeprecationWarning] * _described(
            recorded[method]
        ).deprecated
        for warning in warned:
            named = re.findall(r"[a-z_]+\.[a-z_]+", str(warning.message))
            assert named
            assert set(named) <= {str(other) for other in recorded if not _described(recorded[other]).deprecated}


async def _call(method: api_surface.Method, record: sent_requests.Recorded) -> None:
    """Call a method as a user does."""

    async def response(request: Request, _: Send) -> Response:
        return Response(status=500, headers={}, body=b"")

    async with sent_requests.client(response) as dixa:
        with contextlib.suppress(StatusError):
            await method.of(dixa)(**record.arguments)


def _reached(recorded: Recordings) -> dict[str, sent_requests.Recorded]:
    return {record.operation.id: record for record in recorded.values()}


def _described(record: sent_requests.Recorded) -> description.DescribedOperation:
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
