"""What the calls of a client wait for: a slot, a turn, the end of a pause. They end when the client does."""

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
        self.ended = False

    def end(self) -> None:
        """End all waits, and let no new one begin."""
        self.ended = True
        here = asyncio.get_running_loop()
        for task in [*self._tasks]:
            if task.get_loop() is here:  # else its loop is over, and so is its wait
                self._tasks.remove(task)
                # At once, not in the next tick: so a turn that comes in this one is given back.
                task.cancel()

    def check(self) -> None:
        """See whether a call may go on.

        Raises:
            ClientClosedError: the client was closed.
        """
        if self.ended:
            raise ClientClosedError("the client was closed before this call was sent")

    async def wait_for(self, wait: Callable[[*Arguments], Awaitable[None]], *arguments: *Arguments) -> None:
        """Wait for something, if the client is not closed before it comes.

        Args:
            wait: the function that waits.
            arguments: what it is called with.

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
            elif task.uncancel() <= cancelled_before:  # else somebody has cancelled it besides `end`
                raise ClientClosedError("the client was closed before this call was sent") from None
