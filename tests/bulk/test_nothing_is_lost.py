"""Whatever raises, cancels or stops: the outcomes, the rows of the journal and what the server did agree."""

import asyncio
import contextlib
import tempfile
from pathlib import Path
from typing import Any, Literal

import attrs
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from dixa_async import bulk
from dixa_async.bulk import Journal, JournalView, State

from ..helpers.virtual_time import run_virtual
from .simulated_dixa import FAULTS, SimulatedDixa
from .support import RejectedError

COUNT = 12


class Interruption(BaseException):
    """Neither an error nor a cancellation."""


CALL_FAULTS = ["none", "rejected", "mistake", "cancelled", "cancels itself", "interruption"]


def raise_fault(fault: str) -> None:
    if fault == "rejected":
        raise RejectedError
    if fault == "mistake":
        raise AttributeError("emial")
    if fault == "cancelled":
        raise asyncio.CancelledError
    if fault == "cancels itself":
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
    if fault == "interruption":
        raise Interruption


@attrs.frozen(kw_only=True)
class Plan:
    """The faults of one run of the job."""

    faults: dict[int, list[Any]]
    before: dict[int, str]
    after: dict[int, str]
    reconcile: dict[int, str]
    keys: dict[int, str]
    progress: dict[int, str]
    cut_off: set[int]
    consumer: tuple[str, int]
    order: Literal["completion", "input"]
    has_reconcile: bool
    is_chunked: bool


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[int, Any]]:
    # Most calls succeed: a job that ends at once would not test what happens later.
    return st.just({}) | st.just({}) | st.dictionaries(st.integers(0, COUNT - 1), values, min_size=1, max_size=3)


PLANS = st.builds(
    Plan,
    faults=some(st.lists(st.sampled_from(FAULTS), min_size=1, max_size=3)),
    before=some(st.sampled_from(CALL_FAULTS)),
    after=some(st.sampled_from(CALL_FAULTS)),
    reconcile=some(st.sampled_from(CALL_FAULTS)),
    keys=some(st.sampled_from(["none", "mistake", "cancelled", "interruption"])),
    progress=some(st.sampled_from(["rejected", "cancelled", "interruption"])),
    cut_off=st.sets(st.integers(0, COUNT), max_size=3),
    consumer=st.tuples(
        st.sampled_from(["takes all", "raises", "breaks", "stops", "is cancelled"]), st.integers(0, COUNT)
    ),
    order=st.sampled_from(["completion", "input"]),
    has_reconcile=st.booleans(),
    is_chunked=st.booleans(),
)


class Run:
    """One run of the job, with the faults of a plan."""

    def __init__(self, path: Path, dixa: SimulatedDixa, plan: Plan) -> None:
        self._path = path
        self._dixa = dixa
        self._plan = plan
        self._updates = 0
        self.begun: set[int] = set()
        self.outcomes: list[bulk.Outcome[int, int]] = []
        self.ended: BaseException | None = None
        self.was_left = False

    async def _call(self, item: int) -> int:
        self.begun.add(item)
        raise_fault(self._plan.before.get(item, "none"))
        result = await self._dixa.write(item)
        raise_fault(self._plan.after.get(item, "none"))
        return result

    async def _call_chunk(self, items: list[int]) -> None:
        for item in items:
            await self._call(item)

    async def _reconcile(self, item: int) -> int | None:
        raise_fault(self._plan.reconcile.get(item, "none"))
        return await self._dixa.reconcile(item)

    def _key(self, item: int) -> str:
        raise_fault(self._plan.keys.get(item, "none"))
        return str(item)

    def update(self, counts: bulk.Counts) -> None:
        self._updates += 1
        raise_fault(self._plan.progress.get(self._updates, "none"))

    def close(self, counts: bulk.Counts) -> None: ...

    async def _consume(self, job: bulk.Job[int, int]) -> None:
        behaviour, moment = self._plan.consumer
        step = 0
        while True:
            step += 1
            if step in self._plan.cut_off:
                with contextlib.suppress(TimeoutError):
                    self.outcomes.append(await asyncio.wait_for(anext(job), 0.15))
                continue
            try:
                self.outcomes.append(await anext(job))
            except StopAsyncIteration:
                return
            if len(self.outcomes) == moment and behaviour != "takes all":
                if behaviour == "stops":
                    job.stop()
                    continue
                self.was_left = True
                if behaviour == "raises":
                    raise ValueError
                if behaviour == "is cancelled":
                    raise asyncio.CancelledError
                return

    async def run(self) -> None:
        with Journal(self._path, job="test") as journal:
            common: dict[str, Any] = {
                "key": self._key,
                "journal": journal,
                "order": self._plan.order,
                "reconcile": self._reconcile if self._plan.has_reconcile else None,
                "progress": self,
                "outage_timeout": 20,
            }
            job: bulk.Job[int, int]
            if self._plan.is_chunked:
                job = bulk.run_chunks(self._call_chunk, range(COUNT), chunk_size=3, **common)  # type: ignore[assignment]
            else:
                job = bulk.run(self._call, range(COUNT), **common)
            async with job:
                try:
                    await self._consume(job)
                except BaseException as error:
                    self.ended = error
                    if not isinstance(error, Exception | asyncio.CancelledError | Interruption):
                        raise


def rows_of(path: Path) -> dict[int, State]:
    if not path.exists():
        return {}
    with JournalView(path) as view:
        return {int(row.key): row.state for row in view.rows()}


STATE_OF = {"Succeeded": State.SUCCEEDED, "Failed": State.FAILED, "Indeterminate": State.INDETERMINATE}


async def check(path: Path, plans: list[Plan]) -> None:
    dixa = SimulatedDixa()
    for plan in plans:
        before = rows_of(path)
        dixa.faults = {item: list(faults) for item, faults in plan.faults.items()}
        run = Run(path, dixa, plan)
        await run.run()
        rows = rows_of(path)
        # Each outcome is that of one input, once, and is what the journal has.
        inputs = [outcome.input for outcome in run.outcomes]
        assert len(inputs) == len(set(inputs))
        for outcome in run.outcomes:
            name = type(outcome).__name__
            # An indeterminate write of an earlier run is unchanged when the job has ended before it was reconciled.
            expected = {STATE_OF[name]} | ({State.SENT} if name == "Indeterminate" else set())
            assert rows[outcome.input] in expected, (outcome, rows[outcome.input])
        # Every input that was started has an outcome, unless the job raised, or was closed or stopped.
        left_out = run.begun - set(inputs)
        if run.ended is None and not run.was_left and plan.consumer[0] != "stops":
            assert not left_out
            assert set(rows) == set(range(COUNT))
            skipped = {item for item, state in before.items() if state in (State.SUCCEEDED, State.FAILED)}
            assert set(inputs) | skipped == set(range(COUNT))
        # No applied write is reported as not sent, and no write as succeeded that was not applied.
        for item, state in rows.items():
            if state is State.SUCCEEDED and not plan.is_chunked:
                assert dixa.applied[item] >= 1
            if dixa.applied[item] and state in (State.PLANNED, State.FAILED):
                raise AssertionError(f"{item} was applied, and the journal has it as {state}")
    assert all(count <= 1 for count in dixa.applied.values()), dixa.applied


@given(st.lists(PLANS, min_size=1, max_size=3))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_outcomes_rows_and_the_server_agree(plans: list[Plan]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run_virtual(check(Path(folder, "a.journal"), plans))
