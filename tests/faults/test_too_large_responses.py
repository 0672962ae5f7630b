"""Responses larger than a client accepts: they use no more memory than it accepts."""

import asyncio
import os
import sys

import pytest

from dixa_async import DixaClient
from dixa_async.errors import ConnectionLostError, ResponseDecodeError, ResponseTooLargeError
from dixa_async.serialization import Serializer

from .clients import TOKEN, call, in_time, make_client
from .raw_server import RawServer

MEGABYTE = 2**20

# The peak in /proc, not that of getrusage, which starts at the size of the parent process.
_CALL_AND_PRINT_PEAK = """
import asyncio, re, sys
from pathlib import Path
from dixa_async import DixaClient

def peak_kilobytes():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

async def main(url, path, accepted):
    async with DixaClient(base_url=url, max_response_bytes=int(accepted)) as dixa:
        await dixa.request("GET", "/ok")
        before = peak_kilobytes()
        try:
            await dixa.request("GET", path)
        except Exception as error:
            print(type(error).__name__, (peak_kilobytes() - before) * 1024)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("name", ["gzip-bomb", "endless-body"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_it_is_rejected_and_not_retried(server: RawServer, dixa: DixaClient, method: str, name: str) -> None:
    with pytest.raises(ResponseTooLargeError, match="max_response_bytes, 4194304 bytes") as caught:
        await call(dixa, method, name)
    assert caught.value.maybe_applied is (method != "GET")
    assert server.received[method, name] == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_more_values_than_fit_into_memory_are_rejected_unparsed(
    server: RawServer, dixa: DixaClient, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Serializer, "read", None)
    with pytest.raises(ResponseTooLargeError, match="more than 1048576 JSON values; a larger max_response_bytes"):
        await call(dixa, method, "many-lists")
    assert server.received[method, "many-lists"] == 1


async def test_a_larger_limit_allows_more_values(server: RawServer) -> None:
    async with make_client(server.url, max_response_bytes=64 * MEGABYTE) as dixa:
        assert len(await call(dixa, "GET", "many-lists")) == 1_000_001


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux reports the peak memory of one process")
@pytest.mark.parametrize("name", ["gzip-bomb", "endless-body"])
@pytest.mark.parametrize("accepted", [MEGABYTE, 32 * MEGABYTE])
async def test_its_memory_is_bounded_by_what_is_accepted(server: RawServer, name: str, accepted: int) -> None:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _CALL_AND_PRINT_PEAK, server.url, f"/{name}", str(accepted)),
        env={**os.environ, "DIXA_API_KEY": TOKEN},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await in_time(child.communicate())
    error, peak = output.split()
    assert error == ResponseTooLargeError.__name__.encode()
    # Older aiohttp inflates up to 32 MiB at once.
    assert int(peak) < accepted + 40 * MEGABYTE


@pytest.mark.parametrize(("accepted", "fits"), [(22, True), (21, False)])
async def test_the_size_limit_is_exact(server: RawServer, accepted: int, fits: bool) -> None:
    async with make_client(server.url, max_response_bytes=accepted) as dixa:
        if fits:
            await call(dixa, "GET", "ok")
            return
        with pytest.raises(ResponseTooLargeError):
            await call(dixa, "GET", "ok")


async def test_endless_headers_are_rejected(server: RawServer, dixa: DixaClient) -> None:
    with pytest.raises(ConnectionLostError):
        await call(dixa, "POST", "endless-headers")
    assert server.received["POST", "endless-headers"] == 1


async def test_a_million_brackets_cause_no_deep_recursion(dixa: DixaClient) -> None:
    with pytest.raises(ResponseDecodeError, match="not JSON") as caught:
        await call(dixa, "GET", "deep-lists")
    assert caught.value.body == b"[" * 1_000_000
