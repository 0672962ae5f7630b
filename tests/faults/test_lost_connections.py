"""Connections that break, in ways that the matrix does not cover."""

import asyncio

import aiohttp
import pytest

from dixa_async import DixaClient, RetryPolicy
from dixa_async.errors import ConnectError, ConnectionLostError, StatusError

from .behaviours import BEHAVIOURS
from .clients import ATTEMPTS, OK, TOKEN, call, in_time, make_client
from .raw_server import RawServer

BROKEN = [
    "close-before-reading",
    "reset-before-reading",
    "no-reply",
    "reset-after-reading",
    "truncated",
    "truncated-chunked",
    "reset-in-body",
]


@pytest.mark.parametrize("name", BROKEN)
async def test_a_get_without_retries_is_sent_once(server: RawServer, dixa: DixaClient, name: str) -> None:
    with pytest.raises(ConnectionLostError):
        await call(dixa.with_options(retry=RetryPolicy(max_attempts=1)), "GET", name)
    assert server.started["GET", name] == 1


@pytest.mark.parametrize("name", ["close-second-request", "reset-second-request"])
async def test_a_get_survives_the_end_of_an_idle_connection(server: RawServer, dixa: DixaClient, name: str) -> None:
    await call(dixa, "GET", "ok")
    assert await call(dixa, "GET", name) == OK
    assert server.connections == 2


async def test_a_response_before_the_end_of_a_long_request_is_not_lost_silently(dixa: DixaClient) -> None:
    request = dixa.request("POST", "/early-rejection", json={"text": "a" * 10_000_000})
    # Whether the response or the reset comes first is up to the network.
    with pytest.raises((StatusError, ConnectionLostError)) as caught:
        await in_time(request)
    assert not isinstance(caught.value, StatusError) or caught.value.status == 413


async def test_a_long_request_arrives_whole(server: RawServer, dixa: DixaClient) -> None:
    text = "a" * 3_000_000
    assert await in_time(dixa.request("POST", "/repeat", json=text)) == text
    assert await in_time(dixa.request("PUT", "/repeat", json=text)) == text


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_without_a_connection_nothing_was_sent_so_all_is_retried(nothing_left: None, method: str) -> None:
    async with RawServer(BEHAVIOURS) as gone:
        url = gone.url
    async with make_client(url) as dixa:
        with pytest.raises(ConnectError) as caught:
            await call(dixa, method, "ok")
    assert not caught.value.maybe_applied
    assert len(caught.value.call.attempts) == ATTEMPTS


async def test_a_rejection_before_a_lost_connection_reports_that_nothing_was_applied(nothing_left: None) -> None:
    async with RawServer(BEHAVIOURS) as server:

        def go_away(_: object) -> None:
            server.hang_up()
            server.stop_listening()

        retry = RetryPolicy(max_attempts=2, base_delay=0.05, on_retry=go_away)
        async with make_client(server.url, retry=retry) as dixa:
            with pytest.raises(ConnectError) as caught:
                await call(dixa, "POST", "too-many-wait")
    assert server.received["POST", "too-many-wait"] == 1
    assert not caught.value.maybe_applied


async def test_closing_the_client_ends_the_calls_in_flight(server: RawServer, dixa: DixaClient) -> None:
    in_flight = asyncio.create_task(call(dixa, "POST", "stalled-headers"))
    await in_time(server.arrived.wait())
    await dixa.aclose()
    with pytest.raises(ConnectionLostError) as caught:
        await in_flight
    assert caught.value.maybe_applied


@pytest.mark.parametrize("name", ["stalled-headers", "stalled-body", "dripped-body", "endless-body"])
async def test_a_cancelled_call_releases_its_connection(server: RawServer, dixa: DixaClient, name: str) -> None:
    in_flight = asyncio.create_task(call(dixa, "GET", name))
    await in_time(server.arrived.wait())
    in_flight.cancel()
    with pytest.raises(asyncio.CancelledError):
        await in_flight
    assert await call(dixa, "GET", "ok") == OK


async def test_a_borrowed_session_still_works_afterwards(server: RawServer) -> None:
    async with aiohttp.ClientSession() as session:
        async with DixaClient(TOKEN, base_url=server.url, session=session) as dixa:
            with pytest.raises(ConnectionLostError):
                await call(dixa, "POST", "no-reply")
        async with session.get(f"{server.url}/beta/ok") as response:
            assert await response.json() == OK


async def test_a_borrowed_session_resends_nothing_by_itself(server: RawServer) -> None:
    once = RetryPolicy(max_attempts=1)
    async with (
        aiohttp.ClientSession() as session,
        DixaClient(TOKEN, base_url=server.url, session=session, retry=once) as dixa,
    ):
        for method in ("GET", "PUT", "DELETE"):
            await call(dixa, "GET", "ok")
            with pytest.raises(ConnectionLostError):
                await call(dixa, method, "close-second-request")
            assert server.started[method, "close-second-request"] == 1


async def test_the_middlewares_of_a_borrowed_session_still_run(server: RawServer) -> None:
    seen: list[str] = []

    async def watch(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        seen.append(request.method)
        return await handler(request)

    async with aiohttp.ClientSession(middlewares=[watch]) as session:
        await call(DixaClient(TOKEN, base_url=server.url, session=session), "GET", "ok")
    assert seen == ["GET"]
