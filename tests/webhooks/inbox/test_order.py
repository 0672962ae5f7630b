"""The rules of order, whatever happens in whatever sequence: each event once, in order, one batch of a conversation."""

from dataclasses import dataclass, field

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from dixa_async.webhooks.inbox.order import Entry, Schedule, Taken
from dixa_async.webhooks.inbox.rules import Burst

_WINDOW = 10.0
_BURST = Burst(quiet=15.0, max_wait=40.0, max_events=3)
_conversations = st.sampled_from(["a", "b", "c"])
_seconds = st.integers(0, 60).map(float)


@dataclass
class _Conversation:
    """What a conversation must be, said in another way than by the schedule."""

    waiting: set[Entry] = field(default_factory=set)
    started: tuple[Entry, ...] = ()
    """What was given and is not finished."""
    attempt: int = 0
    not_before: float = 0.0
    out: Taken | None = None


class ScheduleMachine(RuleBasedStateMachine):
    """Does anything to a schedule, and compares each batch with what may come now."""

    burst: Burst | None = None

    def __init__(self) -> None:
        super().__init__()
        self.schedule = Schedule(_WINDOW, self.burst)
        self.now = 0.0
        self.arrivals = 0
        self.model = {name: _Conversation() for name in "abc"}
        self.finished: set[Entry] = set()

    @rule(conversation=_conversations, happened=st.integers(0, 20))
    def put(self, conversation: str, happened: int) -> None:
        self.arrivals += 1
        entry = Entry(happened, self.arrivals, self.now, str(self.arrivals))
        self.schedule.add(conversation, entry)
        self.model[conversation].waiting.add(entry)

    @rule(seconds=_seconds)
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def take(self) -> None:
        taken = self.schedule.take(self.now)
        if taken is None:
            assert not any(self._is_due(found) for found in self.model.values())
            return
        found = self.model[taken.conversation]
        assert self._is_due(found)
        assert taken.attempt == found.attempt + 1
        if found.started:
            assert taken.entries == found.started
        else:
            first = sorted(found.waiting)[: len(taken.entries)]
            assert list(taken.entries) == first
            assert len(first) == min(len(found.waiting), self._size)
            found.waiting -= set(first)
        found.started, found.attempt, found.out = taken.entries, taken.attempt, taken

    def _out(self) -> list[_Conversation]:
        return [found for found in self.model.values() if found.out is not None]

    @precondition(lambda self: self._out())
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        found = data.draw(st.sampled_from(self._out()))
        assert found.out is not None
        self.schedule.finish(found.out.lease)
        assert not self.finished & set(found.started)
        self.finished |= set(found.started)
        found.started, found.attempt, found.out, found.not_before = (), 0, None, 0.0

    @precondition(lambda self: self._out())
    @rule(data=st.data(), delay=_seconds)
    def retry(self, data: st.DataObject, delay: float) -> None:
        found = data.draw(st.sampled_from(self._out()))
        assert found.out is not None
        self.schedule.retry(found.out.lease, self.now + delay)
        found.out, found.not_before = None, self.now + delay

    @precondition(lambda self: self._out())
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        found = data.draw(st.sampled_from(self._out()))
        assert found.out is not None
        self.schedule.release(found.out.lease, self.now)
        found.out, found.attempt, found.not_before = None, found.attempt - 1, 0.0
        if found.attempt == 0 and self.burst is None:
            found.waiting |= set(found.started)
            found.started = ()

    @invariant()
    def nothing_is_lost(self) -> None:
        held = [*self.finished]
        for found in self.model.values():
            held += [*found.waiting, *found.started]
        assert sorted(entry.arrival for entry in held) == list(range(1, self.arrivals + 1))

    @invariant()
    def it_counts_what_is_out(self) -> None:
        assert self.schedule.taken_count() == sum(len(found.started) for found in self._out())

    def teardown(self) -> None:
        """All that is left comes in the end."""
        for found in self._out():
            assert found.out is not None
            self.schedule.retry(found.out.lease, self.now)
            found.out = None
        self.now += 1000
        while (taken := self.schedule.take(self.now)) is not None:
            self.schedule.finish(taken.lease)
            self.finished |= set(taken.entries)
        assert len(self.finished) == self.arrivals
        assert self.schedule.next_due() is None

    @property
    def _size(self) -> int:
        return 1 if self.burst is None else self.burst.max_events

    def _is_due(self, found: _Conversation) -> bool:
        if found.out is not None:
            return False
        if found.started:
            return self.now >= found.not_before
        if not found.waiting:
            return False
        first = [entry.arrived_at for entry in sorted(found.waiting)[: self._size]]
        if self.burst is None:
            return self.now >= first[0] + _WINDOW
        return (
            len(first) == self.burst.max_events
            or self.now >= max(first) + self.burst.quiet
            or self.now >= min(first) + self.burst.max_wait
        )


class BurstMachine(ScheduleMachine):
    burst = _BURST


_often = settings(max_examples=60, stateful_step_count=60, deadline=None)
TestSchedule = ScheduleMachine.TestCase
TestSchedule.settings = _often
TestBurst = BurstMachine.TestCase
TestBurst.settings = _often
