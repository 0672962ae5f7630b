"""An event loop with real sockets and a clock that waits for them.

While bytes are in transit the clock stands still. Only when nothing has arrived for a moment does it jump to the next
timer. So a limit in requests per second can be tested to the last request, however busy the machine is.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, Final

_MOMENT: Final = 0.005
"""Seconds. On one machine, bytes arrive in less than a hundredth of it."""


class _PatientSelector(selectors.DefaultSelector):
    loop: "PatientLoop"

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            return super().select(None)
        events = super().select(min(timeout, _MOMENT))
        if not events and timeout > 0:
            self.loop.now += timeout
        return events


class PatientLoop(asyncio.SelectorEventLoop):
    """The event loop."""

    def __init__(self) -> None:
        self.now = 1000.0
        selector = _PatientSelector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self.now


def run_patiently(main: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine on such a loop."""
    with asyncio.Runner(loop_factory=PatientLoop) as runner:
        runner.run(main)
