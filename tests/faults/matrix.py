"""Every fault times every method: what the server saw, what the caller got, and what was left behind."""

import asyncio
import contextlib
import gc
import logging
import os
import warnings
from collections.abc import Iterator
from typing import Any, Final

import attrs
from typing_extensions import override

from dixa_async import UNSET, DixaClient

from ..helpers.steady_loop import run_steadily
from .behaviours import BEHAVIOURS
from .clients import OK, PERSON, SHORT, Attempts, Unlimited, call, in_time, make_client
from .raw_server import RawServer
from .registry import Fault

METHODS: Final = ("GET", "PUT", "DELETE", "POST", "PATCH")
_WITH_BODY: Final = {"PUT", "POST", "PATCH"}

PATIENT: Final = 10.0
"""Seconds for an attempt of a fault that needs no timeout to end."""


@attrs.frozen(kw_only=True)
class Cell:
    """The result of one call."""

    value: Any
    """What the call returned, if it raised no error."""
    error: BaseException | None
    attempts: int
    """How many attempts the client made."""
    seen: int
    """How often the server saw the head of the request."""
    seconds: float
    next_call: str
    """What went wrong with the calls after it; empty if nothing did."""
    strangers: int
    """Connections to another server, to which a redirect led."""


@attrs.frozen(kw_only=True)
class Row:
    """The results of the calls with one fault."""

    fault: Fault
    cells: dict[str, Cell]
    """By method."""
    left: list[str]
    """Tasks, sockets, warnings and errors of the event loop that should not be left."""
    logged: str
    """Everything that the package logged."""


def measure(fault: Fault) -> Row:
    """Make a call with each method, each with its own server, client and connection.

    Args:
        fault: what the servers do.

    Returns:
        The results.
    """
    left: list[str] = []
    open_before = _open_files()
    with _log() as records, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        cells = run_steadily(_measure(fault, left))
        gc.collect()  # an unclosed socket warns when it is collected
    left += [str(warning.message) for warning in warned]
    if (files := _open_files() - open_before) > 0:
        left.append(f"{files} open sockets")
    return Row(fault=fault, cells=cells, left=left, logged="".join(str(vars(record)) for record in records))


async def _measure(fault: Fault, left: list[str]) -> dict[str, Cell]:
    asyncio.get_running_loop().set_exception_handler(lambda _, context: left.append(str(context)))
    before = asyncio.all_tasks()
    cells = await asyncio.gather(*(_call(fault, method) for method in METHODS))
    left += [repr(task) for task in asyncio.all_tasks() - before]
    return dict(zip(METHODS, cells, strict=True))


async def _call(fault: Fault, method: str) -> Cell:
    attempts = Attempts()
    async with (
        RawServer(BEHAVIOURS, listening=False) as server,
        RawServer(BEHAVIOURS) as thief,
        make_client(server.url, rate_limit=Unlimited(), middleware=[attempts]) as dixa,
    ):
        server.elsewhere = thief.url
        async with fault.setting(server, dixa):
            clock = asyncio.get_running_loop().time
            started = clock()
            value, error = await _result(fault, method, dixa)
            seconds = clock() - started
            if fault.goes_on:
                await server.at_rest()
        return Cell(
            value=value,
            error=error,
            attempts=len(attempts.last),
            seen=server.started[method, fault.name],
            seconds=seconds,
            next_call=await _next_calls(dixa),
            strangers=thief.connections,
        )


async def _result(fault: Fault, method: str, dixa: DixaClient) -> tuple[Any, BaseException | None]:
    body = {"name": PERSON, "text": "a" * fault.body} if method in _WITH_BODY else UNSET
    impatient = dixa.with_options(timeout=SHORT if fault.slow else PATIENT)
    request = impatient.request(
        method, f"/{fault.name}/{{person}}", path_params={"person": PERSON}, query={"email": PERSON}, json=body
    )
    try:
        return await in_time(request), None
    except Exception as error:
        return None, error


async def _next_calls(dixa: DixaClient) -> str:
    """Whether the only connection of the client works, and returns to each call its own response."""
    try:
        for text in ("first", "second"):
            if (response := await call(dixa, "GET", "ok")) != OK:
                return f"a call got {response!r}"
            if (response := await in_time(dixa.request("PUT", "/repeat", json=text))) != text:
                return f"a call got the response of another one: {response!r}"
    except Exception as error:
        return f"a call failed: {error!r}"
    return ""


@contextlib.contextmanager
def _log() -> Iterator[list[logging.LogRecord]]:
    records: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        @override
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    logger, keep = logging.getLogger("dixa_async"), Keep()
    level = logger.level
    logger.addHandler(keep)
    logger.setLevel(logging.DEBUG)
    try:
        yield records
    finally:
        logger.removeHandler(keep)
        logger.setLevel(level)


def _open_files() -> int:
    return len(os.listdir("/dev/fd")) if os.path.isdir("/dev/fd") else 0  # noqa: PTH112, PTH208
