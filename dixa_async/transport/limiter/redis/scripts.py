"""The Lua scripts of the limiter for several processes, and the one place that talks to redis-py.

A bucket is one hash in Redis, and each script is one atomic step on it. It is the GCRA of the limiter for one process,
on the clock of Redis, in whole microseconds; rates are requests in a million seconds. What makes it safe for many:

- A permit is charged when it is granted, before it is due. So each process keeps its position, and gets a fair share.
- A new bucket starts as if the burst had just been used. Each process says which bucket it knows, and the last permit
  that it saw. If the bucket is another one, or older than that permit, Redis has lost it: it was flushed, or restarted
  from an old dump. Other processes may still hold permits of the lost bucket, so nothing is sent for a moment.
- A bucket with an impossible value, such as a time that is not a number or much too late, counts as lost.
- If others were granted after a permit that is given back, the refund must not make the next one come too early. So a
  permit is refunded only as far as the burst has room for it. `returned` is the sum of these refunds, and each permit
  holds what it was when the permit was granted.
- A permit from before a pause is part of the pause: up to `held`, none is refunded.
- Each process sends its own settings. If they, or the rate, differ from those of the last step, the bucket continues as
  one that holds no more than before: `interval` and `burst` are those of the last step, `paused` is the end of a pause,
  and `due` is when the last granted permit is due.
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
"""Seconds. More than a day, so that the count of the day is not lost while nothing is sent."""
_MOST_PERMITS_AHEAD: Final = 1000
"""More than the processes that will ever share a bucket. Each of them holds one permit at most."""

CLOCK: Final = "local time = redis.call('TIME')"

_CONSTANTS: Final = f"""
local SLOWER, SLOWER_AT_MOST_EVERY = {SLOWER}, {SLOWER_AT_MOST_EVERY * MICRO:.0f}
local FASTER, SLOWEST = {FASTER * MICRO:.0f}, {SLOWEST * MICRO:.0f}
local LONGEST_PAUSE, MOST_PERMITS_AHEAD, TOO_LARGE = {LONGEST_PAUSE * MICRO:.0f}, {_MOST_PERMITS_AHEAD}, 2 ^ 53
local DAY, FORGOTTEN_AFTER = {86400 * MICRO}, {_FORGOTTEN_AFTER}
"""

_LOAD: Final = """
local now = time[1] * 1000000 + time[2]
local args = {}
for n, value in ipairs(ARGV) do args[n] = tonumber(value) end
local full_rate, burst, grace, known_born, known_serial, known_used = unpack(args, 1, 6)
local succeeded, sent_without_redis, forfeited = unpack(args, 7, 9)

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
  -- The clock was set back. Times in the future stay as far away as they were.
  for _, name in ipairs({'full', 'paused', 'due'}) do
    bucket[name] = math.max(0, bucket[name] - (bucket.touched - now))
  end
end
bucket.touched = now
bucket.slowed = math.min(bucket.slowed, now)
bucket.paused = math.min(bucket.paused, now + LONGEST_PAUSE)

-- A rate of 0 means the full rate.
local slowest = math.min(SLOWEST, full_rate)
if bucket.rate > 0 then
  bucket.rate = math.max(bucket.rate, slowest) + succeeded * FASTER
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
    -- The next permit was due at the old rate. At the new one it may be due sooner, after those already granted.
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

local too_far = bucket.full - tolerance > now + grace + LONGEST_PAUSE + MOST_PERMITS_AHEAD * interval
if bucket.born == 0 or too_far then
  bucket.born, bucket.full = now, now + tolerance
end
if sent_without_redis > 0 then
  -- These requests did not use the bucket, so it looks fuller than it is.
  bucket.full = math.max(bucket.full, now + tolerance)
  bucket.used = bucket.used + sent_without_redis
end
bucket.used = math.max(0, bucket.used - forfeited)
if known_born > bucket.born or (known_born == bucket.born and known_serial > bucket.serial) then
  -- Redis was restored from an old state. Make it another bucket, so that other processes notice too.
  bucket.born = now
end
if known_born ~= 0 and known_born ~= bucket.born then
  bucket.full = math.max(bucket.full, math.min(bucket.born, now) + grace + tolerance)
  bucket.used = math.max(bucket.used, known_used)
end

local function reply(...)
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
local max_wait = args[10]
local wait = math.max(0, bucket.full - tolerance - now)
if max_wait >= 0 and wait > max_wait then return reply(0, wait, 0, 0, 0, 0) end
bucket.full = math.max(bucket.full, now) + interval
bucket.due = now + wait
bucket.serial = bucket.serial + 1
bucket.used = bucket.used + 1
return reply(1, wait, now + wait, bucket.full, interval, bucket.returned)
"""

_GIVE_BACK: Final = """
local born, serial, full, charged, returned = unpack(args, 10, 14)
charged = math.min(charged, interval)
if born ~= bucket.born then return reply() end
bucket.used = math.max(0, bucket.used - 1)
if serial <= bucket.held then return reply() end
if serial < bucket.serial then
  charged = math.min(charged, math.min(tolerance, full - now) - (bucket.returned - returned))
  if charged <= 0 then return reply() end
  bucket.returned = bucket.returned + charged
end
bucket.full = bucket.full - charged
return reply()
"""

_THROTTLED: Final = """
local pause = args[10]
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
return reply(slower)
"""


def _digest(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


@attrs.frozen
class Script:
    """A script, and the digest by which Redis knows it."""

    text: str
    sha: str = attrs.field(init=False, default=attrs.Factory(lambda self: _digest(self.text), takes_self=True))


def _script(step: str) -> Script:
    return Script(_CONSTANTS + CLOCK + _LOAD + step)


RESERVE: Final = _script(_RESERVE)
"""Takes a permit. Argument: the longest wait, or -1. Reply: taken or not, wait, due, full, charged, returned."""
GIVE_BACK: Final = _script(_GIVE_BACK)
"""Gives back an unused permit. Arguments: born, serial, full, charged, returned."""
THROTTLED: Final = _script(_THROTTLED)
"""Records a 429. Argument: the pause. Reply: whether the rate was lowered."""
REPORT: Final = _script("return reply()")
"""Only reports what every script reports: successes, requests sent without Redis, and permits that were forfeited."""


class ScriptRunner(Protocol):
    """Runs scripts on one bucket."""

    async def run(self, script: Script, arguments: Sequence[int]) -> list[int]:
        """Run a script.

        Args:
            script: the script.
            arguments: its arguments.

        Returns:
            Its reply.
        """
        ...

    def leave_to_parent(self) -> None:
        """Stop using the connections of the parent process. Called in a forked process."""
        ...


_pools_of_parent: Final[list[Any]] = []
"""Connection pools as they were before a fork. They are kept, or redis-py would close the parent's connections."""


class RedisRunner(ScriptRunner):
    """Runs scripts on a Redis server.

    Args:
        redis: the client.
        key: the key of the bucket.
        timeout: the longest time for a script, in seconds.
    """

    def __init__(self, redis: "Redis", key: str, timeout: float) -> None:
        # redis-py's types leave open what a script returns, and whether it is awaited.
        self._redis: Any = redis
        self._key = key
        self._timeout = timeout

    @override
    async def run(self, script: Script, arguments: Sequence[int]) -> list[int]:
        from redis.exceptions import NoScriptError

        async with asyncio.timeout(self._timeout):
            try:
                reply: list[int] = await self._redis.evalsha(script.sha, 1, self._key, *arguments)
            except NoScriptError:  # Redis was restarted, or its scripts were flushed
                reply = await self._redis.eval(script.text, 1, self._key, *arguments)
            return reply

    @override
    def leave_to_parent(self) -> None:
        # The pools of redis.asyncio do not notice a fork: both processes would write to one socket.
        pool = self._redis.connection_pool
        _pools_of_parent.append(copy.copy(pool))
        pool.reset()
