"""What a call means, apart from its arguments."""

from typing import Any, Final, Generic, TypeVar

import attrs

ResponseT = TypeVar("ResponseT")

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_RETRY_SAFE: Final = frozenset({"GET", "HEAD", "PUT", "DELETE"})


@attrs.frozen
class Operation(Generic[ResponseT]):
    """One operation of the API.

    Middlewares decide by what stands here, never by looking at a URL.
    """

    id: str
    """The operation's id in Dixa's description."""
    method: str
    path: str
    """The path template below the version, such as ``/conversations/{conversationId}``."""
    response_type: Any = attrs.field(default=None, kw_only=True, repr=False)
    """The type of what comes back (of one item, for pages); None if nothing does."""
    body: Any = attrs.field(default=None, kw_only=True, repr=False)
    """The type of what is sent; None if nothing is."""
    envelope: str | None = attrs.field(default="data", kw_only=True, repr=False)
    """The key under which the response stands; None if the whole body is the response."""
    body_envelope: str | None = attrs.field(default=None, kw_only=True, repr=False)
    """The key under which the body is sent; None if it is sent as it is."""
    reads_only: bool = attrs.field(default=False, kw_only=True, repr=False)
    """Whether it changes nothing, though its method is POST: a search with a long question."""

    @property
    def section(self) -> str:
        """The first part of the path, such as ``conversations``."""
        return self.path.split("/")[1]

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing, by its method or by what it is."""
        return self.reads_only or self.method in _READS

    @property
    def retry_safe(self) -> bool:
        """Whether sending it twice does the same as sending it once."""
        return self.reads_only or self.method in _RETRY_SAFE
