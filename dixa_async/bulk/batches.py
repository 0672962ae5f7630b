"""The inputs of a job, read one batch at a time."""

from collections.abc import AsyncGenerator, AsyncIterable, Callable, Generator, Iterable

from .outcomes import Input
from .settings import Batch


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
            batch.append((item, key(item)))
            if len(batch) == size:
                yield batch
                batch = []
    except Exception:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


async def batches_as_they_come(
    inputs: AsyncIterable[Input], key: Callable[[Input], str], size: int
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
            batch.append((item, key(item)))
            if len(batch) == size:
                yield batch
                batch = []
    except Exception:
        if batch:
            yield batch
        raise
    if batch:
        yield batch
