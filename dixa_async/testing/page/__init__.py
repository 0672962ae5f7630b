"""The page of `FakeDixa` at ``/``, for a person who watches and drives the server. Not public.

- `static`: the page itself: HTML, a style sheet and scripts, as they are sent.
- `guard`: refuses what other websites ask of it, and the headers that keep texts from running as scripts.
- `change_feed`: server-sent events that say what has changed.
- `conversation_views`, `server_views`: what the page shows, as JSON.
- `actions`: what the page does to the server.
- `routes`: the paths of the page.
"""
