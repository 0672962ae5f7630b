"""Responses that do not arrive in time."""

import aiohttp
import pytest

from dixa_async import DixaClient, Timeout
from dixa_async.errors import CallTimeoutError

from .behaviours import BEHAVIOURS, FAULTS
from .clients import ATTEMPTS, OK, SHORT, call, make_client
from .raw_server import RawServer


async def test_the_error_reports_the_timeout_of_the_attempt(dixa: DixaClient) -> None:
    with pytest.raises(CallTimeoutError, match=f"no complete response within {SHORT} s") as caught:
        await call(dixa.with_options(timeout=SHORT), "POST", "stalled-headers")
    assert isinstance(caught.value, TimeoutError)


@pytest.mark.parametrize("name", ["stalled-headers", "dripped-headers", "stalled-body", "dripped-body"])
async def test_the_total_timeout_ends_a_call_too(dixa: DixaClient, name: str) -> None:
    with pytest.raises(CallTimeoutError, match=f"longer than {SHORT} s in all") as caught:
        await call(dixa.with_options(timeout=Timeout(total=SHORT)), "POST", name)
    assert caught.value.maybe_applied
    assert await call(dixa, "GET", "ok") == OK


@pytest.mark.parametrize("timeout", [Timeout(attempt=SHORT), Timeout(connect=SHORT), Timeout(total=SHORT)], ids=str)
async def test_without_a_connection_in_time_nothing_was_sent(nothing_left: None, timeout: Timeout) -> None:
    async with (
        RawServer(BEHAVIOURS, listening=False) as server,
        make_client(server.url, timeout=timeout) as dixa,
        FAULTS["never-accept"].setting(server, dixa),
    ):
        with pytest.raises(CallTimeoutError, match=f"{SHORT} s") as caught:
            await call(dixa, "POST", "ok")
    assert not caught.value.maybe_applied
    assert len(caught.value.call.attempts) == (1 if timeout.total else ATTEMPTS)


@pytest.mark.parametrize("timeout", [Timeout(attempt=SHORT), Timeout(connect=SHORT)])
async def test_without_a_connection_nothing_is_sent_through_a_borrowed_session(
    nothing_left: None, timeout: Timeout
) -> None:
    async with (
        RawServer(BEHAVIOURS, listening=False) as server,
        aiohttp.ClientSession() as session,
        make_client(server.url, timeout=timeout, session=session) as dixa,
        FAULTS["never-accept"].setting(server, dixa),
    ):
        with pytest.raises(CallTimeoutError) as caught:
            await call(dixa, "POST", "ok")
    assert not caught.value.maybe_applied
