"""Processes one batch of inputs: looks them up in the journal, sends them, reconciles, and records the outcomes."""

from collections.abc import Callable
from typing import Any, Final, Generic, cast

import attrs

from .causes import is_denied
from .circuit_breaker import CircuitBreaker, NotStartedError
from .keys import Keyed, check_stable_key
from .outcomes import (
    BulkError,
    DuplicateKeyError,
    Failed,
    Indeterminate,
    Input,
    ItemRejectedError,
    Outcome,
    OutcomeOrState,
    Result,
    Succeeded,
    UnknownItemOutcomeError,
)
from .sender import Attempt, Sender
from .settings import Batch, ItemResult, JobSettings
from .state import State

_MAX_RESENDS: Final = 2
"""How often a write that `reconcile` has not found is sent again in one run."""
_NO_CALL: Final = Attempt[Any](None, None)


class Worker(Generic[Input, Result]):
    """Processes batches.

    Args:
        settings: the settings of the job.
        breaker: ends waits when the job ends.
        sender: makes the calls.
        abort: called with an error after which the job must start no more calls.
    """

    def __init__(
        self,
        settings: JobSettings[Input, Result],
        breaker: CircuitBreaker,
        sender: Sender[Input, Result],
        abort: Callable[[BaseException], None],
    ) -> None:
        self._settings = settings
        self._breaker = breaker
        self._sender = sender
        self._abort = abort

    async def process(self, batch: Batch[Input]) -> list[OutcomeOrState[Input, Result]]:
        """Process a batch.

        Args:
            batch: the inputs.

        Returns:
            In the order of the inputs, the outcome of each, or the state in which an earlier run left it if it is
            skipped. If the job cannot continue, an input may have neither: it is unchanged in the journal. Outcomes are
            in the journal, except those of denied calls: later calls show whether they are about their inputs.
        """
        results: dict[int, OutcomeOrState[Input, Result]] = {}
        try:
            for number, keyed in enumerate(batch):
                result = await self._from_journal(keyed)
                if result is not None:
                    results[number] = result
            unsent = [number for number in range(len(batch)) if number not in results]
            if unsent:
                outcomes = await self._send_and_reconcile([batch[number] for number in unsent])
                results.update(zip(unsent, outcomes, strict=True))
        except NotStartedError:
            pass
        except Exception as error:
            self._abort(error)
        return [results[number] for number in sorted(results)]

    async def _from_journal(self, keyed: Keyed[Input]) -> OutcomeOrState[Input, Result] | None:
        """The outcome or state of an input that the journal settles, or None if it must be sent."""
        journal = self._settings.journal
        if keyed.error is not None:
            return _failed(keyed, keyed.error)
        if journal is None:
            return None
        check_stable_key(keyed, self._settings.key)
        state = journal.plan(keyed.key, keyed.item)
        if state is State.DUPLICATE:
            return _failed(keyed, DuplicateKeyError(keyed.key))
        if state is State.SUCCEEDED or (state is State.FAILED and not self._settings.retry_failed):
            return state
        if state in (State.SENT, State.INDETERMINATE):  # an earlier run sent it, and knew no outcome
            if self._settings.reconcile is None and state is State.INDETERMINATE:
                return _indeterminate(keyed, None)  # it is not recorded: the journal keeps the reason
            return await self._reconcile_input(keyed, _indeterminate(keyed, None))
        return None

    async def _send_and_reconcile(self, batch: Batch[Input]) -> list[Outcome[Input, Result]]:
        outcomes = await self._send_retrying_rejected(batch)
        for _ in range(_MAX_RESENDS):
            if not await self._reconcile(batch, outcomes):
                break
        return outcomes

    async def _send_retrying_rejected(self, batch: Batch[Input]) -> list[Outcome[Input, Result]]:
        outcomes = await self._send(batch)
        rejected = [number for number, outcome in enumerate(outcomes) if _is_rejected(outcome)]
        if self._settings.retry_rejected and 0 < len(rejected) < len(batch):
            await self._resend(batch, outcomes, rejected)
        return outcomes

    async def _resend(self, batch: Batch[Input], outcomes: list[Outcome[Input, Result]], numbers: list[int]) -> None:
        """Send some inputs of a batch again, and replace their outcomes."""
        try:
            resent = await self._send([batch[number] for number in numbers])
        except (NotStartedError, BulkError) as error:
            if isinstance(error, BulkError):
                self._abort(error)
            self.record([outcomes[number] for number in numbers])  # the earlier outcomes stay
            return
        for number, outcome in zip(numbers, resent, strict=True):
            outcomes[number] = outcome

    async def _reconcile(self, batch: Batch[Input], outcomes: list[Outcome[Input, Result]]) -> bool:
        """Reconcile the indeterminate writes, and send those again that were not applied.

        Returns:
            Whether some were sent again.
        """
        indeterminate = [number for number, outcome in enumerate(outcomes) if isinstance(outcome, Indeterminate)]
        if not indeterminate or self._settings.reconcile is None:
            return False
        if not await self._breaker.sleep(self._settings.reconcile_delay):
            return False
        not_applied: list[int] = []
        for number in indeterminate:
            reconciled = await self._reconcile_input(batch[number], outcomes[number])
            if reconciled is None:
                not_applied.append(number)
            else:
                outcomes[number] = reconciled
        if not_applied:
            await self._resend(batch, outcomes, not_applied)
        return bool(not_applied)

    async def _reconcile_input(
        self, keyed: Keyed[Input], indeterminate: Outcome[Input, Result]
    ) -> Outcome[Input, Result] | None:
        """Find out whether a write was applied.

        Returns:
            The outcome, which stays indeterminate if that cannot be found out, or None if the write was not applied and
            can be sent.
        """
        if self._settings.reconcile is None:
            return self.record([indeterminate])[0]
        try:
            attempt = await self._sender.reconcile(self._settings.reconcile, keyed)
        except NotStartedError:
            return indeterminate
        except BulkError as error:
            self._abort(error)
            return indeterminate
        outcome: Outcome[Input, Result]
        if attempt.error is not None:
            outcome = _indeterminate(keyed, attempt.error)
        elif attempt.value is None or attempt.value is False:
            return None
        else:
            result = cast("Result", attempt.value)
            outcome = Succeeded(input=keyed.item, key=keyed.key, result=result, attempts=0, seconds=0.0)
        return self.record([outcome])[0]

    async def _send(self, batch: Batch[Input]) -> list[Outcome[Input, Result]]:
        attempt = await self._sender.send(batch)
        outcomes: list[Outcome[Input, Result]]
        if attempt.error is None:
            results = attempt.value or ()
            outcomes = [_outcome(keyed, result, attempt) for keyed, result in zip(batch, results, strict=True)]
        elif attempt.maybe_applied:
            outcomes = [_indeterminate(keyed, attempt.error, attempt) for keyed in batch]
        else:
            outcomes = [_failed(keyed, attempt.error, attempt) for keyed in batch]
        if any(map(is_denied, outcomes)):
            return outcomes  # not recorded: later calls show whether this is about the inputs
        return self.record(outcomes)

    def record(self, outcomes: list[Outcome[Input, Result]]) -> list[Outcome[Input, Result]]:
        """Write outcomes to the journal. If that fails, the job ends, but the outcomes are still delivered.

        Args:
            outcomes: the outcomes.

        Returns:
            The same outcomes; those whose result the journal cannot store say so.
        """
        if self._settings.journal is None:
            return outcomes
        try:
            without_result = self._settings.journal.record(outcomes)
        except Exception as error:
            self._abort(error)
            return outcomes
        return [
            attrs.evolve(outcome, is_result_kept=False)
            if isinstance(outcome, Succeeded) and outcome.key in without_result
            else outcome
            for outcome in outcomes
        ]


def _outcome(keyed: Keyed[Input], result: ItemResult[Result], attempt: Attempt[Any]) -> Outcome[Input, Result]:
    if isinstance(result, ItemRejectedError):
        return _failed(keyed, result, attempt)
    if isinstance(result, UnknownItemOutcomeError):
        return _indeterminate(keyed, result, attempt)
    return Succeeded(input=keyed.item, key=keyed.key, result=result, attempts=attempt.requests, seconds=attempt.seconds)


def _failed(keyed: Keyed[Input], error: Exception, attempt: Attempt[Any] = _NO_CALL) -> Failed[Input]:
    return Failed(input=keyed.item, key=keyed.key, error=error, attempts=attempt.requests, seconds=attempt.seconds)


def _indeterminate(
    keyed: Keyed[Input], error: Exception | None, attempt: Attempt[Any] = _NO_CALL
) -> Indeterminate[Input]:
    return Indeterminate(
        input=keyed.item, key=keyed.key, error=error, attempts=attempt.requests, seconds=attempt.seconds
    )


def _is_rejected(outcome: Outcome[Input, Result]) -> bool:
    return isinstance(outcome, Failed) and isinstance(outcome.error, ItemRejectedError)
