"""Serves a fake Dixa until a signal ends it, and prints what happens."""

import asyncio
import contextlib
import errno
import ipaddress
import signal
import sys
from collections.abc import Iterator
from typing import Final

from ..errors import ConfigurationError
from ..models.webhooks import WebhookSubscription
from ..testing.http.request_log import ReceivedRequest
from ..testing.server import FakeDixa
from .terminal import any_text, printable

_DEFAULT_RATE: Final = 10.0
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Printer:
    """Prints lines at once. When nobody reads them any more, it is silent: the server goes on."""

    def __init__(self) -> None:
        self._is_read = True

    def print(self, line: str) -> None:
        """Print a line."""
        if not self._is_read:
            return
        try:
            with any_text(sys.stdout) as out:
                print(printable(line), file=out, flush=True)
        except OSError:
            self._is_read = False

    def warn(self, line: str) -> None:
        """Print a line to standard error."""
        with contextlib.suppress(OSError), any_text(sys.stderr) as out:
            print(printable(line), file=out, flush=True)

    def print_request(self, request: ReceivedRequest) -> None:
        """Print a request, without its query and its body, which may hold personal data."""
        status = "dropped" if request.status is None else str(request.status)
        milliseconds = (request.seconds or 0.0) * 1000
        self.print(f"{request.method} {request.path} {status} {milliseconds:.1f} ms")


async def serve(
    server: FakeDixa, printer: Printer, *, host: str, port: int, rate: float, webhooks_to: str | None
) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        server: the server.
        printer: prints what happens.
        host: where the server listens.
        port: the port that it was given.
        rate: its rate limit, in requests a second.
        webhooks_to: the URL to which events are delivered, or None to deliver nothing.

    Raises:
        ConfigurationError: it cannot listen there.
    """
    subscription = None if webhooks_to is None else _subscribe(server, webhooks_to)
    try:
        await server.start()
    except OSError as error:
        raise _cannot_listen(host, port, error) from None
    try:
        ended = asyncio.Event()
        _set_on_signals(ended)
        if not _is_loopback(host):
            printer.warn(f"warning: other machines can reach this server; {_who_can(server)} read and change all of it")
        for line in _introduction(server, rate, subscription):
            printer.print(line)
        server.observe_requests(printer.print_request)
        await ended.wait()
    finally:
        await server.aclose()


def _subscribe(server: FakeDixa, url: str) -> WebhookSubscription:
    """The subscription that delivers all events to a URL; a state that was loaded may have it already."""
    for subscription in server.state.webhooks.values():
        if subscription.url == url and subscription.enabled:
            return subscription
    return server.add_webhook(url)


def _cannot_listen(host: str, port: int, error: OSError) -> ConfigurationError:
    if error.errno == errno.EADDRINUSE:
        return ConfigurationError(
            f"port {port} of {host} is taken: choose another one with --port, or any free one with --port 0"
        )
    return ConfigurationError(f"cannot listen on port {port} of {host}: {error.strerror or error}")


def _set_on_signals(ended: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):  # Windows: asyncio.run ends on Ctrl-C by itself
        for number in _SIGNALS:
            loop.add_signal_handler(number, ended.set)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _who_can(server: FakeDixa) -> str:
    return "its page needs no token, so they can" if server.has_page else "whoever has its token can"


def _introduction(server: FakeDixa, rate: float, subscription: WebhookSubscription | None) -> Iterator[str]:
    state = server.state
    yield f"FakeDixa listens on {server.url}"
    if server.has_page:
        yield "Open this address in a browser to see what happens."
    yield ", ".join(
        [
            _counted(len(state.agents), "agent"),
            _counted(len(state.end_users), "end user"),
            _counted(len(state.conversations), "conversation"),
        ]
    )
    yield ""
    yield "Set in the environment of your program:"
    yield f"  DIXA_API_KEY={server.api_key}"
    yield f"  DIXA_BASE_URL={server.url}"
    if rate != _DEFAULT_RATE:
        yield f"  DIXA_RATE_LIMIT={str(float(rate)).removesuffix('.0')}"
    if subscription is not None:
        yield ""
        yield f"Events are delivered to {subscription.url}"
        yield f"  signed with the secret {subscription.secret_key}"
    yield ""
    yield "Stop it with Ctrl-C."
    yield ""


def _counted(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"
