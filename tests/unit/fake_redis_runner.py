"""Does what the limiter's scripts do, without Redis: on the clock of the loop, and it can be slow or unavailable."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

from typing_extensions import override

from dixa_async.transport.limiter.redis.scripts import (
    GIVE_BACK,
    MICRO,
    REPORT,
    RESERVE,
    THROTTLED,
    Script,
    ScriptRunner,
)


class FakeRedisRunner(ScriptRunner):
    """A bucket that several limiters may share.

    Args:
        delay: seconds from question to response.
        extra_delay: returns more seconds, for the way there and for the way back.
    """

    def __init__(self, *, delay: float = 0.001, extra_delay: Callable[[], float] = lambda: 0.0) -> None:
        self._delay = delay
        self._extra_delay = extra_delay
        self.gone = False
        self.runs: Counter[Script] = Counter()
        self.succeeded = 0
        self.used = 0
        self.full = 0
        self._born = 1
        self._rate = 0
        self._serial = 0
        self._clock_is_ahead = 1_700_000_000 * MICRO

    def set_clock(self, jump: float) -> None:
        """Set the clock. What lies ahead stays as far ahead as it was."""
        self._clock_is_ahead += round(jump * MICRO)
        self.full += round(jump * MICRO)

    def lose_all(self) -> None:
        """Start empty, as Redis does when it is flushed."""
        self._born += 1
        self.full = self.used = 0

    @override
    async def run(self, script: Script, arguments: Sequence[int]) -> list[int]:
        self.runs[script] += 1
        await asyncio.sleep(self._delay / 2 + self._extra_delay())
        if self.gone:
            raise ConnectionError("gone")
        response = self._step(script, *arguments)
        await asyncio.sleep(self._delay / 2 + self._extra_delay())
        return response

    @override
    def leave_to_parent(self) -> None:
        pass

    def _step(
        self,
        script: Script,
        full_rate: int,
        burst: int,
        grace: int,
        known_born: int,
        known_serial: int,
        known_used: int,
        succeeded: int,
        sent_without_redis: int,
        forfeited: int,
        *arguments: int,
    ) -> list[int]:
        now = round(asyncio.get_running_loop().time() * MICRO) + self._clock_is_ahead
        self.succeeded += succeeded
        self.used += sent_without_redis - forfeited
        rate = self._rate or full_rate
        interval = round(1e12 / rate)
        tolerance = (burst - 1) * interval
        assert known_serial <= self._serial
        if known_born not in (0, self._born):
            self.full = max(self.full, now + grace + tolerance)
            self.used = max(self.used, known_used)
        rest: list[int] = []
        if script == RESERVE:
            wait = max(0, self.full - tolerance - now)
            if 0 <= arguments[0] < wait:
                rest = [0, wait, 0, 0, 0, 0]
            else:
                self.full = max(self.full, now) + interval
                self.used += 1
                self._serial += 1
                rest = [1, wait, now + wait, self.full, interval, 0]
        elif script == GIVE_BACK:
            self.full -= arguments[3]
            self.used -= 1
        elif script == THROTTLED:
            rate = self._rate = rate * 7 // 10
            tolerance = tolerance * 10 // 7
            self.full = max(self.full, now + arguments[0] + tolerance)
            rest = [1]
        else:
            assert script == REPORT
        return [now, self._born, self._serial, rate, self.used, max(0, self.full - tolerance - now), *rest]
