"""A write is applied once, or a typed error says that it may have been: for any sequence of responses."""

import asyncio
from collections.abc import Sequence
from typing import Any

import attrs
import pytest
from hypothesis import example, given, strategies as st

from dixa_async import (
    BadRequestError,
    CallError,
    CallInfo,
    CallTimeoutError,
    ClientClosedError,
    ConnectError,
    ConnectionLostError,
    DixaError,
    IndeterminateWriteError,
    InvalidRequestError,
    NotFoundError,
    OnceOutcome,
    OnceResult,
    ServerError,
    StatusError,
    TooManyRequestsError,
)
from dixa_async.resources.once import Dedupe, Write, check_once, is_duplicate, write_once

from ..helpers.virtual_time import now, run_virtual

CALL = CallInfo(operation="add", method="POST", path="/things")
Step = str
"""What becomes of a request: see `Things`."""
SENDS = ("ok", "applied", "late", "dropped", "unconnected", "bad", "throttled", "closed", "gone")
LOOKS = ("ok", "failed", "closed")


def status(code: int, message: str = "", *, maybe_applied: bool = False) -> StatusError:
    return StatusError.of(message, call=CALL, maybe_applied=maybe_applied, status=code, headers={}, body=b"")


@attrs.define
class Things:
    """A server that things are added to and read from, with scripted failures. After these, every call succeeds."""

    refuses_duplicates: bool
    sends: list[Step]
    looks: list[Step]
    there: list[int] = attrs.field(factory=list[int])
    late: list[int] = attrs.field(factory=list[int])
    """Those that are under way: they are added as soon as something else is."""
    sent: int = 0

    def _add(self) -> int:
        if self.there and self.refuses_duplicates:
            raise status(400, "Duplicate external ID")
        self.there.append(len(self.there))
        return self.there[-1]

    async def send(self) -> int:
        self.sent += 1
        step = self.sends.pop(0) if self.sends else "ok"
        if step == "applied":
            self._add()
            raise ConnectionLostError("lost", call=CALL, maybe_applied=True)
        if step == "late":
            self.late.append(1)
            raise status(504, maybe_applied=True)
        if step == "dropped":
            raise ConnectionLostError("lost", call=CALL, maybe_applied=True)
        if step == "unconnected":
            raise ConnectError("no", call=CALL, maybe_applied=False)
        if step in ("bad", "throttled", "gone"):
            raise status({"bad": 400, "throttled": 429, "gone": 404}[step])
        if step == "closed":
            raise ClientClosedError("closed")
        return self._add()

    async def find(self) -> int | None:
        step = self.looks.pop(0) if self.looks else "ok"
        if step == "failed":
            raise status(500)
        if step == "closed":
            raise ClientClosedError("closed")
        return self.there[0] if self.there else None

    def deliver_late(self) -> None:
        """Deliver the requests that are still in flight."""
        while self.late:
            self.late.pop()
            if not (self.there and self.refuses_duplicates):
                self.there.append(0)

    async def write(
        self, *, dedupe: Dedupe = "external_id", look_first: bool = False, max_attempts: int = 4, limit: Any = None
    ) -> OnceResult[int]:
        return await write_once(
            Write(call=CALL, send=self.send, find=self.find),
            dedupe=dedupe,
            look_first=look_first,
            max_attempts=max_attempts,
            time_limit=limit,
        )


def things(sends: Sequence[Step] = (), looks: Sequence[Step] = (), *, refuses_duplicates: bool = True) -> Things:
    return Things(refuses_duplicates, list(sends), list(looks))


each_dedupe = st.sampled_from(["external_id", "read_back"])


@given(
    sends=st.lists(st.sampled_from(SENDS), max_size=8),
    looks=st.lists(st.sampled_from(LOOKS), max_size=8),
    dedupe=each_dedupe,
    look_first=st.booleans(),
    max_attempts=st.integers(1, 5),
    calls=st.integers(1, 4),
    refuses=st.booleans(),
)
def test_whatever_is_lost_there_is_exactly_one_or_a_typed_error_and_at_most_one(
    sends: list[Step],
    looks: list[Step],
    dedupe: Dedupe,
    look_first: bool,
    max_attempts: int,
    calls: int,
    refuses: bool,
) -> None:
    if dedupe == "external_id":
        refuses = True
    elif not refuses:  # the one race that remains: a request that is applied after the lookup
        sends = [step for step in sends if step != "late"]
    server = things(sends, looks, refuses_duplicates=refuses)

    async def main() -> None:
        for _ in range(calls):
            before = server.sent
            failure: DixaError | None = None
            try:
                result = await server.write(dedupe=dedupe, look_first=look_first, max_attempts=max_attempts)
            except DixaError as error:
                failure = error
            else:
                assert result.value == 0
                assert len(server.there) == 1
            if isinstance(failure, CallError):
                assert failure.maybe_applied == isinstance(failure, IndeterminateWriteError)
            assert server.sent - before <= max_attempts
            server.deliver_late()
            assert len(server.there) <= 1

    run_virtual(main())


@pytest.mark.parametrize(
    ("sends", "outcome", "count"),
    [
        (["ok"], OnceOutcome.SENT, 1),
        (["applied"], OnceOutcome.CONFIRMED, 1),
        (["dropped"], OnceOutcome.SENT, 2),
        (["dropped", "unconnected", "throttled"], OnceOutcome.SENT, 4),
        (["dropped", "applied"], OnceOutcome.CONFIRMED, 2),
    ],
)
@pytest.mark.parametrize("dedupe", ["external_id", "read_back"])
def test_the_outcome_says_how_it_is_known(sends: list[Step], outcome: OnceOutcome, count: int, dedupe: Dedupe) -> None:
    server = things(sends)
    assert run_virtual(server.write(dedupe=dedupe)) == OnceResult(outcome=outcome, value=0)
    assert (server.sent, server.there) == (count, [0])


@pytest.mark.parametrize(("dedupe", "sends"), [("external_id", 1), ("read_back", 0)])
def test_an_existing_item_is_found(dedupe: Dedupe, sends: int) -> None:
    server = things()
    server.there.append(0)
    assert run_virtual(server.write(dedupe=dedupe)) == OnceResult(outcome=OnceOutcome.FOUND, value=0)
    assert server.sent == sends
    assert run_virtual(server.write(look_first=True)).outcome == OnceOutcome.FOUND
    assert server.sent == sends


@pytest.mark.parametrize("step", ["unconnected", "bad", "throttled", "gone", "closed"])
@pytest.mark.parametrize("dedupe", ["external_id", "read_back"])
def test_an_error_that_changed_nothing_is_raised_unchanged(step: Step, dedupe: Dedupe) -> None:
    server = things([step])
    expected = {
        "unconnected": ConnectError,
        "bad": BadRequestError,
        "throttled": TooManyRequestsError,
        "gone": NotFoundError,
        "closed": ClientClosedError,
    }
    with pytest.raises(expected[step]):
        run_virtual(server.write(dedupe=dedupe))
    assert (server.sent, server.there) == (1, [])


def test_it_is_not_resent_before_a_lookup_shows_that_it_is_absent() -> None:
    server = things(["dropped"], ["ok", *["failed"] * 9], refuses_duplicates=False)
    with pytest.raises(IndeterminateWriteError) as caught:
        run_virtual(server.write(dedupe="read_back"))
    assert server.sent == 1
    assert isinstance(caught.value.__cause__, ConnectionLostError)
    assert caught.value.call == CALL
    server = things(["dropped"], ["ok", "failed", "ok"], refuses_duplicates=False)
    assert run_virtual(server.write(dedupe="read_back")).outcome == OnceOutcome.SENT
    assert server.sent == 2


def test_it_is_resent_with_the_same_external_id_although_nothing_can_be_read() -> None:
    server = things(["applied"], ["failed"] * 2)
    assert run_virtual(server.write()).outcome == OnceOutcome.CONFIRMED
    assert (server.sent, server.there) == (2, [0])


def test_a_late_request_is_deduplicated_by_the_external_id() -> None:
    server = things(["late"])
    find = server.find

    async def find_then_deliver_late() -> int | None:
        try:
            return await find()
        finally:
            server.deliver_late()

    async def main() -> OnceResult[int]:
        return await write_once(
            Write(call=CALL, send=server.send, find=find_then_deliver_late),
            dedupe="external_id",
            look_first=False,
            max_attempts=4,
            time_limit=None,
        )

    assert run_virtual(main()).outcome == OnceOutcome.CONFIRMED
    assert (server.sent, server.there) == (2, [0])


def test_an_external_id_that_is_used_elsewhere_is_a_typed_error() -> None:
    async def send() -> int:
        raise status(400, "Duplicate externalId")

    async def find() -> None:
        return None

    write = Write(call=CALL, send=send, find=find)
    with pytest.raises(IndeterminateWriteError, match="is used") as caught:
        run_virtual(write_once(write, dedupe="external_id", look_first=False, max_attempts=3, time_limit=None))
    assert caught.value.maybe_applied


@attrs.define
class SlowThings(Things):
    """Responds after some time; what is added is added before or after that."""

    delays: list[float] = attrs.field(factory=list[float])
    begun: int = 0
    """Requests that may arrive, or have."""

    async def send(self) -> int:
        self.begun += 1
        is_late = bool(self.delays) and self.delays[0] % 2 > 1
        try:
            if is_late:
                await self._wait()
            return await super().send()
        finally:
            if not is_late:
                await self._wait()

    async def find(self) -> int | None:
        await self._wait()
        return await super().find()

    async def _wait(self) -> None:
        await asyncio.sleep(self.delays.pop(0) if self.delays else 0.0)


@example([], [], [0.0, 1.5], "external_id", True, 1.0, [None])  # the time is up while the request is on its way
@given(
    sends=st.lists(st.sampled_from([step for step in SENDS if step != "late"]), max_size=6),
    looks=st.lists(st.sampled_from(LOOKS), max_size=6),
    delays=st.lists(st.floats(0, 10), max_size=12),
    dedupe=each_dedupe,
    look_first=st.booleans(),
    limit=st.none() | st.floats(0.1, 20),
    cancelled_after=st.lists(st.none() | st.floats(0, 30), min_size=1, max_size=4),
)
def test_however_slow_it_is_and_whenever_it_is_cancelled_there_is_one_at_most(
    sends: list[Step],
    looks: list[Step],
    delays: list[float],
    dedupe: Dedupe,
    look_first: bool,
    limit: float | None,
    cancelled_after: list[float | None],
) -> None:
    server = SlowThings(True, list(sends), list(looks), delays=list(delays))

    async def main() -> None:
        for seconds in cancelled_after:
            begun = server.begun
            task = asyncio.create_task(server.write(dedupe=dedupe, look_first=look_first, limit=limit))
            await asyncio.wait([task], timeout=seconds)
            if not task.done():
                task.cancel()
            (outcome,) = await asyncio.gather(task, return_exceptions=True)
            sent = server.sent
            await asyncio.sleep(100)
            assert server.sent == sent  # nothing goes on
            assert asyncio.all_tasks() == {asyncio.current_task()}
            assert len(server.there) <= 1
            if isinstance(outcome, OnceResult):
                assert server.there == [0]
            else:
                assert isinstance(outcome, DixaError | asyncio.CancelledError)
            if isinstance(outcome, IndeterminateWriteError):
                assert server.begun > begun

    run_virtual(main())


def test_what_was_never_sent_for_lack_of_time_has_not_been_written() -> None:
    server = SlowThings(True, [], [], delays=[20.0])
    with pytest.raises(CallTimeoutError) as caught:
        run_virtual(server.write(look_first=True, limit=10.0))
    assert (server.sent, caught.value.maybe_applied) == (0, False)


def test_a_rejection_after_a_lost_response_ends_it() -> None:
    server = things(["dropped", "gone"])
    with pytest.raises(IndeterminateWriteError) as caught:
        run_virtual(server.write())
    assert server.sent == 2
    assert isinstance(caught.value.__cause__, NotFoundError)


def test_the_pauses_double() -> None:
    async def main() -> float:
        started = now()
        with pytest.raises(IndeterminateWriteError):
            await things(["dropped"] * 4).write()
        return now() - started

    assert run_virtual(main()) == pytest.approx(1 + 2 + 4 + 8)


@pytest.mark.parametrize("limit", [0.5, 2.0, 3.5, 100.0])
def test_it_ends_with_the_time_limit(limit: float) -> None:
    server = things(["dropped"] * 100)
    find = server.find

    async def slow_find() -> int | None:
        await asyncio.sleep(1)
        return await find()

    async def main() -> float:
        started = now()
        with pytest.raises(IndeterminateWriteError):
            await write_once(
                Write(call=CALL, send=server.send, find=slow_find),
                dedupe="external_id",
                look_first=False,
                max_attempts=50,
                time_limit=limit,
            )
        return now() - started

    assert run_virtual(main()) <= limit


def test_a_send_that_is_cut_short_by_the_limit_may_have_been_applied() -> None:
    async def send() -> int:
        await asyncio.sleep(60)
        return 0

    async def find() -> None:
        return None

    write = Write(call=CALL, send=send, find=find)
    with pytest.raises(IndeterminateWriteError) as caught:
        run_virtual(write_once(write, dedupe="read_back", look_first=True, max_attempts=3, time_limit=5))
    assert (caught.value.call, caught.value.maybe_applied) == (CALL, True)


def test_an_error_of_the_first_lookup_is_raised_unchanged() -> None:
    server = things([], ["failed"])
    with pytest.raises(ServerError):
        run_virtual(server.write(dedupe="read_back"))
    assert server.sent == 0


@pytest.mark.parametrize("text", ["Duplicate externalId", "duplicate external_id: x", "The external ID is a duplicate"])
def test_duplicates_are_recognized_by_words_not_by_an_exact_message(text: str) -> None:
    assert is_duplicate(status(400, text))
    assert is_duplicate(status(409, text))
    assert not is_duplicate(status(500, text, maybe_applied=True))
    assert not is_duplicate(status(400, "Duplicate email"))


@pytest.mark.parametrize(
    "options",
    [{"dedupe": "none"}, {"dedupe": None}, {"max_attempts": 0}, {"max_attempts": True}, {"max_attempts": 1.5}],
)
def test_an_invalid_setting_is_rejected(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError, match=next(iter(options))):
        check_once(**{"dedupe": "external_id", "max_attempts": 1} | options)
