"""An event loop with a clock that ignores the pauses of the machine.

A busy machine may stop a process for half a second. By the wall clock, every pending timeout has then expired,
although nothing was slow. By this clock, no step of the loop takes longer than a moment, and no wait longer than
planned. So the client and the server of a test stay in step, and only their behavior causes timeouts.
"""

import asyncio
import selectors
import time
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

T = TypeVar("T")

LONGEST_STEP: Final = 0.01
"""Seconds that the clock moves at most while the callbacks of one round of the loop run."""


def _real_time() -> float:
    return time.clock_gettime(time.CLOCK_MONOTONIC)  # a clock that no test freezes


class _SteadySelector(selectors.DefaultSelector):
    """Counts the time that is spent waiting."""

    loop: "SteadyLoop"

    def select(self, timeout: float | None = None) -> list[Any]:
        self.loop.end_step()
        began = _real_time()
        events = super().select(timeout)
        waited = _real_time() - began
        self.loop.begin_step(waited if timeout is None else min(waited, max(timeout, 0.0)))
        return events


class SteadyLoop(asyncio.SelectorEventLoop):
    """The event loop."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._step_began = _real_time()
        selector = _SteadySelector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self._now + min(_real_time() - self._step_began, LONGEST_STEP)

    def end_step(self) -> None:
        """The loop is about to wait."""
        self._now = self.time()
        self._step_began = _real_time()

    def begin_step(self, waited: float) -> None:
        """The loop has waited."""
        self._now += waited
        self._step_began = _real_time()


def run_steadily(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on such a loop."""
    with asyncio.Runner(loop_factory=SteadyLoop) as runner:
        return runner.run(main)
