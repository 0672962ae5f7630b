"""The client against a server that fails, is slow, or drops connections."""

import asyncio
import contextlib
from typing import Any

import pytest

from dixa_async import (
    BadRequestError,
    CallTimeoutError,
    ConnectionLostError,
    DixaClient,
    RedirectError,
    Request,
    Response,
    ResponseDecodeError,
    RetryPolicy,
    Send,
    ServerError,
    StatusError,
    Timeout,
    TransportError,
)
from dixa_async.models import InboundMessage, NewChatConversation, NewEndUser, TextContent
from dixa_async.testing import FakeDixa
from dixa_async.testing.http.faults import Drop

from ..helpers.clients import NO_RETRY, connect, eventually, statuses

THREE_ATTEMPTS = RetryPolicy(max_attempts=3, base_delay=0.01)


def a_chat(server: FakeDixa) -> NewChatConversation:
    return NewChatConversation(
        requester_id=server.end_users[0].id, widget_id="widget-1", message=InboundMessage(content=TextContent("Hello"))
    )


async def test_a_get_that_fails_twice_is_retried_until_it_succeeds(dixa: DixaClient, server: FakeDixa) -> None:
    server.inject_fault(status=500, times=2)
    assert await dixa.organization.get() == server.state.organization
    assert statuses(server) == [500, 500, 200]


async def test_a_post_that_fails_is_sent_once(dixa: DixaClient, server: FakeDixa) -> None:
    server.inject_fault(status=500, times=2)
    with pytest.raises(ServerError, match="Internal Server Error") as caught:
        await dixa.conversations.create(a_chat(server))
    assert statuses(server) == [500]
    assert len(caught.value.call.attempts) == 1
    assert server.state.conversations == {}


async def test_a_post_that_was_rejected_with_retry_after_is_retried(dixa: DixaClient, server: FakeDixa) -> None:
    server.inject_fault(status=503, headers={"Retry-After": "0"})
    await dixa.conversations.create(a_chat(server))
    assert statuses(server) == [503, 201]
    assert len(server.state.conversations) == 1


async def test_a_post_whose_response_is_lost_is_applied_once_and_maybe_applied(
    dixa: DixaClient, server: FakeDixa
) -> None:
    await dixa.organization.get()  # reuses the connection: aiohttp retries requests on such a connection
    server.inject_fault(drop="after")
    with pytest.raises(ConnectionLostError) as caught:
        await dixa.conversations.create(a_chat(server))
    assert caught.value.maybe_applied
    assert len(server.state.conversations) == 1
    assert statuses(server) == [200, None]


async def test_a_post_dropped_before_it_is_applied_looks_the_same(dixa: DixaClient, server: FakeDixa) -> None:
    server.inject_fault(drop="before")
    with pytest.raises(ConnectionLostError) as caught:
        await dixa.conversations.create(a_chat(server))
    assert caught.value.maybe_applied
    assert server.state.conversations == {}


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_get_is_retried_after_a_lost_connection(dixa: DixaClient, server: FakeDixa, when: Drop) -> None:
    server.inject_fault(drop=when, times=2)
    assert await dixa.organization.get() == server.state.organization
    assert statuses(server) == [None, None, 200]


async def test_a_close_that_was_applied_twice_says_that_it_is_closed(dixa: DixaClient, server: FakeDixa) -> None:
    # A PUT is retried, and Dixa does not close a closed conversation: the error says that it is closed.
    created = await dixa.conversations.create(a_chat(server))
    server.inject_fault(drop="after", path="/conversations/{conversationId}/close")
    with pytest.raises(BadRequestError, match="already Closed"):
        await dixa.conversations.close(created.id)
    assert server.state.conversations[created.id].state == "Closed"


async def test_a_call_that_was_applied_in_its_first_attempt_is_maybe_applied(
    dixa: DixaClient, server: FakeDixa
) -> None:
    created = await dixa.conversations.create(a_chat(server))
    server.inject_fault(drop="after")
    server.inject_fault(delay=60)
    call = asyncio.create_task(dixa.with_options(retry=THREE_ATTEMPTS).conversations.close(created.id))
    await eventually(lambda: server.request_count == 3)
    await server.aclose()
    with pytest.raises(TransportError) as caught:
        await call
    assert server.state.conversations[created.id].state == "Closed"
    assert [attempt.error for attempt in caught.value.call.attempts][-1] == "ClientConnectorError"
    assert caught.value.maybe_applied


async def test_a_post_that_a_middleware_sends_twice_is_not_sent_a_third_time(server: FakeDixa) -> None:
    results: list[Response | BaseException] = []

    async def twice(request: Request, send: Send) -> Response:
        results.extend(await asyncio.gather(send(request), send(request), return_exceptions=True))
        return next(result for result in results if isinstance(result, Response))

    server.inject_fault(drop="after", delay=0.1)
    async with connect(server) as dixa:
        await dixa.with_options(middleware=[twice]).conversations.create(a_chat(server))
    (lost,) = (result for result in results if isinstance(result, TransportError))
    assert lost.maybe_applied
    assert server.request_count == 2


async def test_an_attempt_that_takes_too_long_is_ended(dixa: DixaClient, server: FakeDixa) -> None:
    server.inject_fault(delay=60)
    with pytest.raises(CallTimeoutError) as caught:
        await dixa.with_options(timeout=0.05, retry=NO_RETRY).conversations.create(a_chat(server))
    assert caught.value.maybe_applied
    assert server.state.conversations == {}


async def test_an_attempt_that_takes_too_long_is_followed_by_another(dixa: DixaClient, server: FakeDixa) -> None:
    server.inject_fault(delay=60)
    assert await dixa.with_options(timeout=0.3).organization.get() == server.state.organization
    assert statuses(server) == [None, 200]


async def test_a_call_that_exceeds_its_total_timeout_is_ended(dixa: DixaClient, server: FakeDixa) -> None:
    server.inject_fault(delay=60)
    impatient = dixa.with_options(timeout=Timeout(total=0.05))
    with pytest.raises(CallTimeoutError, match="in all") as caught:
        await impatient.conversations.create(a_chat(server))
    assert caught.value.maybe_applied


async def test_a_delayed_request_is_applied(dixa: DixaClient, server: FakeDixa) -> None:
    server.inject_fault(delay=0.02)
    await dixa.conversations.create(a_chat(server))
    assert len(server.state.conversations) == 1


async def test_a_request_is_applied_although_the_caller_has_disconnected(dixa: DixaClient, server: FakeDixa) -> None:
    server.inject_fault(delay=0.4)
    with pytest.raises(CallTimeoutError):
        await dixa.with_options(timeout=0.2).conversations.create(a_chat(server))
    await eventually(lambda: len(server.state.conversations) == 1)


@pytest.mark.parametrize("body", [b"<html>Welcome to the hotel</html>", b"", b'{"data": {"id"', b"null", b"[]"])
async def test_a_response_that_cannot_be_read_is_kept_on_the_error(
    dixa: DixaClient, server: FakeDixa, body: bytes
) -> None:
    server.inject_fault(body=body, headers={"Content-Type": "text/html"})
    with pytest.raises(ResponseDecodeError) as caught:
        await dixa.organization.get()
    assert caught.value.body == body
    assert caught.value.headers["content-type"] == "text/html"


async def test_a_gateway_can_time_out_while_the_request_is_applied(dixa: DixaClient, server: FakeDixa) -> None:
    server.inject_fault(status=504, method="POST", apply=True)
    with pytest.raises(ServerError) as caught:
        await dixa.end_users.create(NewEndUser(display_name="Ada", email="ada.new@example.com"))
    assert caught.value.maybe_applied
    assert server.end_users[-1].email == "ada.new@example.com"
    assert statuses(server) == [504]


async def test_a_redirect_is_not_followed(dixa: DixaClient, server: FakeDixa) -> None:
    server.inject_fault(status=302, headers={"Location": f"{server.url}/beta/organization"})
    with pytest.raises(RedirectError):
        await dixa.organization.get()
    assert statuses(server) == [302]


@pytest.mark.parametrize(
    ("status", "expected_error"), [(403, "Forbidden"), (422, "Unprocessable"), (418, "Teapot"), (499, "Unknown")]
)
async def test_any_status_can_be_injected(dixa: DixaClient, server: FakeDixa, status: int, expected_error: str) -> None:
    server.inject_fault(status=status)
    with pytest.raises(StatusError, match=expected_error) as caught:
        await dixa.organization.get()
    assert caught.value.status == status


async def test_the_first_rule_that_matches_is_used_up(dixa: DixaClient, server: FakeDixa) -> None:
    server.inject_fault(status=403, method="post")
    server.inject_fault(status=409, path="/agents", times=2)
    server.inject_fault(status=410, path="/agents")
    server.inject_fault(status=418, path="/nowhere")
    for method, path in (
        ("GET", "/endusers"),
        ("POST", "/conversations"),
        ("GET", "/agents"),
        ("GET", "/agents"),
        ("GET", "/agents"),
        ("GET", "/agents"),
        ("GET", "/nowhere"),
        ("GET", "/nowhere"),
    ):
        with contextlib.suppress(StatusError):
            await dixa.request(method, path)
    assert statuses(server) == [200, 403, 409, 409, 410, 200, 418, 404]


async def test_a_rule_for_a_template_matches_every_path_of_it(dixa: DixaClient, server: FakeDixa) -> None:
    server.inject_fault(status=403, path="/conversations/{conversationId}", times=2)
    server.inject_fault(status=409, path="/conversations/9/messages")
    for call in (dixa.conversations.get(7), dixa.conversations.get(8), dixa.conversations.get(9)):
        with contextlib.suppress(StatusError):
            await call
    for conversation_id in (8, 9):
        with contextlib.suppress(StatusError):
            await dixa.messages.list(conversation_id)
    assert statuses(server) == [403, 403, 404, 404, 409]


@pytest.mark.parametrize(
    ("rule", "expected_error"),
    [
        ({}, "the fault does nothing"),
        ({"status": 500, "times": 0}, "1 or more"),
        ({"status": 500, "drop": "after"}, "no response"),
        ({"drop": "before", "headers": {"a": "b"}}, "need a status"),
        ({"drop": "before", "apply": True}, "need a status"),
    ],
)
def test_a_rule_that_contradicts_itself_is_rejected(rule: dict[str, Any], expected_error: str) -> None:
    with pytest.raises(ValueError, match=expected_error):
        FakeDixa().inject_fault(**rule)


async def test_cleared_faults_are_not_used(dixa: DixaClient, server: FakeDixa) -> None:
    server.inject_fault(status=500, times=100)
    server.clear_faults()
    await dixa.organization.get()
    assert statuses(server) == [200]
