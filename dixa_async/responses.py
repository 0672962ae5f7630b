"""What came with the value of a call: status, headers, attempts, and what is beside ``data``."""

import asyncio
from collections.abc import Awaitable, Mapping
from contextvars import ContextVar
from typing import Any, Final, Generic, TypeVar

import attrs

from .errors import Attempt, CallInfo, UsageError, request_id_of

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class ResponseInfo:
    """A response of Dixa, apart from the value that was read from it."""

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    """Names in lower case."""
    beside: Mapping[str, Any] = attrs.field(repr=False)
    """What is beside ``data`` in the response, as JSON: ``meta``, ``partialErrors``, and what is new. It is the whole
    response if the call has no value."""
    call: CallInfo
    """Which call it belongs to, and what was tried."""

    @property
    def request_id(self) -> str | None:
        """Dixa's id for the request, if the response has one."""
        return request_id_of(self.headers)

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """What was tried, in order. The last one is the one that succeeded."""
        return self.call.attempts


@attrs.frozen(kw_only=True)
class ApiResponse(ResponseInfo, Generic[T]):
    """The value of a call, and the response that it was read from."""

    value: T = attrs.field(repr=False)


@attrs.define
class Recorder:
    """Keeps the response of the last call."""

    last: ResponseInfo | None = None


RECORDER: Final[ContextVar[Recorder | None]] = ContextVar("dixa_async.recorder", default=None)
"""Who wants to know the responses of the current task; None if nobody does."""


async def with_response(call: Awaitable[T]) -> ApiResponse[T]:
    """Make a call, and keep the response with its value. See `DixaClient.with_response`."""
    if isinstance(call, asyncio.Future) or not isinstance(call, Awaitable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(
            "with_response takes a call that is not under way yet, such as with_response(dixa.tags.get(tag_id)),"
            f" not a {type(call).__name__}"
        )
    recorder, outer = Recorder(), RECORDER.get()
    RECORDER.set(recorder)
    try:
        value = await call
    finally:
        RECORDER.set(outer)
    found = recorder.last
    if found is None:
        raise UsageError("with_response was given something that made no call")
    return ApiResponse(value=value, status=found.status, headers=found.headers, beside=found.beside, call=found.call)
