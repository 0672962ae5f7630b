"""The middlewares that every request passes: logging, deadline, retry, concurrency, rate limit."""
