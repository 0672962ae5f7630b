"""Asks before a write is sent."""

import signal
import sys
import threading

from ...errors import UsageError
from ...transport.http import Request, Response
from ...transport.middleware.chain import Send
from ..terminal import any_text, printable

_MAX_SHOWN = 500
"""Characters of a body."""


class Confirmation:
    """A middleware that asks on the terminal before a write is sent: its arguments have been checked by then.

    Args:
        given: whether the user has agreed already.
    """

    def __init__(self, *, given: bool) -> None:
        self._given = given

    async def __call__(self, request: Request, send: Send) -> Response:
        """Send a request, or raise a `UsageError` if it is a write that the user does not want."""
        operation = request.operation
        if not (self._given or operation.is_read):
            if sys.stdin is None or not sys.stdin.isatty():  # pyright: ignore[reportUnnecessaryComparison]
                raise UsageError(f"{operation.method} {operation.path} is a write: pass --yes. It was not sent.")
            if not _ask(request):
                raise UsageError(f"{operation.method} {operation.path} was not sent")
        return await send(request)


def _ask(request: Request) -> bool:
    body = "" if request.body is None else request.body.decode(errors="replace")
    with any_text(sys.stderr) as out:
        print(printable(f"{request.operation.method} {request.url}"), file=out)
        if body:
            print(printable(body[:_MAX_SHOWN]) + ("…" if len(body) > _MAX_SHOWN else ""), file=out)
        print("Send it? [y/N] ", end="", file=out, flush=True)
        line = _read_line()
        if not line.endswith("\n"):  # Ctrl-D: what follows begins a line of its own
            print(file=out)
    return line.strip().lower() in ("y", "yes")


def _read_line() -> str:
    """Read a line. The event loop would take Ctrl-C for itself, and wait for the line all the same."""
    if threading.current_thread() is not threading.main_thread():
        return sys.stdin.readline()
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return sys.stdin.readline()
    finally:
        signal.signal(signal.SIGINT, before)
