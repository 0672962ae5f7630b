"""What `FakeDixa` delivers to the subscriptions that were made through its API.

- `settings`: how often, when and how well.
- `payloads`: from what happened to the event that says so.
- `filters`: which subscriptions want an event.
- `sender`: one request: signed, sent, logged.
- `deliveries`: from what happened to all requests that come of it, until they are done.
"""
