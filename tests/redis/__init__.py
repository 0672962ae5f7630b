"""The rate limit for many processes, on a real redis-server."""
