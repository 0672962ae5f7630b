"""Values that all clients of a process with the same server and token share, for as long as they matter."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar
from weakref import WeakValueDictionary, finalize

from ..secret import Secret

T = TypeVar("T")

Key: TypeAlias = tuple[str, Secret]


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
        self._known: WeakValueDictionary[Key, T] = WeakValueDictionary()
        # Values without a client, and since when they have none.
        self._kept: OrderedDict[Key, tuple[T, float]] = OrderedDict()

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

    def _keep(self, key: Key, value: T) -> None:
        # Called by the garbage collector, which may happen during any line of this class, and in any thread.
        if self._is_disposable(value, 0.0):
            self._dropped(key, value)
        else:
            self._kept[key] = (value, self._clock())

    def _dropped(self, key: Key, value: T) -> None:
        """Called with a value that need not be kept whole. It may still have other users."""

    def _sweep(self) -> None:
        """Look at the values that were looked at longest ago. As each client looks at two, they do not pile up."""
        for _ in range(2):
            try:
                key, (value, since) = self._kept.popitem(last=False)
            except KeyError:
                return
            if self._is_disposable(value, self._clock() - since):
                self._dropped(key, value)
            else:
                self._kept.setdefault(key, (value, since))
