"""The rate limit of a token that several processes or hosts share through Redis."""
