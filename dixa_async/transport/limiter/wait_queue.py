"""Callers that wait: first come, first served."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

PermitT = TypeVar("PermitT")


class WaitQueue(Generic[PermitT]):
    """A queue of callers that wait for permits.

    A caller that gives up leaves nothing behind, and is removed in constant time.
    """

    def __init__(self) -> None:
        self._waiters: OrderedDict[asyncio.Future[PermitT], None] = OrderedDict()

    def __len__(self) -> int:
        """The number of callers that wait."""
        return len(self._waiters)

    def enqueue(self, *, priority: bool = False) -> asyncio.Future[PermitT]:
        """Add a caller.

        Args:
            priority: whether it is served before all others, instead of after them.

        Returns:
            The waiter, to be passed to `wait`.
        """
        waiter: asyncio.Future[PermitT] = asyncio.get_running_loop().create_future()
        self._waiters[waiter] = None
        if priority:
            self._waiters.move_to_end(waiter, last=False)
        return waiter

    async def wait(self, waiter: asyncio.Future[PermitT], not_used: Callable[[PermitT], object]) -> None:
        """Wait for a permit.

        Args:
            waiter: what `enqueue` returned.
            not_used: called with a permit that was granted in the same tick in which the caller was cancelled.
        """
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.cancelled():
                self.remove(waiter)
            elif waiter.exception() is None:
                not_used(waiter.result())
            raise

    def remove(self, waiter: asyncio.Future[PermitT]) -> None:
        """Remove a caller that gave up."""
        self._waiters.pop(waiter, None)
        self._shrink()

    def grant(self, permit: PermitT) -> bool:
        """Grant a permit to the first caller.

        Args:
            permit: the result of its waiter.

        Returns:
            False if nobody waits.
        """
        while self._waiters:
            waiter, _ = self._waiters.popitem(last=False)
            self._shrink()
            if not waiter.done():  # else it was cancelled in this tick
                waiter.set_result(permit)
                return True
        return False

    def first(self) -> asyncio.Future[PermitT] | None:
        """The waiter that is served next; None if nobody waits."""
        return next((waiter for waiter in self._waiters if not waiter.done()), None)

    def _shrink(self) -> None:
        if not self._waiters:
            self._waiters.clear()  # else the dict keeps the largest size that it ever had
