"""Ctrl-C and SIGTERM stop a job without losing anything."""

import asyncio
import signal
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

from .job import Job

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stop_on_signals(job: Job[Any, Any], signals: Sequence[signal.Signals] = _SIGNALS) -> Generator[None]:
    """Stop a job on the first signal in the block: see `Job.stop`. The second one has its previous effect.

    ::

        async with bulk.run(call, inputs, journal=journal) as job:
            with bulk.stop_on_signals(job):
                async for outcome in job: ...
        print(job.counts)

    This is for programs, not for libraries: it sets the signal handlers of the process for the block.

    Args:
        job: the job.
        signals: the signals; defaults to SIGINT (Ctrl-C) and SIGTERM.

    Raises:
        ValueError: this is not the main thread, the only one that can set signal handlers.
    """
    loop = asyncio.get_running_loop()

    def stop(_: int, __: FrameType | None) -> None:
        restore()
        loop.call_soon_threadsafe(job.stop)  # it also wakes up the loop

    before = {number: signal.signal(number, stop) for number in signals}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    try:
        yield
    finally:
        restore()
