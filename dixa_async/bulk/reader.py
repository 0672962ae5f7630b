"""The inputs of a job, read one batch at a time."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Generator, Iterable
from types import GeneratorType
from typing import Generic

from .keys import keyed
from .outcomes import Input
from .settings import Batch, Inputs


def batches(inputs: Iterable[Input], key: Callable[[Input], str], size: int) -> Generator[Batch[Input]]:
    """The inputs of a list or a generator.

    Args:
        inputs: the inputs. If they raise, what was read before comes first.
        key: gives the key of an input.
        size: inputs in a batch; the last one may have fewer.

    Yields:
        Each batch.
    """
    batch: Batch[Input] = []
    try:
        for item in inputs:
            batch.append(keyed(item, key))
            if len(batch) == size:
                yield batch
                batch = []
    except Exception:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


async def async_batches(
    inputs: AsyncIterator[Input], key: Callable[[Input], str], size: int
) -> AsyncGenerator[Batch[Input]]:
    """The same for an async iterator.

    Args:
        inputs: the inputs.
        key: gives the key of an input.
        size: inputs in a batch.

    Yields:
        Each batch.
    """
    batch: Batch[Input] = []
    try:
        async for item in inputs:
            batch.append(keyed(item, key))
            if len(batch) == size:
                yield batch
                batch = []
    except Exception:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


class Reader(Generic[Input]):
    """Reads the inputs: those of a list or a generator at once, those of an async iterator in a task.

    Args:
        inputs: the inputs.
        key: gives the key of an input.
        size: inputs in a batch.
        wake: called when the batch of an async iterator has come.
    """

    def __init__(self, inputs: Inputs[Input], key: Callable[[Input], str], size: int, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._task: asyncio.Task[Batch[Input] | None] | None = None
        self._now: Generator[Batch[Input]] | None = None
        self._later: AsyncGenerator[Batch[Input]] | None = None
        self._iterator: Iterable[Input] | AsyncIterator[Input]
        if isinstance(inputs, AsyncIterable):
            self._iterator = aiter(inputs)
            self._later = async_batches(self._iterator, key, size)
        else:
            self._iterator = inputs
            self._now = batches(inputs, key, size)

    @property
    def is_reading(self) -> bool:
        """Whether a batch will come later."""
        return self._task is not None

    def next(self) -> Batch[Input] | None:
        """The next batch; None if there is none, or it will come later."""
        if self._now is not None:
            return next(self._now, None)
        if self._task is None:
            self._begin()
        elif self._task.done():
            task, self._task = self._task, None
            batch = task.result()
            if batch is None:
                self._later = None
            return batch
        return None

    def _begin(self) -> None:
        if self._later is not None:
            self._task = asyncio.create_task(_next(self._later))
            self._task.add_done_callback(lambda _: self._wake())

    async def aclose(self) -> None:
        """Stop reading, and close the generator that the inputs may be: nobody else knows when it is done with."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        if self._later is not None:
            await self._later.aclose()
        self._later = self._now = None
        if isinstance(self._iterator, GeneratorType):
            self._iterator.close()  # pyright: ignore[reportUnknownMemberType]
        elif isinstance(self._iterator, AsyncIterator):
            close = getattr(self._iterator, "aclose", None)  # such as that of an async generator or a pager
            if close is not None:
                await close()


async def _next(later: AsyncGenerator[Batch[Input]]) -> Batch[Input] | None:
    return await anext(later, None)
