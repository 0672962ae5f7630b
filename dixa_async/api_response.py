"""The response of a call beside its value: status, headers, attempts, and the keys beside ``data``."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any, Final, Generic, TypeVar

import attrs

from .errors import Attempt, CallInfo, UsageError, request_id_of

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class ResponseInfo:
    """A response of Dixa, without the value that was read from it."""

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    """The names are in lower case."""
    beside: Mapping[str, Any] = attrs.field(repr=False)
    """The keys beside ``data`` in the response, as JSON: ``meta``, ``partialErrors``, and any that are new. The whole
    response if the call returns no value."""
    call: CallInfo
    """The call, with its attempts."""

    @property
    def request_id(self) -> str | None:
        """Dixa's ID of the request, if the response has one."""
        return request_id_of(self.headers)

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """All attempts, in order. The last one succeeded."""
        return self.call.attempts


@attrs.frozen(kw_only=True)
class ApiResponse(ResponseInfo, Generic[T]):
    """The value of a call, and the response that it was read from."""

    value: T = attrs.field(repr=False)


@attrs.define
class _Recorder:
    """Keeps the response of the last call."""

    last: ResponseInfo | None = None


_RECORDER: Final[ContextVar[_Recorder | None]] = ContextVar("dixa_async.recorder", default=None)


def record_response(make_info: Callable[[], ResponseInfo]) -> None:
    """Keep the response of a call for `with_response`.

    Args:
        make_info: makes the response. It is called only inside `with_response`: most calls record nothing.
    """
    recorder = _RECORDER.get()
    if recorder is not None:
        recorder.last = make_info()


async def with_response(call: Awaitable[T]) -> ApiResponse[T]:
    """Make a call, and return its response with its value. See `DixaClient.with_response`."""
    if isinstance(call, asyncio.Future) or not isinstance(call, Awaitable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(
            "with_response takes a call that has not started yet, such as with_response(dixa.tags.get(tag_id)),"
            f" not a {type(call).__name__}"
        )
    recorder, outer = _Recorder(), _RECORDER.get()
    _RECORDER.set(recorder)
    try:
        value = await call
    finally:
        _RECORDER.set(outer)
    info = recorder.last
    if info is None:
        raise UsageError("with_response must be given a call of the client: the one that it awaited made no request")
    return ApiResponse(value=value, status=info.status, headers=info.headers, beside=info.beside, call=info.call)
