"""HTTP: routing, paging, rate limits, faults, and the log of requests. Not public."""
