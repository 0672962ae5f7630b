"""Cassettes: recorded calls, redacted, that are replayed without a network.

- `json_types`, `errors`: what the others use.
- `kinds`: which field holds what: personal data, a secret, an ID, a word of the organization.
- `pseudonyms`: what a hidden value becomes. Equal values become equal pseudonyms of the same shape.
- `readable`: undoes the encodings that something could be hidden in. `kept`: which strings may be written as they are.
- `walk`: finds the values in JSON, by the types of an operation.
- `redaction`: redacts a whole call: path, query, body and response.
- `recorded_call`: one line of a file. `tape`: the file.
- `matching`: whether a call is the recorded one, although its values are hidden.
- `player`: finds the recorded call of a request, and what it leads to.
- `cassette`: `Cassette`, the middleware that records or replays.
- `fake_loading`: puts recorded entities into a `FakeDixa`.
"""
