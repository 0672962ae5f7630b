"""The inputs of a job, read one batch at a time."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Generator, Iterable
from types import GeneratorType
from typing import Generic

from .keys import with_key
from .outcomes import Input
from .settings import Batch, Inputs


def batches(inputs: Iterable[Input], key: Callable[[Input], str], size: int) -> Generator[Batch[Input]]:
    """Batches of the inputs of a list or a generator.

    Args:
        inputs: the inputs. If they raise, the inputs before are yielded first.
        key: returns the key of an input.
        size: inputs in a batch. The last batch may be smaller.

    Yields:
        Each batch.
    """
    batch: Batch[Input] = []
    try:
        for item in inputs:
            batch.append(with_key(item, key))
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
    """Batches of the inputs of an async iterator. See `batches`.

    Args:
        inputs: the inputs.
        key: returns the key of an input.
        size: inputs in a batch. The last batch may be smaller.

    Yields:
        Each batch.
    """
    batch: Batch[Input] = []
    try:
        async for item in inputs:
            batch.append(with_key(item, key))
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
    """Reads the inputs: those of a list or a generator directly, those of an async iterator in a task.

    Args:
        inputs: the inputs.
        key: returns the key of an input.
        size: inputs in a batch.
        wake: called when the next batch of an async iterator was read.
    """

    def __init__(self, inputs: Inputs[Input], key: Callable[[Input], str], size: int, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._task: asyncio.Task[Batch[Input] | None] | None = None
        self._batches: Generator[Batch[Input]] | None = None
        self._async_batches: AsyncGenerator[Batch[Input]] | None = None
        self._iterator: Iterable[Input] | AsyncIterator[Input]
        if isinstance(inputs, AsyncIterable):
            self._iterator = aiter(inputs)
            self._async_batches = async_batches(self._iterator, key, size)
        else:
            self._iterator = inputs
            self._batches = batches(inputs, key, size)

    @property
    def is_reading(self) -> bool:
        """Whether the next batch is being read."""
        return self._task is not None

    def next(self) -> Batch[Input] | None:
        """The next batch, or None at the end of the inputs or while it is being read."""
        if self._batches is not None:
            return next(self._batches, None)
        if self._task is None:
            self._start()
        elif self._task.done():
            task, self._task = self._task, None
            batch = task.result()
            if batch is None:
                self._async_batches = None
            return batch
        return None

    def _start(self) -> None:
        if self._async_batches is not None:
            self._task = asyncio.create_task(_next(self._async_batches))
            self._task.add_done_callback(lambda _: self._wake())

    async def aclose(self) -> None:
        """Stop reading. If the inputs are a generator, close it: only the job knows when it is no longer needed."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        if self._async_batches is not None:
            await self._async_batches.aclose()
        self._async_batches = self._batches = None
        if isinstance(self._iterator, GeneratorType):
            self._iterator.close()  # pyright: ignore[reportUnknownMemberType]
        elif isinstance(self._iterator, AsyncIterator):
            close = getattr(self._iterator, "aclose", None)  # such as that of an async generator or a pager
            if close is not None:
                await close()


async def _next(batches: AsyncGenerator[Batch[Input]]) -> Batch[Input] | None:
    return await anext(batches, None)
