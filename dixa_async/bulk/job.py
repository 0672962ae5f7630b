"""A job, as its caller sees it."""

from types import TracebackType
from typing import Generic, Self

from .arguments import check_inputs
from .engine import Engine
from .outcomes import Input, Outcome, Result
from .progress import Counts
from .settings import BatchCall, Inputs, JobSettings


class Job(Generic[Input, Result]):
    """A job that `run` or `run_chunks` made. Iterate over it, once, for the outcomes.

    A step of the iteration may be cancelled, by a time limit for example: the next step goes on, and nothing is lost.
    Leaving the block of the job (``async with``) cancels what still runs.
    """

    def __init__(
        self, call: BatchCall[Input, Result], inputs: Inputs[Input], settings: JobSettings[Input, Result]
    ) -> None:
        check_inputs(inputs)
        self._engine = Engine(call, inputs, settings)

    @property
    def counts(self) -> Counts:
        """How far it is."""
        return self._engine.counts

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Outcome[Input, Result]:
        return await self._engine.next()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def stop(self) -> None:
        """End the job soon, without losing anything.

        No input is begun any more, and no write is sent again. What runs is finished, and its outcomes are given: go on
        iterating until the end. The next run of the job does the rest.
        """
        self._engine.stop()

    @property
    def stopped(self) -> bool:
        """Whether it was told to stop: inputs may be left that it has not begun."""
        return self._engine.is_stopped

    async def aclose(self) -> None:
        """Cancel what runs, and wait until it has ended. A generator of inputs is closed.

        Raises:
            UsageError: one of its calls asks for it.
        """
        await self._engine.close()

    def __del__(self) -> None:
        if hasattr(self, "_engine"):  # absent if the inputs were refused
            self._engine.abandon()
