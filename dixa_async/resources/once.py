"""Makes a write once, even if responses are lost: decides when it is sent, looked for, and sent again.

It knows no operation and no network: the functions that send and look are passed to it.
"""

import asyncio
import enum
from collections.abc import Awaitable, Callable
from typing import Final, Generic, Literal, TypeAlias, TypeVar

import attrs

from ..errors import (
    BadRequestError,
    CallError,
    CallInfo,
    CallTimeoutError,
    ClientClosedError,
    ConflictError,
    IndeterminateWriteError,
    InvalidRequestError,
    StatusError,
    UnprocessableEntityError,
)

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
R = TypeVar("R")

Dedupe: TypeAlias = Literal["external_id", "read_back"]
"""What must hold before a write that may have been applied is sent again:

- ``external_id``: Dixa rejects the external ID of an existing message, as its description declares.
- ``read_back``: the messages were read, and this one is not among them.
"""

FIRST_PAUSE: Final = 1.0
"""Seconds between a lost response and the first look. They double. A request that was lost may still be under way."""


class OnceOutcome(enum.StrEnum):
    """How it is known that the object exists, once."""

    SENT = "sent"
    """This call sent it, and Dixa confirmed it."""
    CONFIRMED = "confirmed"
    """This call sent it and the response was lost, but it was found."""
    FOUND = "found"
    """It was there already: an earlier call sent it."""


@attrs.frozen(kw_only=True)
class OnceResult(Generic[T_co]):
    """The result of a write that is made once."""

    outcome: OnceOutcome
    value: T_co


@attrs.frozen(kw_only=True)
class Write(Generic[T]):
    """A write, and how to find out whether it was applied."""

    call: CallInfo
    """The call that sends it, for errors."""
    send: Callable[[], Awaitable[T]]
    find: Callable[[], Awaitable[T | None]]
    """Returns what was written, or None if it is not there."""


def check_once(*, dedupe: object, max_attempts: object) -> None:
    """Check the settings of `write_once`.

    Args:
        dedupe: see `Dedupe`.
        max_attempts: how often it is sent at most.

    Raises:
        InvalidRequestError: a setting has another value.
    """
    if dedupe not in ("external_id", "read_back"):
        raise InvalidRequestError(f"dedupe must be 'external_id' or 'read_back', not {dedupe!r}")
    if type(max_attempts) is not int or max_attempts < 1:
        raise InvalidRequestError(f"max_attempts must be a whole number of 1 or more, not {max_attempts!r}")


async def write_once(
    write: Write[T], *, dedupe: Dedupe, max_attempts: int, look_first: bool, time_limit: float | None
) -> OnceResult[T]:
    """Make a write once.

    Args:
        write: the write.
        dedupe: what must hold before it is sent again.
        max_attempts: how often it is sent at most.
        look_first: whether to look before it is sent for the first time, too. With ``read_back``, this is always done.
        time_limit: seconds for all of it. The first step is not cut short: a call has the same limit by itself.

    Returns:
        What was written, and how that is known.

    Raises:
        IndeterminateWriteError: it may have been applied, at most once, and that cannot be found out.
        CallError: this call has not applied it: the error of its first step.
    """
    return await _Course(write, dedupe, max_attempts, time_limit).run(look_first=look_first or dedupe == "read_back")


class _OutOfTimeError(Exception):
    pass


class _Course(Generic[T]):
    """The course of one write."""

    def __init__(self, write: Write[T], dedupe: Dedupe, max_attempts: int, time_limit: float | None) -> None:
        self._write = write
        self._dedupe = dedupe
        self._max_attempts = max_attempts
        self._clock = asyncio.get_running_loop().time
        self._deadline = None if time_limit is None else self._clock() + time_limit
        self._has_begun = False
        self._failure: CallError | ClientClosedError | None = None
        """The error of the last send that failed."""
        self._is_sent = False
        """Whether a send has begun."""
        self._maybe_applied = False
        self._is_taken = False
        """Whether Dixa said that the external ID is used."""
        self._is_rejected = False
        """Whether the last send was rejected for good, as another one would be."""
        self._is_absent = False
        """Whether the last look showed that it is not there."""

    async def run(self, *, look_first: bool) -> OnceResult[T]:
        try:
            if look_first:
                found = await self._step(self._write.find)
                if found is not None:
                    return OnceResult(outcome=OnceOutcome.FOUND, value=found)
                self._is_absent = True
            for number in range(self._max_attempts):
                result = (await self._send() if self._may_send() else None) or await self._look(number)
                if result is not None:
                    return result
                if self._is_rejected:
                    break
        except _OutOfTimeError:
            if not self._is_sent:
                raise CallTimeoutError(
                    "the time was over before it was sent", call=self._write.call, maybe_applied=False
                ) from None
        raise self._indeterminate() from self._failure

    def _may_send(self) -> bool:
        if self._is_taken:
            return False
        return self._failure is None or self._dedupe == "external_id" or self._is_absent

    async def _send(self) -> OnceResult[T] | None:
        self._is_absent = False
        try:
            value = await self._step(self._begin_send)
        except (CallError, ClientClosedError) as error:
            self._failure = error
            self._note(error)
            if not self._maybe_applied and not self._is_taken:
                raise
            return None
        return OnceResult(outcome=OnceOutcome.SENT, value=value)

    async def _begin_send(self) -> T:
        self._is_sent = True
        return await self._write.send()

    def _note(self, error: CallError | ClientClosedError) -> None:
        applied = isinstance(error, CallError) and error.maybe_applied
        self._maybe_applied = self._maybe_applied or applied
        self._is_taken = is_duplicate(error)
        # 429 and 503 say nothing of the request itself.
        passing = isinstance(error, StatusError) and error.status in (429, 503)
        self._is_rejected = isinstance(error, StatusError) and not (applied or passing or self._is_taken)

    async def _look(self, number: int) -> OnceResult[T] | None:
        await self._pause(FIRST_PAUSE * 2.0 ** min(number, 60))
        try:
            found = await self._step(self._write.find)
        except (CallError, ClientClosedError):
            self._is_absent = False
            return None
        self._is_absent = found is None
        if found is None:
            return None
        return OnceResult(outcome=OnceOutcome.CONFIRMED if self._maybe_applied else OnceOutcome.FOUND, value=found)

    async def _pause(self, seconds: float) -> None:
        if self._deadline is not None and self._clock() + seconds >= self._deadline:
            raise _OutOfTimeError
        await asyncio.sleep(seconds)

    async def _step(self, step: Callable[[], Awaitable[R]]) -> R:
        is_first, self._has_begun = not self._has_begun, True
        if self._deadline is None or is_first:
            return await step()
        if self._clock() >= self._deadline:
            raise _OutOfTimeError
        scope = asyncio.timeout_at(self._deadline)
        try:
            async with scope:
                return await step()
        except TimeoutError as error:
            if isinstance(error, CallTimeoutError) or not scope.expired():
                raise
            raise _OutOfTimeError from None

    def _indeterminate(self) -> IndeterminateWriteError:
        if self._is_taken and not self._maybe_applied:
            reason = "Dixa says that the external ID is used, but nothing with it was found here"
        else:
            reason = "the response was lost, and whether it was applied cannot be found out"
        call = self._failure.call if isinstance(self._failure, CallError) else self._write.call
        return IndeterminateWriteError(reason, call=call, maybe_applied=True)


def is_duplicate(error: Exception) -> bool:
    """Whether Dixa says that an external ID is used already. The exact text is not known.

    Args:
        error: the error of a call.

    Returns:
        Whether it says so.
    """
    if not isinstance(error, BadRequestError | ConflictError | UnprocessableEntityError):
        return False
    letters = "".join(filter(str.isalpha, error.message)).lower()
    return "duplicate" in letters and "externalid" in letters
