"""The checks of send times: they find each rate that is too fast or slow, and excuse only pauses of the machine."""

import time

import pytest

from ..helpers.send_times import Pause, noting_pauses, seconds_paused, slowness, too_early

pytestmark = pytest.mark.clock

RATE, BURST = 10, 4


def log(rate: float, burst: int, count: int = 100) -> list[float]:
    """The send times of requests that are all queued at the start."""
    return [5000 + max(0, number - burst + 1) / rate for number in range(count)]


@pytest.mark.parametrize("burst", [1, 3, 4])
def test_a_log_within_the_limit_is_accepted(burst: int) -> None:
    assert too_early(log(RATE, burst), RATE, BURST) == []


@pytest.mark.parametrize(
    "wrong", [log(12, 3), log(10.5, 3), log(RATE, 5), log(RATE, 10), log(1e9, 1), [*log(RATE, 4), 5001.05]]
)
def test_a_log_that_is_too_fast_is_rejected(wrong: list[float]) -> None:
    assert too_early(wrong, RATE, BURST)


def test_a_pause_does_not_allow_a_burst_after_it() -> None:
    times = log(RATE, 3, 20)
    paused = [time if time < 5001 else max(time, 5001.6) for time in times]
    assert too_early(paused, RATE, BURST)


def test_only_requests_that_a_pause_delayed_are_excused() -> None:
    pause = Pause(5001.01, 5001.6)
    before = [time for time in log(RATE, 3, 20) if time <= 5001]
    after = [5001.61] * 5 + [5001.71, 5001.81]
    assert too_early(before + after, RATE, BURST) == [5001.61]
    assert too_early(before + after, RATE, BURST, [pause], held=1) == []
    assert too_early([*before, 5001.61, *after], RATE, BURST, [pause], held=1) == [5001.61]
    assert too_early([*before, *after, 5001.82], RATE, BURST, [pause], held=1) == [5001.82]


@pytest.mark.parametrize("rate", [9.6, 8, 1])
def test_a_log_that_is_too_slow_is_reported_by_its_length(rate: float) -> None:
    assert slowness(log(RATE, 3), [], RATE, BURST) <= 1.03
    assert slowness(log(rate, 3), [], RATE, BURST) > 1.03


def test_only_pauses_within_the_time_are_excused_and_each_once() -> None:
    pauses = [Pause(0, 1), Pause(11, 12), Pause(11.5, 13), Pause(12, 12.2), Pause(19, 21), Pause(30, 31)]
    assert seconds_paused(pauses, 10, 20) == pytest.approx(3)
    late = [time if time < 5005 else time + 0.6 for time in log(RATE, 3)]
    assert slowness(late, [], RATE, BURST) > 1.03
    assert slowness(late, [Pause(5004.95, 5005.55)], RATE, BURST) <= 1.03
    assert slowness(late, [Pause(4000, 4900), Pause(6000, 7000)], RATE, BURST) > 1.03


def test_long_pauses_are_recorded_and_short_ones_are_not() -> None:
    pauses: list[Pause] = []
    naps = iter([0.0, 0.5, 0.0])
    began = time.monotonic()
    with noting_pauses(pauses.append, 0.3, lambda: time.sleep(next(naps, 0.0))):
        time.sleep(1)
    assert sum(pause.ended - pause.began >= 0.5 for pause in pauses) == 1
    assert all(began <= pause.began < pause.ended <= time.monotonic() for pause in pauses)
