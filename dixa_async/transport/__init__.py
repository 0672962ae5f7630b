"""From a request to a response.

A call passes the middlewares in this order:

    custom ones → logging → deadline → retry → concurrency → rate limit → session (aiohttp)

- `operation`: what a call does, apart from its arguments.
- `urls`, `multipart`: a URL from a path template and arguments, and a body from files.
- `http`: `Request`, `Response`, and the `CallState` that the attempts of a call share.
- `middleware/`: the middlewares, one in each module, and how they are chained.
- `limiter/`: the rate limit of a process, or of several through Redis.
- `body`: the headers and the bodies of aiohttp's responses.
- `session`: sends a request through aiohttp; `borrowed` uses a session that was passed to the client, `send_attempt`
  adds the token and knows whether an attempt was sent, `aiohttp_errors` maps the errors, and `resolver` looks up the
  server.
- `shutdown`: the waits of calls, which end when the client is closed.
- `token_registry`: what all clients of a process with the same server and token share.
- `tasks`: tasks that are independent of the call that started them.

Nothing in this package knows a resource or a model.
"""
