"""Values that all clients of a process with the same server and token share, for as long as they matter."""

import time
from collections.abc import Callable
from typing import Final, Generic, TypeAlias, TypeVar
from weakref import WeakValueDictionary, finalize

from ..secret import Secret

T = TypeVar("T")

_Key: TypeAlias = tuple[str, Secret]

_SWEEP_EVERY: Final = 60.0
"""Seconds. A sweep takes a while if many tokens are in use."""


class TokenRegistry(Generic[T]):
    """One value for each server and token.

    A value is kept while a client uses it, and after that for as long as a new one would not behave the same. So a
    program that makes a client for each call keeps its limit, and one that serves many tokens does not keep values for
    tokens that are no longer used.

    Args:
        is_disposable: whether a new value would behave the same as one that was not used for a number of seconds.
        clock: returns the time, in seconds.
    """

    def __init__(self, is_disposable: Callable[[T, float], bool], clock: Callable[[], float] = time.monotonic) -> None:
        self._is_disposable = is_disposable
        self._clock = clock
        self._known: WeakValueDictionary[_Key, T] = WeakValueDictionary()
        # Values without a client, and since when they have none.
        self._kept: dict[_Key, tuple[T, float]] = {}
        self._sweep_at = 0.0

    def get(self, server: str, token: Secret) -> T | None:
        """The value for a server and a token, or None if it is unknown.

        Args:
            server: the base URL.
            token: the API key.
        """
        self._sweep()
        return self._known.get((server, token))

    def add(self, server: str, token: Secret, value: T) -> None:
        """Add the value for a server and a token. Only a weak reference to it is held.

        Args:
            server: the base URL.
            token: the API key.
            value: the value.
        """
        self._known[server, token] = value

    def keep_after(self, user: object, server: str, token: Secret) -> None:
        """Keep a value after its user is gone, for as long as it matters.

        Args:
            user: what uses the value, and holds a reference to it.
            server: the base URL.
            token: the API key.
        """
        value = self._known.get((server, token))
        if value is not None:
            finalize(user, self._keep, (server, token), value).atexit = False

    def _keep(self, key: _Key, value: T) -> None:
        # Called by the garbage collector, which may happen during any line of this class, and in any thread.
        if not self._is_disposable(value, 0.0):
            self._kept[key] = (value, self._clock())

    def _sweep(self) -> None:
        now = self._clock()
        if now < self._sweep_at:
            return
        self._sweep_at = now + _SWEEP_EVERY
        for key, (value, since) in list(self._kept.items()):
            if self._is_disposable(value, now - since):
                self._kept.pop(key, None)
