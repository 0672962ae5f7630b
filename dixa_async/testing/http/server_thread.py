"""A thread that runs a server on its own event loop, for tests on any event loop or on none."""

import asyncio
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future

from typing_extensions import override


class ServerThread:
    """Runs a server in a daemon thread until it is stopped.

    Args:
        start: starts the server; called on the thread's event loop.
        stop: stops it; called on the same loop.
    """

    def __init__(self, start: Callable[[], Awaitable[None]], stop: Callable[[], Awaitable[None]]) -> None:
        self._start = start
        self._stop = stop
        self._started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        self._thread = threading.Thread(target=self._run, name="FakeDixa", daemon=True)

    def start(self) -> None:
        """Start the thread, and wait until the server runs. An exception of its `start` is raised here."""
        self._thread.start()
        try:
            self._started.result()
        except Exception:
            self._thread.join()
            raise

    def stop(self) -> None:
        """Stop the server, and wait until the thread has ended."""
        loop, stopping = self._started.result()
        loop.call_soon_threadsafe(stopping.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=_RealTimeLoop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        try:
            await self._start()
        except Exception as error:
            self._started.set_exception(error)
            return
        stopping = asyncio.Event()
        self._started.set_result((asyncio.get_running_loop(), stopping))
        await stopping.wait()
        await self._stop()


class _RealTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose timers run even while a test freezes the time."""

    @override
    def time(self) -> float:
        if sys.platform == "win32":  # has no other clock
            return super().time()
        # freezegun replaces `time.monotonic` and the like, but not this function.
        return time.clock_gettime(time.CLOCK_MONOTONIC)
