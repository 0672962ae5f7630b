"""The base class of all errors, and the errors that are not about a call."""

from collections.abc import Sequence
from typing import Any

from typing_extensions import override


class DixaError(Exception):
    """Base class of all errors of this package."""

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        # The constructors take keyword arguments, which exceptions do not pickle by themselves.
        return _restore, (type(self), self.args, self.__dict__)


def _restore(cls: type[DixaError], args: tuple[Any, ...], state: dict[str, Any]) -> DixaError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class DixaWarning(UserWarning):
    """Dixa probably does not know an argument, such as the channel ``"Email"`` in a search."""


class ConfigurationError(DixaError, ValueError):
    """A setting is invalid. The message names it, and says what to do."""


class InvalidRequestError(DixaError, ValueError):
    """An argument cannot be sent. Nothing was sent.

    Attributes:
        path: where the fault is in the argument, such as ``$.message.content``.
        reason: what is wrong there.
    """

    def __init__(self, reason: str, *, path: str = "$", shown_path: str | None = None) -> None:
        super().__init__(f"{shown_path or path}: {reason}" if path != "$" else reason)
        self.reason = reason
        self.path = path


class SerializationError(DixaError, ValueError):
    """A value cannot be represented in JSON, or JSON does not fit the target type.

    Attributes:
        path: where the fault is, such as ``$[3].createdAt``.
        reason: what is wrong there.
    """

    def __init__(self, reason: str, *, path: str, shown_path: str | None = None) -> None:
        super().__init__(f"{shown_path or path}: {reason}")
        self.reason = reason
        self.path = path


class UsageError(DixaError, RuntimeError):
    """The client was used in a way that cannot work. The message says what to do."""


class ClientClosedError(UsageError):
    """The client was used after it was closed, or it was closed while the call waited. Nothing was sent."""


class NoMatchError(DixaError, LookupError):
    """Nothing has the name or the address that was looked for. The message suggests a name that is similar."""


class SeveralMatchesError(DixaError, LookupError):
    """Several objects have the name or the address that was looked for.

    Attributes:
        ids: their IDs.
    """

    def __init__(self, message: str, *, ids: Sequence[str]) -> None:
        super().__init__(f"{message}: {', '.join(ids)}")
        self.ids: tuple[str, ...] = tuple(ids)


class WaitTooLongError(DixaError):
    """The wait for a permit would exceed `max_wait`. Limiters raise it; the call raises a `RateLimitTimeoutError`.

    Attributes:
        wait: the wait, in seconds.
        max_wait: the longest allowed wait, in seconds.
    """

    def __init__(self, *, wait: float, max_wait: float) -> None:
        super().__init__(wait_message(wait, max_wait))
        self.wait = wait
        self.max_wait = max_wait


def wait_message(wait: float, max_wait: float) -> str:
    """The message of errors about a wait that is too long."""
    return f"the wait for the rate limit would be {wait:.1f} s, and max_wait is {max_wait:.1f} s"
