"""Rate limiters: their protocol, the one for a process, and the one that processes share through Redis."""
