"""Answers that do not come in time."""

import pytest

from dixa_async import DixaClient, Timeout
from dixa_async.errors import CallTimeoutError

from .behaviours import BEHAVIOURS, FAULTS
from .clients import ATTEMPTS, OK, SHORT, call, make_client
from .raw_server import RawServer

SLOW = ["stalled-headers", "stalled-in-headers", "stalled-body", "dripped-body"]


@pytest.mark.parametrize("name", SLOW)
async def test_a_get_is_tried_again_after_the_time_of_an_attempt(
    server: RawServer, dixa: DixaClient, name: str
) -> None:
    with pytest.raises(CallTimeoutError, match=f"no whole answer within {SHORT} s") as caught:
        await call(dixa.with_options(timeout=SHORT), "GET", name)
    assert isinstance(caught.value, TimeoutError)
    assert server.received["GET", name] == len(caught.value.call.attempts) == ATTEMPTS


@pytest.mark.parametrize("name", SLOW)
async def test_a_post_is_not_tried_again(server: RawServer, dixa: DixaClient, name: str) -> None:
    with pytest.raises(CallTimeoutError) as caught:
        await call(dixa.with_options(timeout=SHORT), "POST", name)
    assert caught.value.maybe_sent
    assert server.received["POST", name] == 1


@pytest.mark.parametrize("name", SLOW)
async def test_the_time_of_the_whole_call_ends_it_too(server: RawServer, dixa: DixaClient, name: str) -> None:
    with pytest.raises(CallTimeoutError, match=f"longer than {SHORT} s in all") as caught:
        await call(dixa.with_options(timeout=Timeout(total=SHORT)), "POST", name)
    assert caught.value.maybe_sent
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
    assert not caught.value.maybe_sent
    assert len(caught.value.call.attempts) == (1 if timeout.total else ATTEMPTS)
