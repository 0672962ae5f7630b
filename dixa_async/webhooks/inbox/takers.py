"""Tasks that wait for the batches of a schedule in this process."""

import asyncio
from collections import deque

from .errors import InboxClosedError
from .order import Schedule, Taken


class Takers:
    """Gives the batches of a schedule to the tasks that wait for them, when they are due on the loop's clock.

    Args:
        schedule: the schedule. Whoever changes it calls `serve`.
    """

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[asyncio.Future[Taken]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def take(self) -> Taken:
        """Wait for a batch.

        Returns:
            The batch. If the task is cancelled, none was taken.

        Raises:
            InboxClosedError: `close` was called meanwhile.
        """
        place: asyncio.Future[Taken] = self._loop.create_future()
        self._waiting.append(place)
        self.serve()
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.exception() is None:
                # The batch came in the moment of the cancellation.
                self._schedule.release(place.result().lease, self._loop.time())
                self.serve()
            raise

    def serve(self) -> None:
        """Give out what is due, and come back when the next batch is."""
        self._serve(self._loop.time())

    def close(self) -> None:
        """Let nobody wait any more."""
        self._stop_timer()
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_exception(InboxClosedError("the inbox was closed"))

    def _wake(self, due: float) -> None:
        self._timer = None
        # The loop can call a moment too early. The batch is due then all the same.
        self._serve(max(due, self._loop.time()))

    def _serve(self, now: float) -> None:
        while self._waiting:
            if self._waiting[0].done():  # cancelled
                self._waiting.popleft()
                continue
            taken = self._schedule.take(now)
            if taken is None:
                break
            self._waiting.popleft().set_result(taken)
        due = self._schedule.next_due() if self._waiting else None
        # A timer that is too early does no harm; to set one anew for each event would cost much.
        if due is not None and (self._timer is None or due < self._timer.when()):
            self._stop_timer()
            self._timer = self._loop.call_at(due, self._wake, due)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
