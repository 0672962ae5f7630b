"""A thread that has a database: what many tasks want to write at the same time is one transaction."""

import asyncio
import logging
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Final, Generic, TypeVar

import attrs

from ..._error_text import stack_of
from ...database import DatabaseFile
from .errors import InboxClosedError
from .sqlite_schema import inbox_errors, prepare

logger: Final[logging.Logger] = logging.getLogger("dixa_async.webhooks")

_T = TypeVar("_T")
_MOST_AT_ONCE: Final = 500
"""Steps of one transaction."""


@attrs.define(eq=False)  # not frozen: that takes longer to make
class _Step(Generic[_T]):
    work: Callable[[sqlite3.Connection], _T]
    on_committed: Callable[[_T], object]
    on_failed: Callable[[], object]
    done: asyncio.Future[_T]

    def finish(self, result: _T) -> None:
        """Go on in the event loop. What the step changed holds, whether or not somebody still waits for it."""
        self.on_committed(result)
        if not self.done.done():
            self.done.set_result(result)

    def fail(self, error: BaseException) -> None:
        self.on_failed()
        if not self.done.done():
            self.done.set_exception(error)


class GroupCommit:
    """The thread, and the file that it has.

    Args:
        path: the absolute path of the file.
        durable: whether each transaction waits for the disk.
        on_undone: called in the thread when a transaction was undone.
    """

    def __init__(self, path: str, *, durable: bool, on_undone: Callable[[], object]) -> None:
        self.process: int = os.getpid()
        self._path = path
        self._durable = durable
        self._on_undone = on_undone
        self._loop = asyncio.get_running_loop()
        self._is_closing = False
        self._steps: SimpleQueue[_Step[Any] | None] = SimpleQueue()
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._closed: asyncio.Future[None] = self._loop.create_future()
        # A program that does not close its inbox can end all the same: nothing that was committed is lost.
        self._thread = threading.Thread(target=self._run, name="dixa-inbox", daemon=True)

    async def open(self) -> None:
        """Open the file.

        Raises:
            ConfigurationError: it is no inbox.
            InboxError: it cannot be opened, or another process has it.
        """
        self._thread.start()
        try:
            await asyncio.shield(self._opened)
        except asyncio.CancelledError:
            self._steps.put(None)
            self._opened.add_done_callback(lambda opened: opened.exception())  # nobody else asks for it
            raise

    async def close(self) -> None:
        """Write what was asked for, and close the file."""
        self._is_closing = True
        self._steps.put(None)
        await asyncio.shield(self._closed)

    async def run(
        self,
        work: Callable[[sqlite3.Connection], _T],
        on_committed: Callable[[_T], object] = lambda _: None,
        on_failed: Callable[[], object] = lambda: None,
    ) -> _T:
        """Do something in a transaction, together with what others want meanwhile.

        Args:
            work: called in the thread.
            on_committed: called in the event loop with its result when that is in the file, also if the task that
                waits for it is cancelled.
            on_failed: called in the event loop if it was undone.

        Returns:
            The result.

        Raises:
            InboxClosedError: the file is being closed.
            InboxError: it cannot be written.
        """
        return await self.start(work, on_committed, on_failed)

    def start(
        self,
        work: Callable[[sqlite3.Connection], _T],
        on_committed: Callable[[_T], object] = lambda _: None,
        on_failed: Callable[[], object] = lambda: None,
    ) -> asyncio.Future[_T]:
        """The same, for one who does not wait at once. See `run`."""
        if self._is_closing:
            raise InboxClosedError("the inbox was closed")
        step = _Step(work, on_committed, on_failed, self._loop.create_future())
        self._steps.put(step)
        return step.done

    def _run(self) -> None:
        try:
            with inbox_errors(self._path):
                file = DatabaseFile(self._path, prepare, durable=self._durable)
        except BaseException as error:
            self._tell(partial(_settle, self._opened, error))
            return
        self._tell(partial(_settle, self._opened, None))
        group: list[_Step[Any]] | None = []
        try:
            while (group := self._next_group()) is not None:
                self._commit(file, group)
        except BaseException as error:
            logger.critical("the thread of an inbox has ended: %s", stack_of(error))
        try:
            file.close()
        except Exception as error:
            logger.error("the file of an inbox cannot be closed: %s", stack_of(error))  # noqa: TRY400
        self._tell(partial(self._end, group or []))

    def _end(self, group: list[_Step[Any]]) -> None:
        """Let nobody wait for a thread that has ended, in the event loop."""
        self._is_closing = True
        with suppress(Empty):
            while True:
                if (step := self._steps.get_nowait()) is not None:
                    group.append(step)
        for step in group:
            if not step.done.done():
                step.fail(InboxClosedError("the thread of the inbox has ended"))
        _settle(self._closed, None)

    def _next_group(self) -> list[_Step[Any]] | None:
        """Wait for steps, and take all that are there. None: there will be no more."""
        step = self._steps.get()
        group: list[_Step[Any]] = []
        with suppress(Empty):
            while step is not None:
                group.append(step)
                if len(group) >= _MOST_AT_ONCE:
                    return group
                step = self._steps.get_nowait()
        if step is None:
            if not group:
                return None
            self._steps.put(None)  # for the next time
        return group

    def _commit(self, file: DatabaseFile, group: list[_Step[Any]]) -> None:
        try:
            with inbox_errors(self._path), file.transaction() as database:
                results = [step.work(database) for step in group]
        except BaseException as error:
            self._on_undone()
            if len(group) == 1:
                self._tell(partial(group[0].fail, error))
                return
            for step in group:  # what is wrong with one of them is not the others' fault
                self._commit(file, [step])
            return
        self._tell(partial(_finish_all, group, results))

    def _tell(self, action: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            self._loop.call_soon_threadsafe(action)


def _finish_all(group: list[_Step[Any]], results: list[Any]) -> None:
    for step, result in zip(group, results, strict=True):
        step.finish(result)


def _settle(future: asyncio.Future[None], error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
