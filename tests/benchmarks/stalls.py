"""An event loop that records how long it is blocked."""

import asyncio
import selectors
import time
from collections.abc import Callable
from typing import Any

from typing_extensions import override


class _RecordingSelector(selectors.DefaultSelector):
    loop: "StallLoop"

    @override
    def select(self, timeout: float | None = None) -> list[Any]:
        self.loop.end_step()
        events = super().select(timeout)
        self.loop.begin_step()
        return events


class StallLoop(asyncio.SelectorEventLoop):
    """The event loop. A step is everything that runs between two polls of the sockets."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self.begin()
        selector = _RecordingSelector()
        selector.loop = self
        super().__init__(selector)

    def begin(self) -> None:
        """Measure from here on."""
        self._longest_step = 0.0
        self.begin_step()

    def begin_step(self) -> None:
        """A step begins here."""
        self._step_began = self._clock()

    def end_step(self) -> float:
        """A step ends here.

        Returns:
            The longest step so far, in seconds.
        """
        self._longest_step = max(self._longest_step, self._clock() - self._step_began)
        return self._longest_step
