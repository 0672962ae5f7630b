"""Callers that wait, first come, first served."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Permit = TypeVar("Permit")


class WaitQueue(Generic[Permit]):
    """A line of callers. Those who give up leave nothing behind, however many they are and however long the line is."""

    def __init__(self) -> None:
        self._places: OrderedDict[asyncio.Future[Permit], None] = OrderedDict()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._places)

    def join(self, *, priority: bool = False) -> asyncio.Future[Permit]:
        """Get a place, for `wait`.

        Args:
            priority: whether it is before all others, and not at the end.

        Returns:
            The place.
        """
        place: asyncio.Future[Permit] = asyncio.get_running_loop().create_future()
        self._places[place] = None
        if priority:
            self._places.move_to_end(place, last=False)
        return place

    async def wait(self, place: asyncio.Future[Permit], not_used: Callable[[Permit], object]) -> None:
        """Wait for the turn of a place.

        Args:
            place: the place.
            not_used: called with a turn that came in the very tick in which the caller was cancelled.
        """
        try:
            await place
        except asyncio.CancelledError:
            if place.cancelled():
                self.leave(place)
            elif place.exception() is None:
                not_used(place.result())
            raise

    def leave(self, place: asyncio.Future[Permit]) -> None:
        """Forget one who gave up."""
        self._places.pop(place, None)
        self._shrink()

    def serve(self, turn: Permit) -> bool:
        """Give a turn to the first in the line.

        Args:
            turn: what the caller gets from its place.

        Returns:
            False if nobody waits.
        """
        while self._places:
            place, _ = self._places.popitem(last=False)
            self._shrink()
            if not place.done():  # else it was cancelled a moment ago
                place.set_result(turn)
                return True
        return False

    def first(self) -> asyncio.Future[Permit] | None:
        """The place that is served next; None if nobody waits."""
        return next((place for place in self._places if not place.done()), None)

    def _shrink(self) -> None:
        if not self._places:
            self._places.clear()  # else it stays as large as it ever was
