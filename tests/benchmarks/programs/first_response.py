"""``first_response WAY URL CALL``: the moment at which a fresh process has its first response."""

import asyncio
import importlib
import sys
import time

from .calls import CALLS, GENERATED_MODULES, GENERATED_PACKAGE, REQUESTS


async def ours(url: str, call: str) -> object:
    from dixa_async import DixaClient

    async with DixaClient("token", base_url=url) as dixa:
        return await CALLS[call](dixa)


async def raw(url: str, call: str) -> object:
    import aiohttp

    method, path = REQUESTS[call]
    async with aiohttp.ClientSession() as session, session.request(method, url + path) as response:
        response.raise_for_status()
        return await response.json()


async def generated(url: str, call: str) -> object:
    module, arguments = GENERATED_MODULES[call]
    AuthenticatedClient = importlib.import_module(GENERATED_PACKAGE).AuthenticatedClient  # noqa: N806
    async with AuthenticatedClient(base_url=url, token="token") as client:
        return await importlib.import_module(f"{GENERATED_PACKAGE}.api.{module}").asyncio(*arguments, client=client)


WAYS = {"ours": ours, "raw": raw, "generated": generated}

if __name__ == "__main__":
    way, *arguments = sys.argv[1:]
    response = asyncio.run(WAYS[way](*arguments))
    assert response
    print(time.monotonic())
