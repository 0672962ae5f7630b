"""For tests of resources: a client whose requests get responses in order and are recorded."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import attrs
from aioresponses import aioresponses

from dixa_async import DixaClient
from dixa_async.transport.http import Request, Response
from dixa_async.transport.middleware.chain import Send

_BASE = "https://dev.dixa.io/beta"


@attrs.frozen
class Sent:
    """A request as it was sent."""

    method: str
    path: str
    """The path below the version, with the query."""
    body: Any = None
    """The body as JSON; None if there was none."""


@asynccontextmanager
async def recording_client(
    mock_http: aioresponses, method: str, *responses: Any
) -> AsyncIterator[tuple[DixaClient, list[Sent]]]:
    """A client and the list of what it sends.

    Args:
        mock_http: the fixture.
        method: the method of the requests that get a response.
        responses: the responses in order, as JSON; None is a 204 without a body.
    """
    for response in responses:
        mock_http.add(re.compile(re.escape(_BASE)), method, status=204 if response is None else 200, payload=response)
    sent: list[Sent] = []

    async def record(request: Request, send: Send) -> Response:
        body = None if request.body is None else json.loads(request.body)
        sent.append(Sent(request.operation.method, request.url.removeprefix(_BASE), body))
        return await send(request)

    async with DixaClient("key", middleware=[record]) as dixa:
        yield dixa, sent
