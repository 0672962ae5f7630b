"""The Lua scripts of the inbox in Redis. Each is one atomic step, on the clock of Redis, in whole microseconds.

What is there, all by names with one hash tag, so that a cluster keeps it in one slot:

- `events`: the encoded events that are not done, by ID.
- `waiting`: those that wait. All have the same score, so that they are sorted by their text: conversation, when it
  happened, when it arrived, a number, ID. So the events of a conversation are a range, in order.
- `batches`: by conversation, what was given and is not finished. `out` says whether somebody has it now, by `token`.
- `ready`: the conversations of which nothing is out, by the time at which they are due.
- `leases`: those of which something is out, by the time at which it is given back.
- `parked`, `parked_at`: what is set aside, and since when.
- `unfinished`: when events were received that wait or are out.
- `messages`: the second unique keys of the events that are not done, by ID, and the IDs by them.
- `arrivals`: counts what was put.
- one key for each unique key, which expires.
"""

from typing import Final

from ...transport.limiter.redis.scripts import Script

NAMES: Final = (
    "events",
    "waiting",
    "batches",
    "ready",
    "leases",
    "parked",
    "parked_at",
    "unfinished",
    "arrivals",
    "messages",
)
"""The names of the keys, in the order in which the scripts get them."""

_COMMON: Final = """
local EVENTS, WAITING, BATCHES, READY, LEASES = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local PARKED, PARKED_AT, UNFINISHED, ARRIVALS, MESSAGES = KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]
local window, quiet, longest, size = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local parked_for = tonumber(ARGV[5])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

-- The parts of a member of WAITING, after the conversation: ':' 18 digits ':' 16 digits ':' 12 digits ':' the ID.
local function new_member(conversation, order, id)
  local number = redis.call('INCR', ARRIVALS)
  -- An ID may hold a zero byte, at which %s would stop.
  return conversation .. ':' .. order .. string.format(':%016.0f:%012.0f:', now, number) .. id
end
local function order_of(conversation, member) return string.sub(member, #conversation + 2, #conversation + 19) end
local function arrived_at(conversation, member)
  return tonumber(string.sub(member, #conversation + 21, #conversation + 36))
end
local function id_of(conversation, member) return string.sub(member, #conversation + 51) end

local function first_waiting(conversation)
  return redis.call('ZRANGEBYLEX', WAITING, '[' .. conversation .. ':', '(' .. conversation .. ';', 'LIMIT', 0, size)
end

-- The same rule as `order.due_time`.
local function due_time(conversation, members)
  if quiet < 0 then return arrived_at(conversation, members[1]) + window end
  local oldest, newest = math.huge, 0
  for _, member in ipairs(members) do
    oldest = math.min(oldest, arrived_at(conversation, member))
    newest = math.max(newest, arrived_at(conversation, member))
  end
  if #members >= size then return newest end
  return math.min(newest + math.max(quiet, window), oldest + math.max(longest, window))
end

local function hold(conversation, due) redis.call('ZADD', READY, string.format('%.0f', due), conversation) end

-- Let a conversation go on of which nothing is out or retried.
local function plan(conversation)
  local members = first_waiting(conversation)
  if #members > 0 then hold(conversation, due_time(conversation, members)) end
end

local function add(conversation, order, id, received_at)
  redis.call('ZADD', WAITING, 0, new_member(conversation, order, id))
  redis.call('ZADD', UNFINISHED, received_at, id)
  if redis.call('HEXISTS', BATCHES, conversation) == 0 then plan(conversation) end
end

local function delete_event(id)
  local message = redis.call('HGET', MESSAGES, 'e' .. id)
  if message then redis.call('HDEL', MESSAGES, 'e' .. id, message) end
  redis.call('HDEL', EVENTS, id)
end

local function delete_old()
  local old = redis.call('ZRANGEBYSCORE', PARKED_AT, '-inf', string.format('(%.0f', now - parked_for), 'LIMIT', 0, 100)
  for _, id in ipairs(old) do
    redis.call('ZREM', PARKED_AT, id)
    redis.call('HDEL', PARKED, id)
    delete_event(id)
  end
end
"""

_PUT: Final = """
local conversation, order, id, encoded, message, received_at = ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10], ARGV[11]
local most, retention = tonumber(ARGV[12]), tonumber(ARGV[13])
delete_old()
if redis.call('HEXISTS', EVENTS, id) == 1 then return 0 end
if message ~= '' and redis.call('HEXISTS', MESSAGES, 'm' .. message) == 1 then return 0 end
for n = 11, #KEYS do
  if redis.call('EXISTS', KEYS[n]) == 1 then return 0 end
end
local held = redis.call('HLEN', EVENTS)
if held >= most then return -1 end
for n = 11, #KEYS do
  if retention > 0 then redis.call('SET', KEYS[n], 1, 'PX', retention) end
end
redis.call('HSET', EVENTS, id, encoded)
if message ~= '' then redis.call('HSET', MESSAGES, 'e' .. id, 'm' .. message, 'm' .. message, id) end
add(conversation, order, id, received_at)
return 1
"""

_TAKE: Final = """
local token, lease = ARGV[6], tonumber(ARGV[7])
delete_old()
for _, conversation in ipairs(redis.call('ZRANGEBYSCORE', LEASES, '-inf', string.format('%.0f', now))) do
  redis.call('ZREM', LEASES, conversation)
  local stored = redis.call('HGET', BATCHES, conversation)
  if stored then
    local batch = cjson.decode(stored)
    batch.out = false
    redis.call('HSET', BATCHES, conversation, cjson.encode(batch))
  end
  hold(conversation, now)
end
-- A Redis that evicts keys may have lost what a conversation had: the others go on.
local conversation, batch
repeat
  conversation = redis.call('ZRANGEBYSCORE', READY, '-inf', string.format('%.0f', now), 'LIMIT', 0, 1)[1]
  if conversation then
    redis.call('ZREM', READY, conversation)
    local stored = redis.call('HGET', BATCHES, conversation)
    local members = stored and {} or first_waiting(conversation)
    if stored then
      batch = cjson.decode(stored)
      batch.attempt = batch.attempt + 1
    elseif #members > 0 then
      batch = {members = members, attempt = 1}
      redis.call('ZREM', WAITING, unpack(members))
    end
  end
until batch or not conversation
if not conversation then
  local next_time = -1
  for _, key in ipairs({READY, LEASES}) do
    local score = tonumber(redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2])
    if score and (next_time < 0 or score < next_time) then next_time = score end
  end
  return {0, next_time < 0 and -1 or math.max(0, next_time - now)}
end
batch.out, batch.token = true, token
redis.call('HSET', BATCHES, conversation, cjson.encode(batch))
redis.call('ZADD', LEASES, string.format('%.0f', now + lease), conversation)
local ids = {}
for n, member in ipairs(batch.members) do ids[n] = id_of(conversation, member) end
return {1, conversation, batch.attempt, redis.call('HMGET', EVENTS, unpack(ids))}
"""

_REPORT: Final = """
local conversation, token, outcome, delay, reason = ARGV[6], ARGV[7], ARGV[8], tonumber(ARGV[9]), ARGV[10]
local stored = redis.call('HGET', BATCHES, conversation)
if not stored then return 0 end
local batch = cjson.decode(stored)
if not batch.out or batch.token ~= token then return 0 end
redis.call('ZREM', LEASES, conversation)

local function again_at(due)
  batch.out = false
  redis.call('HSET', BATCHES, conversation, cjson.encode(batch))
  hold(conversation, due)
end

if outcome == 'retry' then
  again_at(now + delay)
  return 1
end
if outcome == 'release' then
  batch.attempt = batch.attempt - 1
  if batch.attempt > 0 or quiet >= 0 then  -- a burst stays as it was
    again_at(now)
    return 1
  end
  for _, member in ipairs(batch.members) do redis.call('ZADD', WAITING, 0, member) end
else
  for _, member in ipairs(batch.members) do
    local id = id_of(conversation, member)
    if outcome == 'park' then
      redis.call('HSET', PARKED, id, cjson.encode({
        conversation = conversation, order = order_of(conversation, member), reason = reason,
        attempts = batch.attempt, received_at = redis.call('ZSCORE', UNFINISHED, id) or string.format('%.0f', now)
      }))
      redis.call('ZADD', PARKED_AT, string.format('%.0f', now), id)
    else
      delete_event(id)
    end
    redis.call('ZREM', UNFINISHED, id)
  end
end
redis.call('HDEL', BATCHES, conversation)
plan(conversation)
return 1
"""

_RENEW: Final = """
local lease, lost = tonumber(ARGV[6]), {}
for n = 7, #ARGV, 2 do
  local conversation, token = ARGV[n], ARGV[n + 1]
  local stored = redis.call('HGET', BATCHES, conversation)
  local batch = stored and cjson.decode(stored)
  if batch and batch.out and batch.token == token then
    redis.call('ZADD', LEASES, string.format('%.0f', now + lease), conversation)
  else
    lost[#lost + 1] = token
  end
end
return lost
"""

_PARKED: Final = """
delete_old()
local found = {}
local ids = redis.call('ZRANGE', PARKED_AT, 0, -1, 'WITHSCORES')
for n = 1, #ids, 2 do
  local stored, encoded = redis.call('HGET', PARKED, ids[n]), redis.call('HGET', EVENTS, ids[n])
  if stored and encoded then
    local record = cjson.decode(stored)
    found[#found + 1] = {encoded, record.reason, record.attempts, ids[n + 1]}
  end
end
return found
"""

_RERUN: Final = """
local id = ARGV[6]
local stored = redis.call('HGET', PARKED, id)
if not stored then return 0 end
local record = cjson.decode(stored)
redis.call('HDEL', PARKED, id)
redis.call('ZREM', PARKED_AT, id)
add(record.conversation, record.order, id, record.received_at)
return 1
"""

_STATS: Final = """
delete_old()
local taken = 0
for _, stored in ipairs(redis.call('HVALS', BATCHES)) do
  local batch = cjson.decode(stored)
  if batch.out then taken = taken + #batch.members end
end
local oldest = redis.call('ZRANGE', UNFINISHED, 0, 0, 'WITHSCORES')[2]
return {redis.call('ZCARD', UNFINISHED), taken, redis.call('HLEN', PARKED), oldest or ''}
"""

# Each gets, first of all: the window, the quiet time or -1, the longest wait, the size of a batch, and for how long
# parked events are kept.
PUT: Final = Script(_COMMON + _PUT)
"""Takes an event in. Then: conversation, order, ID, event, second unique key or nothing, when it was received, the most
events, retention in milliseconds. Returns 1; 0 if it is known, -1 if there are too many."""
TAKE: Final = Script(_COMMON + _TAKE)
"""Takes a batch. Then: token, seconds of the lease. Returns 1, conversation, attempt, events; or 0 and the time until
something is due, or -1."""
REPORT: Final = Script(_COMMON + _REPORT)
"""Says what became of a batch. Then: conversation, token, outcome, delay, reason. Returns 0 if the lease is lost."""
RENEW: Final = Script(_COMMON + _RENEW)
"""Renews leases. Then: the lease, and a conversation and a token for each. Returns the tokens that are lost."""
PARKED: Final = Script(_COMMON + _PARKED)
"""Returns the event, the reason, the attempts and the time of each that is parked."""
RERUN: Final = Script(_COMMON + _RERUN)
"""Lets a parked event wait again. Then: its ID. Returns 0 if it is not parked."""
STATS: Final = Script(_COMMON + _STATS)
"""Returns how many are unfinished, taken and parked, and when the oldest unfinished one was received."""
