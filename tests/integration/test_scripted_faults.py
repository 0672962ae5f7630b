"""Faults by script, on real sockets: as the client sees them, and as the log of requests shows them."""

import asyncio
import contextlib
import io
import math
import re

import aiohttp
import pytest

from dixa_async import (
    CallTimeoutError,
    ConnectionLostError,
    DixaClient,
    ResponseDecodeError,
    ServerError,
    StatusError,
)
from dixa_async.models import Unknown
from dixa_async.testing import FakeDixa, FaultRule
from dixa_async.testing.http.mutations import MUTATIONS, UNKNOWN_ENUM_VALUE, UNKNOWN_TYPE, Mutation

from ..helpers.clients import NO_RETRY, connect, eventually, statuses

NOTES = "POST /conversations/*/notes"


def an_email(server: FakeDixa) -> int:
    return server.add_email(server.end_users[0], "My order", ["Where is it?"]).id


@pytest.mark.parametrize("sent", [0, 20, 10_000])
async def test_a_response_that_is_cut_off_is_lost_after_it_was_applied(
    dixa: DixaClient, server: FakeDixa, sent: int
) -> None:
    conversation_id = an_email(server)
    fault = server.inject_fault(cut_off=sent, operation=NOTES)
    with pytest.raises(ConnectionLostError) as caught:
        await dixa.internal_notes.add(conversation_id, "called back")
    assert caught.value.maybe_applied
    assert (fault.used, server.applied_writes()) == (1, {"POST /conversations/{conversationId}/notes": 1})
    await dixa.organization.get()


async def read_raw(server: FakeDixa) -> tuple[int, bytes]:
    """Request the organization by hand. Returns how many bytes the response promised, and its body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]))
    lines = ["GET /beta/organization HTTP/1.1", "Host: x", f"Authorization: {server.api_key}", "Connection: close"]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    (length,) = re.findall(rb"(?i)content-length: (\d+)", head)
    return int(length), body


@pytest.mark.parametrize(("cut_off", "missing"), [(0, None), (20, None), (10_000, 1)])
async def test_a_cut_off_response_promises_its_whole_body(server: FakeDixa, cut_off: int, missing: int | None) -> None:
    length, whole = await read_raw(server)
    server.inject_fault(cut_off=cut_off)
    promised, received = await read_raw(server)
    assert promised == length == len(whole)
    assert received == whole[: cut_off if missing is None else -missing]


async def test_a_response_without_a_body_is_dropped_instead_of_cut_off(dixa: DixaClient, server: FakeDixa) -> None:
    conversation_id = an_email(server)
    server.inject_fault(cut_off=5)
    with pytest.raises(ConnectionLostError):
        await dixa.with_options(retry=NO_RETRY).conversations.close(conversation_id)
    assert statuses(server) == [None]


async def test_a_slow_response_arrives_whole_or_exceeds_the_timeout(dixa: DixaClient, server: FakeDixa) -> None:
    length, _ = await read_raw(server)
    began = asyncio.get_running_loop().time()
    server.inject_fault(bytes_per_second=length / 0.2)
    assert await dixa.organization.get() == server.state.organization
    assert asyncio.get_running_loop().time() - began >= 0.19
    fault = server.inject_fault(bytes_per_second=length / 2)
    with pytest.raises(CallTimeoutError):
        await dixa.with_options(timeout=0.1, retry=NO_RETRY).organization.get()
    assert fault.used == 1
    await eventually(lambda: server.requests[-1].seconds is not None)  # the server notices that the caller has gone


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_a_changed_response_is_read_or_is_a_typed_error(
    dixa: DixaClient, server: FakeDixa, mutation: Mutation
) -> None:
    conversation_id = an_email(server)
    for seed in range(12):
        with server.fault(FaultRule(mutation=mutation, seed=seed)) as fault:
            try:
                await dixa.conversations.get(conversation_id)
            except ResponseDecodeError:
                assert mutation in {"wrong_type", "missing_field"}
        assert fault.used == 1


async def test_a_change_is_where_the_script_says(dixa: DixaClient, server: FakeDixa) -> None:
    conversation_id = an_email(server)
    server.fault("GET /conversations/*: unknown type at $.data._type, once")
    conversation = await dixa.conversations.get(conversation_id)
    assert isinstance(conversation, Unknown)
    assert conversation.type == UNKNOWN_TYPE
    server.fault("GET /conversations/*: new enum value at $.data.state, once")
    changed = await dixa.conversations.get(conversation_id)
    assert not isinstance(changed, Unknown)
    assert changed.state == UNKNOWN_ENUM_VALUE
    server.fault("GET /organization: missing field at $.data.name, once")
    with pytest.raises(ResponseDecodeError, match=r"\$\.data\.name: required"):
        await dixa.organization.get()
    assert statuses(server) == [200, 200, 200]


async def test_a_response_with_nothing_to_change_does_not_use_the_fault(dixa: DixaClient, server: FakeDixa) -> None:
    conversation_id = an_email(server)
    fault = server.inject_fault(mutation="missing_field")
    await dixa.conversations.close(conversation_id)
    with pytest.raises(StatusError):
        await dixa.conversations.get(7)
    assert (fault.used, fault.is_active) == (0, True)
    assert [request.fault for request in server.requests] == [None, None]
    with pytest.raises(ResponseDecodeError):
        await dixa.request("GET", "/organization", response_type=int)
    assert (fault.used, fault.is_active) == (1, False)


async def test_a_fault_ends_with_its_context(dixa: DixaClient, server: FakeDixa) -> None:
    conversation_id = an_email(server)
    with server.fault(f"{NOTES}: 504 applied") as fault:
        for _ in range(2):
            with pytest.raises(ServerError):
                await dixa.internal_notes.add(conversation_id, "called back")
        assert server.faults == [fault]
    await dixa.internal_notes.add(conversation_id, "and again")
    assert (fault.used, server.faults) == (2, [])
    assert server.applied("POST", "/conversations/{conversationId}/notes") == 3
    assert (str(fault), repr(fault)) == (
        f"{NOTES}: 504 applied",
        f"<InjectedFault '{NOTES}: 504 applied', used 2 times>",
    )
    with pytest.raises(ZeroDivisionError), server.inject_fault(status=500, times=math.inf):
        _ = 1 / 0
    assert server.faults == []


async def test_chance_is_the_same_for_the_same_seed() -> None:
    async def run(seed: int) -> list[int | None]:
        async with FakeDixa(rate=math.inf) as server, connect(server, retry=NO_RETRY) as dixa:
            fault = server.inject_fault(status=500, probability=0.3, seed=seed)
            for _ in range(40):
                with contextlib.suppress(ServerError):
                    await dixa.organization.get()
            assert fault.used == statuses(server).count(500)
            return statuses(server)

    first, again, other = [await run(seed) for seed in (7, 7, 8)]
    assert first == again != other
    assert 4 <= first.count(500) <= 20


async def test_an_operation_is_named_by_its_id_or_by_a_path_with_wildcards(dixa: DixaClient, server: FakeDixa) -> None:
    by_id = server.inject_fault(operation="getConversationsConversationid", status=403)
    by_path = server.inject_fault(operation="* /conversations/*/messages", status=409)
    for _ in range(2):
        for call in (dixa.messages.list(8), dixa.conversations.get(8)):
            with pytest.raises(StatusError):
                await call
    assert statuses(server) == [409, 403, 404, 404]
    assert (by_id.used, by_path.used) == (1, 1)
    with pytest.raises(ValueError, match="either operation, or method and path"):
        server.inject_fault(operation="*", method="GET", status=500)


async def test_the_log_shows_what_was_sent_and_what_became_of_it(server: FakeDixa) -> None:
    async with connect(server, retry=NO_RETRY) as dixa:
        conversation_id = an_email(server)
        await dixa.internal_notes.add(conversation_id, "a secret")
        with server.fault("*: dropped after"), pytest.raises(ConnectionLostError):
            await dixa.internal_notes.add(conversation_id, "another secret")
        with pytest.raises(StatusError):
            await dixa.internal_notes.add(7, "to nobody")
        await dixa.organization.get()
        async for _ in dixa.search.conversations("order"):
            pass
    first, dropped, rejected = server.received(NOTES)
    assert first.json()["message"] == "a secret"
    assert "secret" not in repr(first)
    assert first.operation == ("POST", "/conversations/{conversationId}/notes")
    assert [first.applied, dropped.applied, rejected.applied] == [True, True, False]
    assert [first.fault, dropped.fault, rejected.fault] == [None, "*: dropped after", None]
    assert [first.rejected, dropped.rejected, rejected.rejected] == [False, False, True]
    assert len(server.received()) == server.request_count
    assert server.received("POST /conversations/{conversationId}/notes") == [first, dropped, rejected]
    assert server.received(f"POST /conversations/{conversation_id}/notes") == [first, dropped]
    assert server.applied_writes() == {"POST /conversations/{conversationId}/notes": 2}
    with pytest.raises(ValueError, match="did you mean"):
        server.received("postConversationsConversationidNote")


async def test_the_log_shows_requests_over_the_limit() -> None:
    async with FakeDixa(rate=0.001, burst=1) as server, connect(server, retry=NO_RETRY) as dixa:
        await dixa.organization.get()
        with pytest.raises(StatusError):
            await dixa.organization.get()
        assert [request.throttled for request in server.received()] == [False, True]
        assert server.received()[1].rejected


async def test_a_body_that_is_too_large_is_refused(server: FakeDixa) -> None:
    async with aiohttp.ClientSession(server.url, headers={"Authorization": server.api_key}) as web:
        for _ in range(2):
            async with web.post("/beta/endusers", data=io.BytesIO(bytes(17 * 1024 * 1024))) as response:
                assert response.status == 413
            server.inject_fault(delay=0.001)
    assert server.applied_writes() == {}
