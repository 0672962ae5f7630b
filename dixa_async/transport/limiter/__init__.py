"""Rate limiters: what one is, the one for a process, and the one that processes share through Redis."""
