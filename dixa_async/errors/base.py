"""The errors that are about no call, and what all errors have in common."""

from typing import Any

from typing_extensions import override


class DixaError(Exception):
    """Base class of all errors of this package."""

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        # The constructors take keywords, which the pickling of exceptions does not know.
        return _restore, (type(self), self.args, self.__dict__)


def _restore(cls: type[DixaError], args: tuple[Any, ...], state: dict[str, Any]) -> DixaError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class DixaWarning(UserWarning):
    """Something was asked for that Dixa most likely does not know, such as the channel ``"Email"`` in a search."""


class ConfigurationError(DixaError, ValueError):
    """A setting that cannot work. The message says which and what to do."""


class InvalidRequestError(DixaError, ValueError):
    """An argument that cannot be sent. Nothing was sent.

    Attributes:
        path: the place in the argument, such as ``$.message.content``.
        reason: what is wrong with it.
    """

    def __init__(self, reason: str, *, path: str = "$", shown_path: str | None = None) -> None:
        super().__init__(f"{shown_path or path}: {reason}" if path != "$" else reason)
        self.reason = reason
        self.path = path


class SerializationError(DixaError, ValueError):
    """A value that JSON cannot hold, or JSON that does not fit the kind that was asked for.

    Attributes:
        path: the place, such as ``$[3].createdAt``.
        reason: what is wrong with it.
    """

    def __init__(self, reason: str, *, path: str, shown_path: str | None = None) -> None:
        super().__init__(f"{shown_path or path}: {reason}")
        self.reason = reason
        self.path = path


class UsageError(DixaError, RuntimeError):
    """The client was used in a way that cannot work. The message says what to do."""


class ClientClosedError(UsageError):
    """The client was used after it was closed, or closed while the call waited. Nothing was sent."""


class WaitTooLongError(DixaError):
    """A limiter would let a request wait longer than it may. The call becomes a `RateLimitTimeoutError`.

    Attributes:
        wait: how long the wait would be, in seconds.
        max_wait: how long it may be, in seconds.
    """

    def __init__(self, *, wait: float, max_wait: float) -> None:
        super().__init__(wait_too_long(wait, max_wait))
        self.wait = wait
        self.max_wait = max_wait


def wait_too_long(wait: float, max_wait: float) -> str:
    """What the errors of a wait say."""
    return f"the wait for the rate limit would be {wait:.1f} s, and max_wait is {max_wait:.1f} s"
