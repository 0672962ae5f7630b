"""From a request to a response, and what happens on the way.

A call passes the middlewares in this order:

    the user's own → logs → deadline → retry → concurrency → rate limit → session (aiohttp)

- `operation`: what a call means, apart from its arguments.
- `urls`: a path template and arguments become a URL.
- `http`: `Request` and `Response`, and the `CallState` of what was tried.
- `chain`: how middlewares are put together.
- `logs`, `deadline`, `retry`, `concurrency`, `rate_limit`: one middleware each.
- `limiter`: what a limiter is; `local_limiter`: the token bucket for one process.
- `line`: those who wait; `quota`: the requests of the day.
- `waits`: what calls wait for, which ends when the client is closed.
- `redis_limiter`: the same bucket for several processes, with `redis_queue`, `redis_bucket` and `redis_scripts`.
- `multipart`: forms with files.
- `session`: the aiohttp session, and what its errors mean; `borrowed`: one of the caller; `names`: the look-up.
- `tasks`: tasks that run beside the call that started them.

Nothing here knows a resource or a model.
"""
