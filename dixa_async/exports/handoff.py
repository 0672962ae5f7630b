"""Hands rows from the task that receives them to the program that reads them."""

import asyncio
from collections.abc import Iterator
from typing import Generic, TypeVar

RowT = TypeVar("RowT")


class Handoff(Generic[RowT]):
    """Hands over iterators of rows, one at a time. The rows are made when the program asks for them.

    While it works on one of them, the task waits: no more is read from the connection, and the server waits too.
    """

    def __init__(self) -> None:
        self._given: asyncio.Queue[Iterator[RowT] | None] = asyncio.Queue(1)
        self._error: Exception | None = None

    async def give(self, rows: Iterator[RowT]) -> None:
        """Hand over rows, and wait until all are taken. An error in making them is raised here."""
        await self._given.put(rows)
        await self._given.join()
        error, self._error = self._error, None
        if error is not None:
            raise error

    async def take(self, task: "asyncio.Task[None]") -> Iterator[RowT] | None:
        """Wait for rows; None if the task, which gives them, has ended."""
        return None if task.done() else await self._given.get()

    def taken(self, error: Exception | None = None) -> None:
        """Say that all rows are taken, or that an error ended them."""
        self._error = error
        self._given.task_done()

    def wake(self, _: "asyncio.Task[None]") -> None:
        """Wake the program, as the task has ended."""
        if self._given.empty():
            self._given.put_nowait(None)
