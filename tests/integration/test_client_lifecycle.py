"""The client's connections: who owns and shares them, and what a cancelled call leaves behind."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from dixa_async import (
    ClientClosedError,
    ConfigurationError,
    ConnectionLostError,
    DixaClient,
    NotFoundError,
    UsageError,
)
from dixa_async.testing import FakeDixa

from ..helpers.clients import QUICK_RETRY, UNLIMITED, connect, eventually, statuses


async def test_a_closed_client_raises_a_clear_error(server: FakeDixa) -> None:
    async with connect(server) as dixa:
        await dixa.organization.get()
    for _ in range(2):
        with pytest.raises(ClientClosedError):
            await dixa.organization.get()
    await dixa.aclose()
    assert server.request_count == 1


async def test_a_borrowed_session_is_used_and_stays_open(server: FakeDixa) -> None:
    async with aiohttp.ClientSession() as session:
        async with connect(server, session=session) as dixa:
            await dixa.organization.get()
        assert dixa.closed
        assert not session.closed
        with pytest.raises(ClientClosedError):
            await dixa.organization.get()
        async with connect(server, session=session) as another:
            await another.organization.get()
    assert statuses(server) == [200, 200]


async def test_a_borrowed_session_with_raise_for_status_loses_no_response(server: FakeDixa) -> None:
    async with (
        aiohttp.ClientSession(raise_for_status=True) as session,
        connect(server, session=session) as dixa,
    ):
        with pytest.raises(NotFoundError, match="There is no") as caught:
            await dixa.conversations.get(7)
    assert len(caught.value.call.attempts) == 1


@pytest.mark.filterwarnings("ignore:.* deprecated:DeprecationWarning")
async def test_a_borrowed_session_with_its_own_auth_is_rejected(server: FakeDixa) -> None:
    async with aiohttp.ClientSession(auth=aiohttp.BasicAuth("a", "b")) as session:
        with pytest.raises(ConfigurationError, match="must have no `auth`"):
            connect(server, session=session)


def test_a_borrowed_session_of_another_loop_is_reported() -> None:
    with asyncio.Runner() as one, asyncio.Runner() as other:
        session = one.run(_session())

        async def use() -> None:
            async with DixaClient("key", session=session):
                pass

        with pytest.raises(UsageError, match="belongs to another event loop"):
            other.run(use())
        one.run(session.close())


async def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession()


async def test_the_token_stays_out_of_a_borrowed_session(server: FakeDixa) -> None:
    async with aiohttp.ClientSession(server.url) as session, connect(server, session=session) as dixa:
        await dixa.organization.get()
        async with session.get("/beta/organization") as response:
            assert response.status == 401


async def test_the_token_is_sent_although_a_borrowed_session_finds_a_login_in_netrc(
    server: FakeDixa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login bob password hunter2")
    monkeypatch.setenv("NETRC", str(netrc))
    async with aiohttp.ClientSession(trust_env=True) as session, connect(server, session=session) as dixa:
        assert await dixa.organization.get() == server.state.organization


async def test_a_client_whose_borrowed_session_was_closed_raises_a_clear_error(server: FakeDixa) -> None:
    async with aiohttp.ClientSession() as session:
        dixa = connect(server, session=session)
    with pytest.raises(ClientClosedError, match="aiohttp session"):
        await dixa.organization.get()


async def test_views_share_the_connections_and_close_with_the_client(
    server: FakeDixa, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions: list[aiohttp.ClientSession] = []
    make_session = aiohttp.ClientSession

    def record_session(**settings: Any) -> aiohttp.ClientSession:
        sessions.append(make_session(**settings))
        return sessions[-1]

    monkeypatch.setattr(aiohttp, "ClientSession", record_session)
    async with connect(server) as dixa:
        view = dixa.with_options(timeout=5)
        async with view.with_options(max_wait=1) as inner:
            await inner.organization.get()
        await view.aclose()
        await view.organization.get()
        await dixa.organization.get()
        assert not view.closed
    assert view.closed
    assert len(sessions) == 1
    assert sessions[0].closed
    with pytest.raises(ClientClosedError):
        await view.organization.get()


async def test_a_cancelled_call_releases_its_connection_and_its_slot(server: FakeDixa) -> None:
    async with connect(server, max_concurrency=2) as dixa:
        server.inject_fault(delay=60, times=6)
        for sent in (2, 4, 6):  # two at a time
            calls = [asyncio.create_task(dixa.organization.get()) for _ in range(4)]
            await eventually(lambda: server.request_count == sent)  # noqa: B023
            for call in calls:
                call.cancel()
            ends = await asyncio.gather(*calls, return_exceptions=True)
            assert [type(end) for end in ends] == [asyncio.CancelledError] * 4
        assert statuses(server) == [None] * 6
        found = await asyncio.wait_for(asyncio.gather(*(dixa.organization.get() for _ in range(10))), 5)
    assert found == [server.state.organization] * 10


async def test_closing_the_client_ends_the_calls_in_progress(server: FakeDixa) -> None:
    dixa = connect(server)
    server.inject_fault(delay=60)
    call = asyncio.create_task(dixa.with_options(retry=QUICK_RETRY).organization.get())
    await eventually(lambda: server.request_count == 1)
    await dixa.aclose()
    with pytest.raises((ConnectionLostError, ClientClosedError)):
        await asyncio.wait_for(call, 5)


async def test_closing_does_not_wait_for_a_server_that_does_not_read() -> None:
    async def never_read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        await done.wait()
        writer.transport.abort()

    connected, done = asyncio.Event(), asyncio.Event()
    async with await asyncio.start_server(never_read, "127.0.0.1", 0, limit=1) as listening:
        port = listening.sockets[0].getsockname()[1]
        dixa = DixaClient("key", base_url=f"http://127.0.0.1:{port}")
        call = asyncio.create_task(dixa.request("POST", "/things", json="x" * 20_000_000))
        await connected.wait()
        await asyncio.wait_for(dixa.aclose(), 5)
        with pytest.raises(ConnectionLostError):
            await asyncio.wait_for(call, 5)
        done.set()


async def test_closing_the_client_ends_waiting_calls_without_sending_them(server: FakeDixa) -> None:
    async with connect(server, max_concurrency=5) as dixa:
        server.inject_fault(delay=60, times=5)
        calls = [asyncio.create_task(dixa.organization.get()) for _ in range(50)]
        await eventually(lambda: server.request_count == 5)
    ends = await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), 5)
    assert [type(end) for end in ends] == [ConnectionLostError] * 5 + [ClientClosedError] * 45
    assert server.request_count == 5


async def test_a_call_in_progress_in_a_borrowed_session_gets_its_response_after_the_client_is_closed(
    server: FakeDixa,
) -> None:
    async with aiohttp.ClientSession() as session:
        async with connect(server, session=session) as dixa:
            server.inject_fault(delay=0.1)
            call = asyncio.create_task(dixa.organization.get())
            await eventually(lambda: server.request_count == 1)
        assert not call.done()
        assert await asyncio.wait_for(call, 5) == server.state.organization


async def test_the_settings_can_come_from_the_environment(server: FakeDixa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIXA_API_KEY", server.api_key)
    monkeypatch.setenv("DIXA_BASE_URL", server.url)
    monkeypatch.setenv("DIXA_API_VERSION", "v1")
    async with DixaClient(rate_limit=UNLIMITED) as dixa:
        await dixa.organization.get()
    assert server.requests[0].path == "/v1/organization"


async def test_an_endpoint_that_is_not_modelled_can_be_called(dixa: DixaClient, server: FakeDixa) -> None:
    found = await dixa.request("GET", "/organization")
    assert found["data"]["name"] == server.state.organization.name
