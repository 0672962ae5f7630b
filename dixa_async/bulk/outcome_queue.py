"""The outcomes that the consumer of a job has not taken yet."""

from collections import deque
from typing import Generic

from .outcomes import Input, Outcome, OutcomeOrState, Result
from .settings import Order
from .state import State


class OutcomeQueue(Generic[Input, Result]):
    """Queues the outcomes of finished batches, and returns them one at a time.

    Args:
        order: ``completion`` returns batches in the order in which they finish, ``input`` in that of their numbers.
    """

    def __init__(self, order: Order) -> None:
        self._order = order
        self._current = deque[Outcome[Input, Result]]()
        self._ready = deque[deque[Outcome[Input, Result]]]()
        self._waiting = dict[int, deque[Outcome[Input, Result]]]()
        self._next_number = 0

    @property
    def ready_batches(self) -> int:
        """Finished batches of which the consumer has not taken an outcome yet."""
        return len(self._ready)

    @property
    def waiting_batches(self) -> int:
        """Finished batches that wait for an earlier one."""
        return len(self._waiting)

    def put(self, number: int, results: list[OutcomeOrState[Input, Result]]) -> None:
        """Add a finished batch. Inputs that were skipped have no outcome.

        Args:
            number: the number of the batch, counted from 0.
            results: the results of its inputs.
        """
        outcomes = deque(result for result in results if not isinstance(result, State))
        if self._order == "completion":
            self._ready.append(outcomes)
            return
        self._waiting[number] = outcomes
        while self._next_number in self._waiting:
            self._ready.append(self._waiting.pop(self._next_number))
            self._next_number += 1

    def next_batch(self) -> bool:
        """Go on to the next batch that is ready.

        Returns:
            Whether there is one.
        """
        if not self._ready:
            return False
        self._current = self._ready.popleft()
        return True

    def pop(self) -> Outcome[Input, Result] | None:
        """Remove and return the next outcome of the current batch, or None if it has no more."""
        return self._current.popleft() if self._current else None
