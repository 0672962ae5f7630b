"""The rate limit: permits for requests, first come, first served.

- `protocol`: what a limiter does, also a custom one that is passed as ``DixaClient(rate_limit=…)``.
- `local`: the limiter of a process. `wait_queue`: its callers that wait for a permit.
- `redis`: the limiter that several processes share.
- `shared`: which limiter a client uses: that of its process, or the one that its settings make.
- `quota`: counts the requests of the day, and recognizes the 429s for the daily quota.
"""
