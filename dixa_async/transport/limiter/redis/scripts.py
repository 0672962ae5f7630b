"""The Lua scripts of the limiter for many processes, and the one place that talks to redis-py.

A bucket is one hash in Redis, and each script is one atomic step on it. It is the GCRA of the limiter for one process,
on the clock of Redis, in whole microseconds; rates are requests in a million seconds. What makes it safe for many:

- A turn is charged when it is given out, before its time comes. So each process keeps its place, and its fair share.
- A new bucket starts as if the burst had just been used. Each process tells which bucket it knew, and the last turn
  it saw. If the bucket is another one, or from before that turn, Redis has lost it: it was flushed, or started from
  an old dump. Others may still hold turns of what was lost, so nothing goes out for a moment.
- A bucket that cannot be, with a time that is no number or much too late, is a lost one too.
- A turn that comes back when others were given out after it may be due later than the moment it was for. It is given
  back only as far as the burst has room for it. `returned` is all that was given back so, and each turn tells what it
  was when the turn was taken.
- A turn from before a pause is part of the pause: up to `held`, none is given back.
- Each process comes with its own settings. When they, or the rate, are not those of the step before, the bucket goes on
  as one that holds no more than before: `interval` and `burst` are what it went by, `paused` is the end of a pause, and
  `due` is when the permit is due that was granted last.
"""

import asyncio
import copy
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

import attrs
from typing_extensions import override

from ..protocol import FASTER, LONGEST_PAUSE, SLOWER, SLOWER_AT_MOST_EVERY, SLOWEST

if TYPE_CHECKING:
    from redis.asyncio import Redis

MICRO: Final = 1_000_000

_FORGOTTEN_AFTER: Final = 25 * 3600
"""Seconds. Longer than a day, so that the count of the day is not lost in a quiet hour."""
_MOST_TURNS_AHEAD: Final = 1000
"""More processes than will ever wait for turns of one bucket. Each of them holds one."""

CLOCK: Final = "local time = redis.call('TIME')"

_CONSTANTS: Final = f"""
local SLOWER, SLOWER_AT_MOST_EVERY = {SLOWER}, {SLOWER_AT_MOST_EVERY * MICRO:.0f}
local FASTER, SLOWEST = {FASTER * MICRO:.0f}, {SLOWEST * MICRO:.0f}
local LONGEST_PAUSE, MOST_TURNS_AHEAD, TOO_LARGE = {LONGEST_PAUSE * MICRO:.0f}, {_MOST_TURNS_AHEAD}, 2 ^ 53
local DAY, FORGOTTEN_AFTER = {86400 * MICRO}, {_FORGOTTEN_AFTER}
"""

_LOAD: Final = """
local now = time[1] * 1000000 + time[2]
local told = {}
for n, value in ipairs(ARGV) do told[n] = tonumber(value) end
local full_rate, burst, grace, known_born, known_serial, known_used = unpack(told, 1, 6)
local accepted, sent_alone, forfeited = unpack(told, 7, 9)

local names = {
  'born', 'touched', 'full', 'rate', 'slowed', 'held', 'serial', 'returned', 'day', 'used',
  'interval', 'burst', 'paused', 'due'
}
local stored = redis.call('HMGET', KEYS[1], unpack(names))
local bucket, possible = {}, true
for n, name in ipairs(names) do
  local value = tonumber(stored[n]) or -1
  bucket[name] = value
  possible = possible and value >= 0 and value < TOO_LARGE -- nan is neither
end
if not possible or bucket.held > bucket.serial then
  for _, name in ipairs(names) do bucket[name] = 0 end
end

if now < bucket.touched then
  -- The clock was set back. What lies ahead stays as far ahead as it was.
  for _, name in ipairs({'full', 'paused', 'due'}) do
    bucket[name] = math.max(0, bucket[name] - (bucket.touched - now))
  end
end
bucket.touched = now
bucket.slowed = math.min(bucket.slowed, now)
bucket.paused = math.min(bucket.paused, now + LONGEST_PAUSE)

-- A rate of 0 stands for the full one.
local slowest = math.min(SLOWEST, full_rate)
if bucket.rate > 0 then
  bucket.rate = math.max(bucket.rate, slowest) + accepted * FASTER
  if bucket.rate >= full_rate then bucket.rate = 0 end
end
local rate, interval, tolerance
local function settle_rate()
  rate = bucket.rate > 0 and bucket.rate or full_rate
  interval = math.floor(1e12 / rate + 0.5)
  tolerance = (burst - 1) * interval
  local last_interval, last_burst = bucket.interval, bucket.burst
  bucket.interval, bucket.burst = interval, burst
  if last_interval == 0 or (last_interval == interval and last_burst == burst) then return end
  local ready = math.max(bucket.full - (last_burst - 1) * last_interval, bucket.paused)
  if ready > now then
    -- The next turn was due by the old rate. By the new one it may be sooner, behind those that were given out.
    ready = math.min(ready, math.max(now, bucket.paused, bucket.due) + interval)
    bucket.full = ready + tolerance
  else
    local held = last_burst - math.max(0, bucket.full - now) / last_interval
    bucket.full = now + math.ceil(math.max(0, burst - held) * interval)
  end
end
settle_rate()

local day = math.floor(now / DAY)
if bucket.day ~= day then bucket.day, bucket.used = day, 0 end

local too_far = bucket.full - tolerance > now + grace + LONGEST_PAUSE + MOST_TURNS_AHEAD * interval
if bucket.born == 0 or too_far then
  bucket.born, bucket.full = now, now + tolerance
end
if sent_alone > 0 then
  -- These did not go through the bucket, so it looks fuller than it is.
  bucket.full = math.max(bucket.full, now + tolerance)
  bucket.used = bucket.used + sent_alone
end
bucket.used = math.max(0, bucket.used - forfeited)
if known_born > bucket.born or (known_born == bucket.born and known_serial > bucket.serial) then
  -- Redis went back to what it once was. That makes another bucket of it, for those who ask later too.
  bucket.born = now
end
if known_born ~= 0 and known_born ~= bucket.born then
  bucket.full = math.max(bucket.full, math.min(bucket.born, now) + grace + tolerance)
  bucket.used = math.max(bucket.used, known_used)
end

local function response(...)
  local fields = {}
  for _, name in ipairs(names) do
    fields[#fields + 1] = name
    fields[#fields + 1] = bucket[name]
  end
  redis.call('HSET', KEYS[1], unpack(fields))
  redis.call('EXPIRE', KEYS[1], FORGOTTEN_AFTER)
  return {now, bucket.born, bucket.serial, rate, bucket.used, math.max(0, bucket.full - tolerance - now), ...}
end
"""

_RESERVE: Final = """
local max_wait = told[10]
local wait = math.max(0, bucket.full - tolerance - now)
if max_wait >= 0 and wait > max_wait then return response(0, wait, 0, 0, 0, 0) end
bucket.full = math.max(bucket.full, now) + interval
bucket.due = now + wait
bucket.serial = bucket.serial + 1
bucket.used = bucket.used + 1
return response(1, wait, now + wait, bucket.full, interval, bucket.returned)
"""

_GIVE_BACK: Final = """
local born, serial, full, charged, returned = unpack(told, 10, 14)
charged = math.min(charged, interval)
if born ~= bucket.born then return response() end
bucket.used = math.max(0, bucket.used - 1)
if serial <= bucket.held then return response() end
if serial < bucket.serial then
  charged = math.min(charged, math.min(tolerance, full - now) - (bucket.returned - returned))
  if charged <= 0 then return response() end
  bucket.returned = bucket.returned + charged
end
bucket.full = bucket.full - charged
return response()
"""

_REFUSED: Final = """
local pause = told[10]
local slower = 0
bucket.paused = math.max(bucket.paused, now + pause)
local ready = math.max(bucket.full - tolerance, bucket.paused)
if now >= bucket.slowed + SLOWER_AT_MOST_EVERY then
  slower = 1
  bucket.slowed = now
  bucket.rate = math.floor(math.max(rate * SLOWER, slowest))
  settle_rate()
end
bucket.full = ready + tolerance
bucket.held = bucket.serial
return response(slower)
"""


def _digest(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


@attrs.frozen
class Script:
    """A script, and the digest that Redis knows it by."""

    text: str
    sha: str = attrs.field(init=False, default=attrs.Factory(lambda self: _digest(self.text), takes_self=True))


def _script(step: str) -> Script:
    return Script(_CONSTANTS + CLOCK + _LOAD + step)


RESERVE: Final = _script(_RESERVE)
"""Takes a turn. Argument: the longest wait, or -1. Response: taken or not, wait, due, full, charged, returned."""
GIVE_BACK: Final = _script(_GIVE_BACK)
"""Gives a turn back that is not used. Arguments: born, serial, full, charged, returned."""
REFUSED: Final = _script(_REFUSED)
"""Takes note of a 429. Argument: the pause. Response: whether the rate fell."""
REPORT: Final = _script("return response()")
"""Only tells what the others tell too: what was accepted, what was sent without Redis, and turns that were not used."""


class ScriptRunner(Protocol):
    """Runs scripts on one bucket."""

    async def run(self, script: Script, arguments: Sequence[int]) -> list[int]:
        """Run a script.

        Args:
            script: the script.
            arguments: what it gets, after the key.

        Returns:
            What it responds.
        """
        ...

    def leave_to_parent(self) -> None:
        """Use no connection of the parent process. It is called in a process that was forked."""
        ...


_pools_of_parent: Final[list[Any]] = []
"""Connection pools as they were before a fork. They are kept, or redis-py would close connections of the parent."""


class RedisRunner(ScriptRunner):
    """Runs scripts on a Redis server.

    Args:
        redis: the client.
        key: where the bucket is.
        timeout: seconds for a script.
    """

    def __init__(self, redis: "Redis", key: str, timeout: float) -> None:
        # redis-py's types leave open what a script responses, and whether it is awaited.
        self._redis: Any = redis
        self._key = key
        self._timeout = timeout

    @override
    async def run(self, script: Script, arguments: Sequence[int]) -> list[int]:
        from redis.exceptions import NoScriptError

        async with asyncio.timeout(self._timeout):
            try:
                response: list[int] = await self._redis.evalsha(script.sha, 1, self._key, *arguments)
            except NoScriptError:  # Redis is new, or has forgotten its scripts
                response = await self._redis.eval(script.text, 1, self._key, *arguments)
            return response

    @override
    def leave_to_parent(self) -> None:
        # The pools of redis.asyncio do not notice a fork: both processes would write to one socket.
        pool = self._redis.connection_pool
        _pools_of_parent.append(copy.copy(pool))
        pool.reset()
