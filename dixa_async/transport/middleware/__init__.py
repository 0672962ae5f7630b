"""The middlewares that every request passes: logging, deadline, retry, concurrency, rate limit.

- `chain`: their type, and how they are chained.
- `logging`: logs calls. `deadline`: the time limit of a call.
- `retry`: decides whether a failed attempt is retried, and after what pause.
- `concurrency`: waits for a slot. `rate_limit`: waits for a permit of the limiter.
"""
