"""What the scripts of the limiter do, without Redis: on the clock of the loop, and it can be slow or gone."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from typing_extensions import override

from dixa_async.transport.redis_scripts import GIVE_BACK, MICRO, REFUSED, REPORT, RESERVE, Script, ScriptRunner


class FakeRedisRunner(ScriptRunner):
    """A bucket that several limiters may share."""

    def __init__(self, *, delay: float = 0.001) -> None:
        self.delay = delay
        self.gone = False
        self.runs: Counter[Script] = Counter()
        self.held = 0
        self.most_held = 0
        self.accepted = 0
        self.used = 0
        self.full = 0
        self._born = 1
        self._rate = 0
        self._serial = 0

    def lose_all(self) -> None:
        """Start anew, as Redis does when it is flushed."""
        self._born += 1
        self.full = self.used = 0

    @override
    async def run(self, script: Script, arguments: Sequence[int]) -> list[int]:
        self.runs[script] += 1
        await asyncio.sleep(self.delay / 2)
        if self.gone:
            raise ConnectionError("gone")
        answer = self._step(script, *arguments)
        await asyncio.sleep(self.delay / 2)
        return answer

    def _step(
        self,
        script: Script,
        full_rate: int,
        burst: int,
        grace: int,
        known_born: int,
        known_used: int,
        accepted: int,
        sent_alone: int,
        *arguments: int,
    ) -> list[int]:
        now = round(asyncio.get_running_loop().time() * MICRO)
        self.accepted += accepted
        self.used += sent_alone
        rate = self._rate or full_rate
        interval = round(1e12 / rate)
        tolerance = (burst - 1) * interval
        if known_born not in (0, self._born):
            self.full = max(self.full, now + grace + tolerance)
            self.used = max(self.used, known_used)
        rest: list[int] = []
        if script == RESERVE:
            wait = max(0, self.full - tolerance - now)
            if 0 <= arguments[0] < wait:
                rest = [0, wait, 0, 0, 0]
            else:
                self.full = max(self.full, now) + interval
                self.used += 1
                self._serial += 1
                rest = [1, wait, self._serial, self.full, interval]
        elif script == GIVE_BACK:
            self.full -= arguments[3]
            self.used -= 1
        elif script == REFUSED:
            rate = self._rate = rate * 7 // 10
            tolerance = tolerance * 10 // 7
            self.full = max(self.full, now + arguments[0] + tolerance)
            rest = [1]
        else:
            assert script == REPORT
        return [self._born, rate, self.used, max(0, self.full - tolerance - now), *rest]
