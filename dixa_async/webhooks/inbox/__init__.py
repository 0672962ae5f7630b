"""What keeps delivered events until they are handled.

- `protocol`: what an inbox does; `rules`: the settings that all have; `errors`: what can go wrong.
- `order`: which batch is next; `takers`: who waits for it in this process.
- `memory`, `sqlite`, `redis`: the inboxes.
"""
