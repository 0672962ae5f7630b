"""The job that the caller iterates over."""

from types import TracebackType
from typing import Generic, Self

from .arguments import check_inputs
from .engine import Engine
from .outcomes import Input, Outcome, Result
from .progress import Counts
from .settings import BatchCall, Inputs, JobSettings


class Job(Generic[Input, Result]):
    """A job, as returned by `run` and `run_chunks`. Iterate over it, once, for the outcomes.

    A step of the iteration can be cancelled, for example by a timeout: the next step continues, and nothing is lost.
    Leaving the block of the job (``async with``) cancels the calls that still run.
    """

    def __init__(
        self, call: BatchCall[Input, Result], inputs: Inputs[Input], settings: JobSettings[Input, Result]
    ) -> None:
        check_inputs(inputs)
        self._engine = Engine(call, inputs, settings)

    @property
    def counts(self) -> Counts:
        """The progress of the job."""
        return self._engine.counts

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Outcome[Input, Result]:
        return await self._engine.next()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def stop(self) -> None:
        """End the job soon, without losing anything.

        No more calls are started, and no write is sent again. The calls that run are finished, and their outcomes are
        returned: go on iterating until the end. The next run of the job processes the remaining inputs.
        """
        self._engine.stop()

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called: some inputs may not have been processed."""
        return self._engine.is_stopped

    async def aclose(self) -> None:
        """Cancel the calls that run, and wait until they have ended. If the inputs are a generator, it is closed.

        Raises:
            UsageError: one of the calls of the job closes it.
        """
        await self._engine.close()

    def __del__(self) -> None:
        if hasattr(self, "_engine"):  # absent if the inputs were rejected
            self._engine.abandon()
