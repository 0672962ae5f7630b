"""What the server received."""

import attrs


@attrs.define(kw_only=True)
class ReceivedRequest:
    """A request that the server received."""

    method: str
    path: str
    """The path with the version, such as ``/beta/endusers``."""
    query: str
    """The query as it came, without the question mark."""
    status: int | None = None
    """The status of the answer; None while there is none, and for good if the connection was dropped."""
