"""The rate limit of a token that several processes or hosts share through Redis.

- `settings`: `RedisRateLimit`, which makes the limiter.
- `limiter`: the limiter of a process, on top of `bucket`, what the process knows of the shared bucket.
- `scripts`: the Lua scripts that run in Redis.
"""
