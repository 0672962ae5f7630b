"""A response becomes a model, None, or the error for its status."""

import json
from typing import Any

import pytest
from aioresponses import aioresponses

from dixa_async import DixaClient, errors
from dixa_async.errors import ResponseDecodeError, ResponseError, StatusError
from dixa_async.models import (
    Conversation,
    CreatedConversation,
    Direction,
    EmailConversation,
    EndUser,
    NewEmailConversation,
    OutboundMessage,
    TextContent,
)

BETA = "https://dev.dixa.io/beta"
ORGANIZATION = f"{BETA}/organization"


async def _organization_error(mock_http: aioresponses, **response: Any) -> ResponseError:
    mock_http.get(ORGANIZATION, **response)
    async with DixaClient("s3cret") as dixa:
        with pytest.raises(ResponseError) as caught:
            await dixa.organization.get()
    return caught.value


@pytest.mark.parametrize("body", [b"", b"anything", b'{"data": 1}'])
async def test_where_nothing_is_expected_the_body_does_not_matter(mock_http: aioresponses, body: bytes) -> None:
    mock_http.put(f"{BETA}/conversations/7/close", status=204 if not body else 200, body=body)
    mock_http.put(f"{BETA}/conversations/7/reopen", status=202, body=body)
    async with DixaClient("s3cret") as dixa:
        await dixa.conversations.close(7)
        await dixa.conversations.reopen("7", user_id="u-1")
    (close, reopen) = (call.kwargs["data"] for calls in mock_http.requests.values() for call in calls)
    assert (close, reopen) == (b"{}", b'{"userId":"u-1"}')


async def test_a_created_conversation_is_returned_with_its_id(mock_http: aioresponses) -> None:
    mock_http.post(f"{BETA}/conversations", status=201, payload={"data": {"id": 2**40}})
    conversation = NewEmailConversation(
        requester_id="u-1",
        email_integration_id="help@example.com",
        subject="Bread",
        message=OutboundMessage(agent_id="a-1", content=TextContent("Hello")),
    )
    async with DixaClient("s3cret") as dixa:
        assert await dixa.conversations.create(conversation) == CreatedConversation(id=2**40)
    ((call,),) = mock_http.requests.values()
    assert json.loads(call.kwargs["data"]) == {
        "_type": "Email",
        "requesterId": "u-1",
        "emailIntegrationId": "help@example.com",
        "subject": "Bread",
        "message": {"_type": "Outbound", "agentId": "a-1", "content": {"_type": "Text", "value": "Hello"}},
    }


async def test_operations_read_their_response_types(mock_http: aioresponses) -> None:
    created = {"id": 7, "requesterId": "u-1", "channel": "Email", "createdAt": "2024-02-29T12:00:00Z[GMT]"}
    email = {"fromEmail": "a@example.com", "toEmail": "b@example.com", "integrationEmail": "b@example.com"}
    mock_http.get(f"{BETA}/conversations/7", payload={"data": {"_type": "EmailConversation", **created, **email}})
    mock_http.post(f"{BETA}/conversations/7/messages", payload={"data": {"direction": "Outbound", "authorId": "a-1"}})
    mock_http.get(
        f"{BETA}/endusers?externalId=x", payload={"data": [{"id": "u-1", "createdAt": "2024-02-29T12:00:00"}]}
    )
    async with DixaClient("s3cret") as dixa:
        conversation: Conversation = await dixa.conversations.get(7)
        added = await dixa.messages.add(7, OutboundMessage(agent_id="a-1", content=TextContent("Hello")))
        (user,) = await dixa.end_users.list(external_id="x")
    assert isinstance(conversation, EmailConversation)
    assert conversation.from_email == "a@example.com"
    assert added.direction is Direction.OUTBOUND
    assert isinstance(user, EndUser)


@pytest.mark.parametrize(
    ("response", "message"),
    [
        ({"payload": {}}, "$.data: required, but absent"),
        ({"payload": []}, "$: expected an object"),
        ({"payload": {"data": None}}, "$.data: expected an object, got null"),
        ({"payload": {"data": {"id": "1", "name": 7}}}, "$.data.name: expected str, got int"),
        ({"body": b""}, "$: the body is empty"),
        ({"status": 204, "body": b""}, "$: the body is empty"),
        ({"body": b"<html>", "content_type": "text/html"}, "$: not JSON (line 1, column 1)"),
    ],
    ids=str,
)
async def test_a_success_that_cannot_be_read_reports_the_place(
    mock_http: aioresponses, response: dict[str, Any], message: str
) -> None:
    error = await _organization_error(mock_http, headers={"X-Request-Id": "r-9"}, **response)
    assert isinstance(error, ResponseDecodeError)
    assert f"{error.path}: {error.reason}" == message
    assert error.status == response.get("status", 200)
    assert error.request_id == "r-9"
    assert len(error.call.attempts) == 1


async def test_a_list_that_cannot_be_read_reports_which_item(mock_http: aioresponses) -> None:
    user = {"id": "u-1", "createdAt": "2024-02-29T12:00:00Z"}
    mock_http.get(f"{BETA}/endusers", payload={"data": [user, user, {**user, "createdAt": "soon"}]})
    async with DixaClient("s3cret") as dixa:
        with pytest.raises(ResponseDecodeError, match=r"\$\.data\[2\]\.createdAt: expected a time") as caught:
            await dixa.end_users.list()
    assert b"soon" in caught.value.body


@pytest.mark.parametrize(
    ("status", "error_class"),
    [
        (301, errors.RedirectError),
        (400, errors.BadRequestError),
        (401, errors.AuthenticationError),
        (403, errors.PermissionDeniedError),
        (404, errors.NotFoundError),
        (409, errors.ConflictError),
        (418, errors.StatusError),
        (422, errors.UnprocessableEntityError),
        (429, errors.TooManyRequestsError),
        (500, errors.ServerError),
        (503, errors.ServerError),
    ],
)
async def test_a_status_becomes_its_error(mock_http: aioresponses, status: int, error_class: type[StatusError]) -> None:
    error = await _organization_error(mock_http, status=status, payload={"message": "said"}, repeat=True)
    assert type(error) is error_class
    assert (error.status, error.message, error.body) == (status, "said", b'{"message": "said"}')
    assert str(error).endswith(f": {status} said")


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'"message"', b"7", b"null", b"{}", b'{"message": null}', b'{"message": ""}']
)
async def test_without_a_message_an_error_has_the_name_of_its_status(mock_http: aioresponses, body: bytes) -> None:
    assert (await _organization_error(mock_http, status=404, body=body)).message == "Not Found"


async def test_a_status_without_a_name_is_an_error_too(mock_http: aioresponses) -> None:
    assert (await _organization_error(mock_http, status=499)).message == "unknown status"


async def test_an_error_does_not_show_the_token_should_the_server_send_it_back(mock_http: aioresponses) -> None:
    error = await _organization_error(
        mock_http, status=401, payload={"message": "no s3cret here"}, headers={"X-Echo": "key s3cret"}
    )
    assert error.message == "no *** here"
    assert error.headers["x-echo"] == "key ***"
    assert b"s3cret" not in error.body


async def test_headers_have_names_in_lower_case_and_repeated_ones_are_joined(mock_http: aioresponses) -> None:
    error = await _organization_error(mock_http, status=400, headers={"X-Amzn-RequestId": "r-1"})
    assert error.headers["x-amzn-requestid"] == error.request_id == "r-1"


async def test_a_response_without_an_id_has_none(mock_http: aioresponses) -> None:
    assert (await _organization_error(mock_http, status=400)).request_id is None


async def test_text_of_a_server_cannot_fill_a_log_or_forge_its_lines(mock_http: aioresponses) -> None:
    said = f"no\r\n2026-01-01 CRITICAL all is lost\x1b[2J{'x' * 1_000_000}"
    error = await _organization_error(mock_http, status=400, payload={"message": said})
    assert error.message == said
    assert len(str(error)) < 600
    assert str(error).isprintable()
