"""Lets aioresponses 0.7.9 work with aiohttp 3.14 and later; does nothing once aioresponses does so by itself.

aiohttp 3.14 gave `ClientResponse` a required argument, `stream_writer`, which aioresponses does not pass. And its
stream reader pauses a protocol that aioresponses never connects, which fails for bodies over 128 KiB.

To use it: copy this file into the folder of your tests.
"""

import asyncio
import inspect
from types import SimpleNamespace
from typing import Any

import aiohttp
import aioresponses.core
from aiohttp.client_proto import ResponseHandler

_NEVER_PAUSES = 2**31


def patch_aioresponses() -> None:
    """Patch aioresponses, if it needs it."""
    if "stream_writer" not in inspect.signature(aiohttp.ClientResponse.__init__).parameters:
        return
    core: Any = aioresponses.core
    build = core.RequestMatch._build_response

    def build_with_writer(self: Any, *args: Any, response_class: Any = None, **kwargs: Any) -> Any:
        real = response_class or aiohttp.ClientResponse

        def make(method: str, url: Any, **options: Any) -> aiohttp.ClientResponse:
            options.setdefault("stream_writer", SimpleNamespace(output_size=0))
            return real(method, url, **options)

        return build(self, *args, response_class=make, **kwargs)

    def make_reader(loop: asyncio.AbstractEventLoop) -> aiohttp.StreamReader:
        return aiohttp.StreamReader(ResponseHandler(loop=loop), limit=_NEVER_PAUSES, loop=loop)

    core.RequestMatch._build_response = build_with_writer
    core.stream_reader_factory = make_reader


patch_aioresponses()
