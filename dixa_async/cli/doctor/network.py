"""DNS, TCP and TLS, one read, the clock, and Redis. Each step has a time limit, and nothing is retried."""

import asyncio
import os
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Final, TypedDict
from urllib.parse import urlsplit

import attrs

from ..._base_url import DEFAULT_PORTS
from ...client import DixaClient
from ...config import ClientConfig, RetryPolicy, Timeout
from ...errors import (
    AuthenticationError,
    DixaError,
    PermissionDeniedError,
    ResponseDecodeError,
    ResponseError,
    StatusError,
    TooManyRequestsError,
)
from .findings import Finding, Level, fail, ok, skipped, warning
from .secrets import host_of

_MAX_SKEW: Final = 5.0
"""Seconds. The header has whole seconds, and the response took its time."""


class _Secure(TypedDict, total=False):
    """The arguments for a connection with TLS."""

    ssl: ssl.SSLContext
    server_hostname: str


async def check_network(config: ClientConfig | None, timeout: float, *, has_key: bool) -> AsyncIterator[Finding]:
    """Check the way to Dixa, and to Redis.

    Args:
        config: the settings of a client, or None if they are wrong.
        timeout: seconds for each step.
        has_key: whether the settings have a key. Nothing is read without one.

    Yields:
        The findings.
    """
    if config is None:
        yield skipped("network", "there are no settings to use")
    else:
        async for finding in _check_dixa(config, timeout, has_key=has_key):
            yield finding
    redis_url = os.environ.get("REDIS_URL")
    if redis_url:
        yield await _redis(redis_url, timeout)


async def _check_dixa(config: ClientConfig, timeout: float, *, has_key: bool) -> AsyncIterator[Finding]:
    parts = urlsplit(config.base_url)
    host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
    addresses, finding = await _dns(host, port, timeout)
    yield finding
    if finding.level is Level.FAIL:
        yield skipped("connection", "needs the address")
        yield skipped("read", "needs a connection")
        return
    finding = await _connection(addresses, host, port, timeout, is_tls=parts.scheme == "https")
    yield finding
    if finding.level is Level.FAIL:
        yield skipped("read", "needs a connection")
        return
    if not has_key:
        yield skipped("read", "needs a key")
        return
    async for finding in _read(config, timeout):
        yield finding


async def _dns(host: str, port: int, timeout: float) -> tuple[list[str], Finding]:
    started = time.monotonic()
    try:
        found = await asyncio.wait_for(_look_up(host, port), timeout)
    except TimeoutError:
        return [], fail("dns", f"no response for {host} in {timeout:g} s", "check the name servers of this machine")
    except OSError as error:
        return [], fail("dns", f"{host} is not found ({error.strerror})", "check the network, and DIXA_BASE_URL")
    seconds = time.monotonic() - started
    return found, ok("dns", f"{host} has {len(found)} address{'' if len(found) == 1 else 'es'} ({_ms(seconds)})")


async def _look_up(host: str, port: int) -> list[str]:
    """Look up a name in a thread that the program does not wait for at its end."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[str]] = loop.create_future()

    def settle(addresses: list[str], error: OSError | None) -> None:
        if found.done():
            return
        if error is None:
            found.set_result(addresses)
        else:
            found.set_exception(error)

    def look_up() -> None:
        addresses = list[str]()
        error: OSError | None = None
        try:
            addresses = list(dict.fromkeys(str(each[4][0]) for each in socket.getaddrinfo(host, port)))
        except OSError as failure:
            error = failure
        try:
            loop.call_soon_threadsafe(settle, addresses, error)
        except RuntimeError:
            return  # the loop is closed: it took too long

    threading.Thread(target=look_up, daemon=True).start()
    return await found


async def _connection(addresses: list[str], host: str, port: int, timeout: float, *, is_tls: bool) -> Finding:
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    secure: _Secure = {"ssl": ssl.create_default_context(), "server_hostname": host} if is_tls else {}
    started = time.monotonic()
    failure = "no address"
    for address in addresses:
        try:
            async with asyncio.timeout(timeout / len(addresses)):
                _, writer = await asyncio.open_connection(address, port, **secure)
        except ssl.SSLError as error:
            advice = "check the certificates of this machine, its clock, and proxies that open TLS"
            reason: str = getattr(error, "verify_message", None) or error.reason or "unknown reason"
            return fail("connection", f"TLS with {where} failed: {reason}", advice)
        except TimeoutError:
            failure = f"no response in {timeout:g} s"
            continue
        except OSError as error:
            # The text of asyncio repeats the address.
            failure = type(error).__name__ if error.errno is None else os.strerror(error.errno)
            continue
        seconds = time.monotonic() - started
        secured = writer.get_extra_info("ssl_object")
        writer.transport.abort()
        kind = "plain http, to this machine" if secured is None else secured.version()
        return ok("connection", f"{where}, {kind} ({_ms(seconds)})")
    return fail("connection", f"{where} cannot be reached ({failure})", "check the network, firewalls and proxies")


async def _read(config: ClientConfig, timeout: float) -> AsyncIterator[Finding]:
    once = attrs.evolve(config, timeout=Timeout(total=timeout, attempt=timeout), retry=RetryPolicy(max_attempts=1))
    started_at = time.time()
    async with DixaClient(config=once) as dixa:
        try:
            response = await dixa.with_response(dixa.organization.get())
        except DixaError as error:
            yield _failed(error)
            headers: Mapping[str, str] = error.headers if isinstance(error, ResponseError) else {}
        else:
            headers = response.headers
            yield ok("read", f"the key is valid: {response.status} in {_ms(time.time() - started_at)}")
    yield _clock(headers, started_at, time.time())


def _failed(error: DixaError) -> Finding:
    match error:
        case AuthenticationError():
            return fail("read", "the key is not valid (401)", "make a new token in Dixa, and set DIXA_API_KEY to it")
        case PermissionDeniedError():
            text = "the key has no permission to read the organization (403)"
            return warning("read", text, "check the permissions of the token")
        case TooManyRequestsError():
            text = "the rate limit or the daily quota is used up (429)"
            return warning("read", text, "look for other programs with this token")
        case StatusError(status=status):
            return fail("read", f"Dixa responded with {status}", "check DIXA_BASE_URL, and the status page of Dixa")
        case ResponseDecodeError():
            return fail("read", "the response is not one of Dixa's", "check DIXA_BASE_URL, and proxies that respond")
        case _:
            return fail("read", type(error).__name__, "run it again; see the page about errors")


def _clock(headers: Mapping[str, str], sent_at: float, received_at: float) -> Finding:
    try:
        server_time = parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, ValueError, TypeError):
        return skipped("clock", "there is no date from Dixa to compare it with")
    # The header is cut to whole seconds.
    ahead, behind = sent_at - (server_time + 1), server_time - received_at
    skew = max(ahead, behind, 0.0)
    if skew > _MAX_SKEW:
        direction = "ahead of" if ahead > behind else "behind"
        text = f"this machine is {skew:.0f} s {direction} Dixa"
        return warning("clock", text, "synchronize the clock: signatures of webhooks are refused, and times are wrong")
    return ok("clock", "agrees with Dixa's")


async def _redis(url: str, timeout: float) -> Finding:
    where = host_of(url)
    try:
        from redis.asyncio import Redis
        from redis.exceptions import RedisError
    except ModuleNotFoundError:
        return fail("redis", "REDIS_URL is set, but redis-py is missing", "pip install 'dixa-async[redis]'")
    try:
        async with asyncio.timeout(timeout), Redis.from_url(url) as redis:  # pyright: ignore[reportUnknownMemberType]
            started = time.monotonic()
            await redis.ping()  # pyright: ignore[reportUnknownMemberType]
            seconds = time.monotonic() - started
    except (RedisError, OSError, ValueError, TypeError) as error:  # TypeError: an option of the URL that is not known
        return fail("redis", f"{where} cannot be used ({type(error).__name__})", "check REDIS_URL, and the server")
    return ok("redis", f"{where} responds ({_ms(seconds)})")


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
