"""Each step on the bucket, with a clock that the test sets: never more permits than the limit allows, and none lost."""

import itertools
from collections.abc import Mapping

import attrs
import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from dixa_async.transport.limiter.redis.scripts import CLOCK, GIVE_BACK, MICRO, REPORT, RESERVE, THROTTLED, Script

from ..helpers.redis_server import RedisServer
from ..helpers.token_bucket import TokenBucket

pytestmark = pytest.mark.clock

_GIVEN_CLOCK = "local time = {ARGV[#ARGV - 1], ARGV[#ARGV]}"
_names = itertools.count()


@attrs.define(kw_only=True)
class _Permit:
    due: float
    charged: int
    born: int
    serial: int
    full: int
    returned: int


class _Steps:
    """A bucket in Redis whose clock the test sets."""

    def __init__(self, server: RedisServer, *, per_second: float = 10.0, burst: int = 3, now: float = 1e9) -> None:
        self._client = server.client()
        self.key = f"steps-{next(_names)}"
        self.now = round(now * MICRO)
        self._terms = (round(per_second * MICRO), burst, MICRO)
        self.known_born = self.known_serial = 0
        self.rate = per_second
        self.used = 0
        self.ready = 0.0

    def run(
        self, script: Script, *arguments: int, succeeded: int = 0, sent_without_redis: int = 0, forfeited: int = 0
    ) -> list[int]:
        assert CLOCK in script.text
        text = script.text.replace(CLOCK, _GIVEN_CLOCK)
        known = (self.known_born, self.known_serial, self.used)
        args = (*self._terms, *known, succeeded, sent_without_redis, forfeited, *arguments)
        clock = (self.now // MICRO, self.now % MICRO)
        response: list[int] = self._client.eval(text, 1, self.key, *args, *clock)
        now, self.known_born, self.known_serial, rate, self.used, ready, *rest = response
        assert now == self.now
        self.rate, self.ready = rate / MICRO, ready / MICRO
        return rest

    def set_terms(self, per_second: float, burst: int) -> None:
        self._terms = (round(per_second * MICRO), burst, MICRO)

    def reserve(self, max_wait: float = -1.0) -> _Permit | None:
        limit = -1 if max_wait < 0 else round(max_wait * MICRO)
        taken, wait, due, full, charged, returned = self.run(RESERVE, limit)
        if not taken:
            return None
        assert due == self.now + wait
        return _Permit(
            due=due / MICRO,
            charged=charged,
            born=self.known_born,
            serial=self.known_serial,
            full=full,
            returned=returned,
        )

    def return_permit(self, permit: _Permit) -> None:
        self.run(GIVE_BACK, permit.born, permit.serial, permit.full, permit.charged, permit.returned)

    def wait(self) -> float:
        """Seconds until the next permit, which is not reserved."""
        self.run(REPORT)
        return self.ready

    def reserve_by_others(self, count: int) -> None:
        """Let other processes reserve permits that this one does not know of."""
        known = (self.known_born, self.known_serial, self.used)
        self.known_born = self.known_serial = 0
        self.drain(count)
        self.known_born, self.known_serial, self.used = known

    def store(self) -> Mapping[str, str]:
        """What Redis would save to disk."""
        stored: Mapping[str, str] = self._client.hgetall(self.key)
        return stored

    def restore(self, stored: Mapping[str, object]) -> None:
        """Let Redis restart with what it once saved to disk."""
        self._client.delete(self.key)
        self._client.hset(self.key, mapping=stored)

    def drain(self, count: int) -> list[float]:
        """Seconds from now at which permits are due."""
        permits = [self.reserve() for _ in range(count)]
        return [permit.due - self.now / MICRO for permit in permits if permit is not None]


@pytest.fixture
def steps(server: RedisServer) -> _Steps:
    return _Steps(server)


_pauses = st.sampled_from([0, 0, 0, 1, 1000, 50_000, 100_000, 200_000, 1_000_000]) | st.integers(0, 400_000)
_actions = st.sampled_from(["reserve", "reserve", "reserve", "return", "return latest"])


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    plan=st.lists(st.tuples(_pauses, _actions, st.integers(0, 20)), min_size=1, max_size=80),
    burst=st.integers(1, 4),
)
@example(
    # The second permit is returned after the first one was returned and granted again.
    plan=[
        (0, "reserve", 0),
        (0, "reserve", 0),
        (40_000, "return", 0),
        (100_000, "reserve", 0),
        (0, "reserve", 0),
        (0, "return", 0),
        (0, "reserve", 0),
    ],
    burst=2,
)
def test_whatever_is_returned_the_used_permits_keep_the_limit(
    server: RedisServer, plan: list[tuple[int, str, int]], burst: int
) -> None:
    # A hair more than the burst, for microseconds are not exact as floats.
    steps, bucket = _Steps(server, burst=burst), TokenBucket(10, burst + 1e-4)
    held: list[_Permit] = []
    used: list[float] = []
    for pause, action, number in plan:
        steps.now += pause
        # A permit may be returned until it is late by half an interval.
        late = [permit for permit in held if steps.now / MICRO > permit.due + 0.05]
        used += [permit.due for permit in late]
        held = [permit for permit in held if permit not in late]
        if action == "reserve":
            permit = steps.reserve()
            assert permit is not None
            held.append(permit)
        elif held:
            steps.return_permit(held.pop(-1 if action == "return latest" else number % len(held)))
    used += [permit.due for permit in held]
    assert all(bucket.take(time - 1e9) for time in sorted(used))


_terms = st.tuples(st.sampled_from([1.0, 3.0, 10.0, 20.0]), st.integers(1, 6))
_few_waits = st.sampled_from([0, 0, 0, 10_000, 50_000, 300_000, 2_000_000])
_steps = st.sampled_from(["reserve", "reserve", "reserve", "report", "429"])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.lists(st.tuples(_few_waits, _terms, _steps), min_size=1, max_size=60))
@example(plan=[(0, (10.0, 3), "reserve")] * 3 + [(0, (1.0, 3), "reserve")] * 3)
@example(plan=[(2_000_000, (10.0, 3), "report"), *[(0, (10.0, 3), "reserve"), (0, (1.0, 3), "reserve")] * 4])
@example(plan=[(2_000_000, (3.0, 6), "report"), (0, (3.0, 6), "429"), (0, (20.0, 6), "reserve")])
def test_processes_with_different_settings_acquire_no_more_than_the_loosest_allow(
    server: RedisServer, plan: list[tuple[int, tuple[float, int], str]]
) -> None:
    steps = _Steps(server)
    in_force: list[tuple[int, float, int]] = []
    taken: list[tuple[int, float]] = []
    held_until = 0.0
    for pause, terms, step in plan:
        steps.now += pause
        steps.set_terms(*terms)
        in_force.append((steps.now, *terms))
        if step == "429":
            steps.run(THROTTLED, MICRO)
            held_until = steps.now / MICRO + 1
        elif step == "report":
            steps.run(REPORT, succeeded=5)
        else:
            permit = steps.reserve()
            assert permit is not None
            assert permit.due >= held_until
            taken.append((steps.now, permit.due))
    for first, (given_at, begin) in enumerate(taken):
        # Those before it may still be in force when it was granted.
        since = max((start for start, _, _ in in_force if start < given_at), default=0)
        for last in range(first, len(taken)):
            end = taken[last][1]
            terms_then = [(rate, burst) for start, rate, burst in in_force if since <= start <= end * MICRO]
            rate, burst = max(rate for rate, _ in terms_then), max(burst for _, burst in terms_then)
            assert last - first + 1 <= burst + rate * (end - begin) + 1e-3


def test_an_impossible_pause_delays_no_caller(steps: _Steps) -> None:
    steps.drain(5)
    steps.now += 60 * MICRO
    steps.restore({**steps.store(), "paused": 1e15 + _HOUR})
    steps.set_terms(5.0, 3)
    assert steps.wait() <= 60


def test_a_new_bucket_starts_as_if_the_burst_had_been_used_and_fills_up(steps: _Steps) -> None:
    assert steps.drain(3) == pytest.approx([0, 0.1, 0.2])
    steps.now += 10 * MICRO
    assert steps.drain(5) == pytest.approx([0, 0, 0, 0.1, 0.2])


def test_a_permit_that_is_due_too_late_is_not_reserved(steps: _Steps) -> None:
    steps.drain(5)
    assert steps.reserve(max_wait=0.49) is None
    assert steps.reserve(max_wait=0.5) is not None
    assert steps.used == 6


def test_the_last_permit_is_returned_as_if_it_had_never_been_reserved(steps: _Steps) -> None:
    steps.drain(5)
    wait = steps.wait()
    for _ in range(10):
        permit = steps.reserve()
        assert permit is not None
        steps.return_permit(permit)
    assert steps.wait() == wait
    assert steps.used == 5


def test_permits_returned_after_later_ones_were_granted_are_kept_while_the_burst_has_room(steps: _Steps) -> None:
    permits = [steps.reserve() for _ in range(6)]
    wait = steps.wait()
    for permit in permits[1:5]:
        assert permit is not None
        steps.return_permit(permit)
    assert steps.wait() == pytest.approx(wait - 0.2)  # a burst of 3 has room for 2 that come late
    steps.now += MICRO
    permits = [steps.reserve() for _ in range(6)]
    wait = steps.wait()
    assert permits[1] is not None
    steps.return_permit(permits[1])
    assert steps.wait() == pytest.approx(wait - 0.1)  # a while later it has room again


def test_a_permit_from_before_a_429_does_not_shorten_the_pause(steps: _Steps) -> None:
    permit = steps.reserve()
    assert permit is not None
    steps.run(THROTTLED, 7 * MICRO)
    steps.return_permit(permit)
    assert steps.wait() == pytest.approx(7)


def test_429s_within_a_second_slow_down_once_and_successes_restore_the_rate(steps: _Steps) -> None:
    assert [steps.run(THROTTLED, 0)[0] for _ in range(5)] == [1, 0, 0, 0, 0]
    assert steps.rate == 7
    steps.now += MICRO
    steps.run(THROTTLED, 0)
    assert steps.rate == pytest.approx(4.9)
    steps.run(REPORT, succeeded=100)
    assert steps.rate == pytest.approx(6.9)
    steps.run(REPORT, succeeded=155)
    assert steps.rate == 10


def test_the_rate_does_not_fall_forever(steps: _Steps) -> None:
    for _ in range(50):
        steps.now += MICRO
        steps.run(THROTTLED, 0)
    assert steps.rate == 0.5


def test_a_process_that_knew_a_lost_bucket_makes_all_processes_wait_briefly(steps: _Steps, server: RedisServer) -> None:
    steps.drain(5)
    server.client().delete(steps.key)
    steps.now += MICRO
    assert steps.wait() == pytest.approx(1)
    assert steps.used == 5
    steps.now += MICRO // 4
    assert steps.wait() == pytest.approx(0.75)


def test_a_process_that_comes_after_a_new_one_recreated_the_bucket_makes_all_wait_too(
    steps: _Steps, server: RedisServer
) -> None:
    steps.drain(5)
    server.client().delete(steps.key)
    steps.now += MICRO
    steps.reserve_by_others(1)
    assert steps.wait() == pytest.approx(1)


def test_a_bucket_older_than_a_process_has_seen_it_counts_as_lost(steps: _Steps) -> None:
    steps.drain(5)
    dump = steps.store()
    steps.now += 60 * MICRO
    assert steps.drain(40)[:4] == pytest.approx([0, 0, 0, 0.1])
    steps.restore(dump)
    steps.now += MICRO
    assert steps.wait() == pytest.approx(1)
    assert steps.used == 45


def test_all_processes_wait_once_for_a_bucket_older_than_they_have_seen_it(steps: _Steps) -> None:
    steps.drain(5)
    dump = steps.store()
    steps.drain(1)
    saw = (steps.known_born, steps.known_serial)
    steps.drain(1)
    steps.restore(dump)
    steps.now += MICRO
    assert steps.wait() == pytest.approx(1)
    steps.now += MICRO // 2
    steps.known_born, steps.known_serial = saw
    assert steps.wait() == pytest.approx(0.5)


def test_a_permit_granted_after_the_dump_cannot_be_returned(steps: _Steps) -> None:
    steps.drain(5)
    dump = steps.store()
    permit = steps.reserve()
    assert permit is not None
    steps.restore(dump)
    steps.now += MICRO
    steps.return_permit(permit)
    assert steps.wait() == pytest.approx(1)


def test_a_dump_from_before_another_loss_counts_as_lost_too(steps: _Steps, server: RedisServer) -> None:
    steps.drain(5)
    dump = steps.store()
    server.client().delete(steps.key)
    steps.now += 60 * MICRO
    steps.drain(1)
    steps.restore(dump)
    steps.now += MICRO
    assert steps.wait() == pytest.approx(1)


def test_permits_of_other_processes_are_not_a_loss(steps: _Steps) -> None:
    steps.drain(5)
    steps.reserve_by_others(5)
    steps.now += 60 * MICRO
    assert steps.wait() == 0


_HOUR = 3600 * MICRO


@pytest.mark.parametrize(
    "wrong",
    [
        {"full": "nan"},
        {"full": "inf"},
        {"full": "-inf"},
        {"full": 1e15 + _HOUR},
        {"full": "soon"},
        {"full": ""},
        {"rate": "inf"},
        {"rate": "nan"},
        {"rate": -1},
        {"serial": 1e300},
        {"held": 1_000_000},
        {"returned": -1},
        {"used": "nan"},
        {"touched": "inf"},
        {"born": -1},
    ],
    ids=str,
)
def test_a_bucket_with_impossible_values_counts_as_lost(steps: _Steps, wrong: dict[str, object]) -> None:
    steps.drain(5)
    steps.now += 60 * MICRO
    steps.restore({**steps.store(), **wrong})
    assert steps.wait() == pytest.approx(1)
    assert steps.rate == 10
    assert steps.used == 5
    steps.now += MICRO
    assert steps.drain(3) == pytest.approx([0, 0.1, 0.2])


def test_a_bucket_with_a_missing_part_counts_as_lost(steps: _Steps) -> None:
    steps.drain(5)
    stored = dict(steps.store())
    del stored["full"]
    steps.restore(stored)
    steps.now += MICRO
    assert steps.wait() == pytest.approx(1)


def test_the_first_process_to_find_a_bucket_with_impossible_values_has_no_burst(steps: _Steps) -> None:
    steps.drain(5)
    steps.now += 60 * MICRO
    steps.restore({**steps.store(), "full": "nan"})
    steps.known_born = steps.known_serial = 0
    assert steps.drain(3) == pytest.approx([0, 0.1, 0.2])


def test_a_rate_that_is_far_too_low_is_raised_to_the_lowest(steps: _Steps) -> None:
    steps.drain(1)
    steps.restore({**steps.store(), "rate": 1e-300})
    steps.wait()
    assert steps.rate == 0.5


def test_the_longest_pause_is_possible_at_a_high_rate(server: RedisServer) -> None:
    steps = _Steps(server, per_second=1000)
    steps.drain(1)
    steps.run(THROTTLED, 60 * MICRO)
    steps.run(REPORT, succeeded=100_000)
    assert steps.wait() == pytest.approx(60, abs=0.01)


def test_many_processes_can_wait_for_the_end_of_a_pause(steps: _Steps) -> None:
    steps.run(THROTTLED, 60 * MICRO)
    assert steps.drain(500)[-1] == pytest.approx(60 + 499 / 7, abs=0.01)


def test_a_permit_of_a_lost_bucket_cannot_be_returned(steps: _Steps, server: RedisServer) -> None:
    permit = steps.reserve()
    assert permit is not None
    server.client().delete(steps.key)
    steps.now += MICRO
    wait = steps.wait()
    steps.return_permit(permit)
    assert steps.wait() == wait


def test_what_was_sent_without_redis_is_counted_and_empties_the_burst(steps: _Steps) -> None:
    steps.drain(1)
    steps.now += 60 * MICRO
    steps.run(REPORT, sent_without_redis=40)
    assert steps.used == 41
    assert steps.drain(3) == pytest.approx([0, 0.1, 0.2])


def test_a_forfeited_permit_is_no_longer_counted_and_its_time_is_lost(steps: _Steps) -> None:
    steps.drain(5)
    wait = steps.wait()
    steps.run(REPORT, forfeited=2)
    assert steps.used == 3
    assert steps.wait() == wait


def test_what_was_sent_before_and_after_a_loss_is_counted_once(steps: _Steps, server: RedisServer) -> None:
    steps.drain(5)
    server.client().delete(steps.key)
    steps.now += MICRO
    steps.used += 40  # a process counts at once what it sends without Redis
    steps.run(REPORT, sent_without_redis=40)
    assert steps.used == 45


def test_a_clock_that_is_set_back_blocks_no_caller(steps: _Steps) -> None:
    steps.drain(5)
    wait = steps.wait()
    steps.now -= 3600 * MICRO
    assert steps.wait() == pytest.approx(wait)


def test_a_clock_that_is_set_back_lets_the_rate_fall_at_the_next_429(steps: _Steps) -> None:
    steps.run(THROTTLED, 0)
    steps.now -= 3600 * MICRO
    steps.wait()
    steps.now += 2 * MICRO
    assert steps.run(THROTTLED, 0) == [1]
    assert steps.rate == pytest.approx(4.9)


def test_a_clock_that_is_set_back_does_not_make_the_bucket_count_as_lost(steps: _Steps) -> None:
    steps.run(THROTTLED, 0)
    steps.drain(5)
    for _ in range(3):
        steps.now -= 60 * MICRO
        steps.drain(1)
    assert steps.rate == 7
    assert steps.used == 8


def test_the_daily_count_restarts_at_midnight(server: RedisServer) -> None:
    steps = _Steps(server, now=86400 * 20_000 - 1)
    steps.drain(3)
    assert steps.used == 3
    steps.now += MICRO
    assert steps.wait() == 0
    assert steps.used == 0


def test_the_key_expires_by_itself(steps: _Steps, server: RedisServer) -> None:
    for script, arguments in ((RESERVE, (-1,)), (THROTTLED, (0,)), (REPORT, ())):
        steps.run(script, *arguments)
        assert 86_400 < server.client().ttl(steps.key) <= 90_000
