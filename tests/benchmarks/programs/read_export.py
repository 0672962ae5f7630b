"""``read_export WAY KIND PORT ROWS``: reads an export, and prints the seconds of the processor and the memory.

The memory is what the process has more after the first tenth of the rows, and at most after that, than at the start.
"""

import asyncio
import json
import math
import resource
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

import aiohttp

from dixa_async import DixaClient

_SINCE: Final = datetime(2026, 1, 1, tzinfo=UTC)
_LOOKS: Final = 200
_READERS: Final = {"ijson": "ijson", "whole": "orjson", "json_stream": "json_stream"}
"""What the other ways read with. It is imported before anything is measured, and not needed for ours."""


def _memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


async def _ours(kind: str, port: str) -> AsyncIterator[Any]:
    async with DixaClient("key", base_url=f"http://127.0.0.1:{port}", exports_per_minute=math.inf) as dixa:
        export = dixa.exports.conversations if kind == "conversations" else dixa.exports.messages
        async for row in export(_SINCE, _SINCE + timedelta(days=1)):
            yield row


async def _ijson(_: str, port: str) -> AsyncIterator[Any]:
    import ijson  # type: ignore[import-untyped]

    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}") as response:
        async for row in ijson.items_async(ijson.from_iter(response.content.iter_any()), "item", use_float=True):
            yield row


async def _whole(_: str, port: str) -> AsyncIterator[Any]:
    import orjson

    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}") as response:
        for row in orjson.loads(await response.read()):
            yield row


async def _json_stream(_: str, port: str) -> AsyncIterator[Any]:
    import json_stream  # type: ignore[import-untyped]

    with urlopen(f"http://127.0.0.1:{port}") as response:  # noqa: ASYNC210
        for row in json_stream.load(response):
            yield json_stream.to_standard_types(row)


async def _measure(way: str, kind: str, port: str, rows: int) -> dict[str, float]:
    read = {"ours": _ours, "ijson": _ijson, "whole": _whole, "json_stream": _json_stream}[way]
    if way in _READERS:
        import_module(_READERS[way])
    before, peak, tenth, count = _memory(), 0, 0, 0
    started = time.process_time()
    async for _ in read(kind, port):
        count += 1
        if count % max(1, rows // _LOOKS) == 0:
            peak = max(peak, _memory())
            if not tenth and count >= rows // 10:
                tenth = peak
    if count != rows:
        raise RuntimeError(f"{count} rows came, not {rows}")
    return {"seconds": time.process_time() - started, "tenth": tenth - before, "peak": peak - before}


if __name__ == "__main__":
    way, kind, port, rows = sys.argv[1:]
    print(json.dumps(asyncio.run(_measure(way, kind, port, int(rows)))))
