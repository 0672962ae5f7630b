"""Sends requests through an aiohttp session, the client's own one or one that was passed to it."""

import asyncio
import functools
import io
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import NoReturn, TypeAlias

import aiohttp
import attrs
from multidict import CIMultiDict
from yarl import URL

from ..config import ClientConfig, Timeout
from ..errors import ClientClosedError, RateLimitTimeoutError, UsageError, may_have_acted
from ..secret import Secret
from .aiohttp_errors import FAILED, contains_token, hide_request, transport_error
from .body import BodyError, headers_of, whole_body
from .borrowed import check_session, connection_limit, without_defaults
from .http import SEND_OBSERVER, Request, Response
from .resolver import MAX_LOOKUP_WAIT, LookupWaitError, Resolver
from .send_attempt import (
    ATTEMPT_TRACE,
    CURRENT_ATTEMPT,
    CleanConnector,
    NotSentAgainError,
    SendAttempt,
    send_with_token,
)
from .shutdown import PendingWaits

Receive: TypeAlias = Callable[[aiohttp.ClientResponse], Awaitable[Response]]
"""Reads a response while its connection is open."""

_LONG_BODY = 2**20  # bytes


class Session:
    """Sends requests through one aiohttp session, on one event loop.

    Args:
        config: the server, the token and the limits.
        user_agent: the User-Agent header.
        borrowed: an aiohttp session that is used and never closed, or None to make one when it is needed.

    Attributes:
        waits: the waits of calls before they are sent. They end when the session is closed.
    """

    def __init__(self, config: ClientConfig, user_agent: str, borrowed: aiohttp.ClientSession | None) -> None:
        self._headers = CIMultiDict(
            {
                "Accept": "application/json",
                # aiohttp would accept any encoding that it has a library for, even if that is too old to work.
                "Accept-Encoding": "gzip, deflate",
                "User-Agent": user_agent,
            }
        )
        self._token = config.api_key
        is_bearer = config.auth_scheme == "bearer"
        self._authorization = Secret(f"Bearer {self._token.reveal()}") if is_bearer else self._token
        self._max_concurrency = config.max_concurrency
        self._max_bytes = config.max_response_bytes
        if borrowed is not None:
            check_session(borrowed)
        self._borrowed = borrowed is not None
        self._aiohttp = borrowed
        self._loop: asyncio.AbstractEventLoop | None = None
        self._resolver = Resolver()
        self.waits: PendingWaits = PendingWaits()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self.waits.ended

    @property
    def max_connections(self) -> int:
        """The largest number of connections. A borrowed session may allow fewer than the settings."""
        limit = connection_limit(self._aiohttp) if self._borrowed and self._aiohttp is not None else None
        return self._max_concurrency if limit is None else min(limit, self._max_concurrency)

    @property
    def is_left_open(self) -> bool:
        """Whether it has made an aiohttp session that is not closed."""
        return self._aiohttp is not None and not self._borrowed and not self._aiohttp.closed

    def open(self) -> aiohttp.ClientSession:
        """The aiohttp session, which is made when it is first needed.

        Raises:
            ClientClosedError: the client, or the aiohttp session that was passed to it, is closed.
            UsageError: there is no running event loop, or it is not the one of the client.
        """
        if self.waits.ended:
            raise ClientClosedError("the client is closed: make a new one")
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise UsageError("there is no running event loop: use the client inside `async def`") from None
        if loop is not self._loop:
            if self._loop is not None:
                raise UsageError("the client belongs to another event loop: make one client for each loop")
            self._loop = loop
        if self._aiohttp is None:
            self._aiohttp = aiohttp.ClientSession(
                headers=self._headers,
                connector=CleanConnector(limit=self._max_concurrency, resolver=self._resolver, use_dns_cache=False),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        if self._borrowed:
            if self._aiohttp.closed:
                raise ClientClosedError("the aiohttp session that was passed to the client is closed")
            if getattr(self._aiohttp, "_loop", loop) is not loop:
                raise UsageError("the aiohttp session that was passed to the client belongs to another event loop")
        return self._aiohttp

    async def close(self) -> None:
        """End all waits, and close the aiohttp session unless it is borrowed. Closing twice does nothing."""
        self.waits.end()
        if self._aiohttp is not None and not self._borrowed:
            await self._aiohttp.close()
            await self._resolver.close()

    async def send(self, request: Request) -> Response:
        """Send a request once, and read the whole response.

        Args:
            request: the request.

        Returns:
            The response, whatever its status.

        Raises:
            TransportError: no complete response arrived.
            RateLimitTimeoutError: the wait for a DNS lookup or a connection was longer than `max_wait`.
        """
        sending = _Sending(self._authorization, self._headers, _as_timeout(request.timeout), self._read_response)
        return await self._send(request, sending)

    async def stream(
        self,
        request: Request,
        receive: Receive,
        *,
        authorization: Secret | None,
        headers: Mapping[str, str],
        decompress: bool = True,
    ) -> Response:
        """Send a request once, and hand its response over before its body is read.

        `Timeout.attempt` limits the wait for the first and for each next part of the response, instead of all of it.

        Args:
            request: the request.
            receive: reads the response. It raises a `BodyError` if it does not accept the body. Its other errors must
                not be those that a connection has, such as an OSError.
            authorization: the value of the Authorization header; None sends none.
            headers: headers that replace those of the request and of the session.
            decompress: whether a compressed body is decompressed.

        Returns:
            What `receive` returns.

        Raises:
            TransportError: no complete response arrived.
            RateLimitTimeoutError: the wait for a DNS lookup or a connection was longer than `max_wait`.
        """
        fixed = CIMultiDict(self._headers)
        fixed.update(headers)
        timeout = _as_stream_timeout(request.timeout)
        return await self._send(request, _Sending(authorization, fixed, timeout, receive, decompress))

    async def _send(self, request: Request, sending: "_Sending") -> Response:
        call_state, session = request.call_state, self.open()
        started_at, started = datetime.now(UTC), time.monotonic()
        max_wait = None if call_state.max_wait is None else max(0.0, call_state.max_wait - call_state.waited)
        attempt = SendAttempt(sending.authorization, max_wait)
        if (observer := SEND_OBSERVER.get()) is not None:
            observer.sending(request)
        CURRENT_ATTEMPT.set(attempt)
        MAX_LOOKUP_WAIT.set(max_wait)
        try:
            response = await self._exchange(session, request, sending)
        except FAILED as raised:
            error = raised.error if isinstance(raised, NotSentAgainError) else raised
            hide_request(error)
            call_state.record(started_at, started, error=type(error).__name__)
            failure = transport_error(error, call_state.info(), request.timeout, attempt)
            failure.maybe_applied = call_state.note_applied(failure.maybe_applied and attempt.maybe_sent)
            cause = None if contains_token(error, self._token, sending.authorization) else error
            del error
        except asyncio.CancelledError:
            call_state.record(started_at, started, error=asyncio.CancelledError.__name__)
            call_state.note_applied(attempt.maybe_sent)
            raise
        except LookupWaitError as error:
            call_state.record(started_at, started, error=RateLimitTimeoutError.__name__)
            wait = call_state.waited + error.wait
            raise call_state.wait_too_long_error(wait, wait) from None
        except BodyError as bad_body:
            call_state.record(started_at, started, error=bad_body.error.__name__)
            raise bad_body.error(
                str(bad_body), call=call_state.info(), maybe_applied=call_state.note_applied(True)
            ) from None
        else:
            call_state.note_applied(may_have_acted(response.status, response.headers))
            call_state.record(started_at, started, status=response.status)
            return response
        # Outside of `except`, so that an error that contains the token is neither cause nor context.
        raise failure from cause

    async def _exchange(self, session: aiohttp.ClientSession, request: Request, sending: "_Sending") -> Response:
        url = URL(request.url, encoded=True)
        if not self._borrowed:
            return await self._request(session, url, request, sending)
        with without_defaults(session, url, ATTEMPT_TRACE) as bare:
            return await CURRENT_ATTEMPT.get().within_max_wait(self._request(bare, url, request, sending))

    async def _request(
        self, session: aiohttp.ClientSession, url: URL, request: Request, sending: "_Sending"
    ) -> Response:
        headers = None
        # The client's own session has these headers already.
        if self._borrowed or request.headers or sending.headers is not self._headers:
            headers = CIMultiDict(request.headers)
            headers.update(sending.headers)  # in whatever case a middleware wrote their names
            # Else aiohttp would refuse a login from a .netrc file, which a session with `trust_env` reads.
            headers.popall("Authorization", None)
        async with session.request(
            request.operation.method,
            url,
            data=_as_data(request.body),
            headers=headers,
            # A redirect would send the token to another server.
            allow_redirects=False,
            timeout=sending.timeout,
            auto_decompress=sending.decompress,
            # aiohttp does not call those of the session if others are passed.
            middlewares=(*getattr(session, "_middlewares", ()), send_with_token),
        ) as response:
            return await sending.receive(response)

    async def _read_response(self, response: aiohttp.ClientResponse) -> Response:
        body = await whole_body(response.content, self._max_bytes)
        return Response(status=response.status, headers=headers_of(response), body=body)


def refuse_copy() -> NoReturn:
    """Refuse to copy or pickle a client.

    Raises:
        UsageError: always.
    """
    raise UsageError(
        "a client cannot be copied or pickled, as it holds connections and a rate limit: use the existing one, "
        "a view of it from `with_options`, or make one in each process"
    )


@attrs.frozen
class _Sending:
    """How a request is sent, and how its response is read."""

    authorization: Secret | None
    headers: CIMultiDict[str]
    """Headers that replace those of the request."""
    timeout: aiohttp.ClientTimeout
    receive: Receive
    decompress: bool = True


@functools.lru_cache
def _as_timeout(timeout: Timeout) -> aiohttp.ClientTimeout:
    """The timeout of an attempt for aiohttp. That of the whole call is up to `DeadlineMiddleware`."""
    return aiohttp.ClientTimeout(total=timeout.attempt, connect=timeout.connect)


@functools.lru_cache
def _as_stream_timeout(timeout: Timeout) -> aiohttp.ClientTimeout:
    """The timeout of an attempt whose response may take long: it is for each part of it."""
    connect = timeout.attempt if timeout.connect is None else timeout.connect
    return aiohttp.ClientTimeout(total=None, connect=connect, sock_read=timeout.attempt)


def _as_data(body: bytes | None) -> bytes | io.BytesIO | None:
    """The body for aiohttp. It sends a file in pieces, but long bytes at once, with a warning."""
    return io.BytesIO(body) if body is not None and len(body) > _LONG_BODY else body
