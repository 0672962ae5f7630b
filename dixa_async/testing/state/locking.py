"""The lock that keeps requests and the changes of a test apart."""

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Concatenate, ParamSpec, Protocol, TypeVar


class HasLock(Protocol):
    """Something with a lock."""

    @property
    def lock(self) -> AbstractContextManager[object]:
        """The lock."""
        ...


S = TypeVar("S", bound=HasLock)
P = ParamSpec("P")
T = TypeVar("T")


def locked(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """Make a method hold the lock of its object while it runs.

    Args:
        method: the method.

    Returns:
        The same method, with the lock.
    """

    @functools.wraps(method)
    def hold_lock(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with self.lock:
            return method(self, *args, **kwargs)

    return hold_lock
