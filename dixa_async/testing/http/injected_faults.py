"""The faults of a server that are in force, and how often each was used."""

import itertools
import random
import threading
from typing import Final, Self

from typing_extensions import override

from .faults import FaultRule


class InjectedFault:
    """A fault that is in force until it is used up or removed. As a context manager, it is removed at the end.

    ::

        with dixa_server.fault("POST /conversations/*/notes: 504 applied") as fault:
            ...
        assert fault.used == 1

    Attributes:
        rule: what goes wrong, and for which requests.
        number: identifies it among the faults of the server.
        used: for how many requests it was used so far.
    """

    def __init__(self, rule: FaultRule, faults: "InjectedFaults", number: int) -> None:
        self.rule: Final = rule
        self.number: Final = number
        self.used: int = 0
        self._faults = faults
        self._random = random.Random(rule.seed)  # noqa: S311 - no secret

    @property
    def is_active(self) -> bool:
        """Whether it is still in force."""
        return self in self._faults.active()

    def remove(self) -> None:
        """Remove it, if it is still in force."""
        self._faults.remove(self)

    def try_use(self, method: str, paths: tuple[str, ...]) -> bool:
        """Use it for a request, if it is not used up, the request matches, and chance wants it. The lock is held."""
        if self.used >= self.rule.times or not self.rule.target.matches(method, paths):
            return False
        if self.rule.probability < 1 and self._random.random() >= self.rule.probability:
            return False
        self.used += 1
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    @override
    def __str__(self) -> str:
        return str(self.rule)

    @override
    def __repr__(self) -> str:
        return f"<InjectedFault {str(self.rule)!r}, used {self.used} times>"


class InjectedFaults:
    """All faults that are in force. The first one that matches a request is used.

    Args:
        lock: held while they are read or changed.
    """

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._faults: list[InjectedFault] = []
        self._numbers = itertools.count(1)

    def inject(self, rule: FaultRule) -> InjectedFault:
        """Put a fault in force, after the others."""
        with self._lock:
            fault = InjectedFault(rule, self, next(self._numbers))
            self._faults.append(fault)
        return fault

    def active(self) -> list[InjectedFault]:
        """The faults that are in force, in the order in which they were injected."""
        with self._lock:
            return [fault for fault in self._faults if fault.used < fault.rule.times]

    def remove(self, fault: InjectedFault) -> None:
        """Remove a fault, if it is still in force."""
        with self._lock:
            if fault in self._faults:
                self._faults.remove(fault)

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._faults.clear()

    def take(self, method: str, paths: tuple[str, ...]) -> InjectedFault | None:
        """Find the fault for a request, and count its use.

        Args:
            method: the method of the request.
            paths: its path below the version, and the template of it if there is one.

        Returns:
            The fault, which must be passed to `settle` later; None if the request is handled without one.
        """
        with self._lock:
            return next((fault for fault in self._faults if fault.try_use(method, paths)), None)

    def settle(self, fault: InjectedFault, *, happened: bool) -> None:
        """Record whether a fault that was taken has happened.

        Args:
            fault: the fault.
            happened: whether it happened. Otherwise this use does not count: there was nothing to change.
        """
        with self._lock:
            if not happened:
                fault.used -= 1
            elif fault.used >= fault.rule.times:
                self.remove(fault)
