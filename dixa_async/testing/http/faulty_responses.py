"""Responses with a fault: the rule's own, a changed one, or one that is sent badly."""

import asyncio
import math
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Final

from aiohttp import web

from ..._json import dumps, loads
from .adapter import to_aiohttp
from .faults import FaultRule
from .mutations import mutate
from .responses import error
from .streamed_response import StreamedResponse

_CHUNKS_PER_SECOND: Final = 20


def own_response(rule: FaultRule) -> web.Response:
    """The response that a rule asks for instead of Dixa's."""
    status = 200 if rule.status is None else rule.status
    if rule.body is not None:
        return web.Response(status=status, body=rule.body, headers=rule.headers)
    return to_aiohttp(error(status, _phrase(status)), rule.headers)


def mutated_response(response: web.StreamResponse, rule: FaultRule, use: int) -> web.Response | None:
    """A response with the mutation of a rule.

    Args:
        response: the response of a handler.
        rule: the rule, which has a mutation.
        use: which use of the rule it is: each use may choose another place.

    Returns:
        The changed response; None if there is nothing to change, as in an error.
    """
    body = response.body if isinstance(response, web.Response) else None
    if rule.mutation is None or not isinstance(body, bytes) or not 200 <= response.status < 300:
        return None
    try:
        changed = mutate(loads(body), rule.mutation, at=rule.path, seed=f"{rule.seed} {use}")
    except LookupError:
        return None
    return web.Response(status=response.status, body=dumps(changed), headers=response.headers)


async def send_badly(request: web.Request, response: web.StreamResponse, rule: FaultRule) -> web.StreamResponse | None:
    """Send a response slowly, or only a part of it.

    Args:
        request: the request.
        response: the response to it, not sent yet.
        rule: how it is sent.

    Returns:
        The response, sent; None if the connection must be dropped instead, because there is no body to cut off.
    """
    stream = web.StreamResponse(status=response.status, headers=response.headers)
    if isinstance(response, StreamedResponse):
        stream.enable_chunked_encoding()
        pieces, end = response.pieces, rule.cut_off  # after the last piece, the end mark is missing
    else:
        body = response.body if isinstance(response, web.Response) else None
        if not isinstance(body, bytes) or not body:
            return response if rule.cut_off is None else None
        stream.content_length = len(body)
        pieces, end = (body,), None if rule.cut_off is None else min(rule.cut_off, len(body) - 1)
    try:
        await stream.prepare(request)
        for piece in pieces if end is None else _first(pieces, end):
            await _write(stream, piece, rule.bytes_per_second)
    except ConnectionError:  # the caller did not wait for the end
        return None
    if rule.cut_off is not None and request.transport is not None:
        request.transport.close()
    return stream


def _first(pieces: Iterable[bytes], count: int) -> Iterator[bytes]:
    """The first bytes of a body."""
    for piece in pieces:
        yield piece[:count]
        count -= len(piece)
        if count <= 0:
            break


async def _write(stream: web.StreamResponse, body: bytes, bytes_per_second: float) -> None:
    if math.isinf(bytes_per_second):
        await stream.write(body)
        return
    size = max(1, int(bytes_per_second / _CHUNKS_PER_SECOND))
    for start in range(0, len(body), size):
        chunk = body[start : start + size]
        await stream.write(chunk)
        await asyncio.sleep(len(chunk) / bytes_per_second)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
