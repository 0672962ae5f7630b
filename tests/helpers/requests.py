"""Requests and responses for tests of single parts of the transport."""

from typing import Any

import attrs

from dixa_async.config import Timeout
from dixa_async.errors import CallInfo
from dixa_async.transport.http import CallState, Request, Response
from dixa_async.transport.operation import Operation

OPERATION: Operation[Any] = Operation("getThing", "GET", "/things/{thingId}")
CALL = CallInfo(operation=OPERATION.id, method=OPERATION.method, path=OPERATION.path)


def make_request(method: str = "GET", *, timeout: Timeout | None = None, body: bytes | None = None) -> Request:
    operation = attrs.evolve(OPERATION, method=method)
    return Request(
        operation=operation,
        url="https://dixa.example.com/beta/things/7",
        body=body,
        timeout=timeout or Timeout(),
        call_state=CallState(operation),
    )


def make_response(status: int = 200, *, body: bytes = b"{}", **headers: str) -> Response:
    """A response. In names of headers, `_` means a dash."""
    return Response(
        status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=body
    )
