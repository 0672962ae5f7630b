"""The waits of a client's calls, for a slot, a permit, or a retry. They end when the client is closed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVarTuple

from ..errors import ClientClosedError, UsageError

Arguments = TypeVarTuple("Arguments")


class PendingWaits:
    """The waits of one client.

    Attributes:
        ended: whether the client was closed.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self.ended: bool = False

    def end(self) -> None:
        """End all waits, and refuse new ones."""
        self.ended = True
        loop = asyncio.get_running_loop()
        for task in [*self._tasks]:
            if task.get_loop() is loop:  # else its loop has ended, and its wait too
                self._tasks.remove(task)
                # At once, not in the next tick, so that a permit that is granted in this one is given back.
                task.cancel()

    def check(self) -> None:
        """Check that a call may go on.

        Raises:
            ClientClosedError: the client was closed.
        """
        if self.ended:
            raise ClientClosedError("the client was closed before this call was sent")

    async def wait_for(self, wait: Callable[[*Arguments], Awaitable[None]], *arguments: *Arguments) -> None:
        """Wait for something, unless the client is closed before.

        Args:
            wait: the function that waits.
            arguments: its arguments.

        Raises:
            ClientClosedError: the client was closed.
        """
        self.check()
        task = asyncio.current_task()
        if task is None:
            raise UsageError("there is no task: a call must be awaited in one")
        cancelled_before = task.cancelling()
        self._tasks.add(task)
        try:
            await wait(*arguments)
        finally:
            if task in self._tasks:
                self._tasks.remove(task)
            elif task.uncancel() <= cancelled_before:  # else it was also cancelled by someone other than `end`
                raise ClientClosedError("the client was closed before this call was sent") from None
