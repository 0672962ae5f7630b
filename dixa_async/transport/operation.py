"""What a call means, apart from its arguments."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

import attrs

ResponseT = TypeVar("ResponseT")

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_RETRY_SAFE: Final = frozenset({"GET", "HEAD", "PUT", "DELETE"})


class LazyType:
    """The type of what an operation takes or returns, looked up when it is first used.

    Importing an operation must not import its models: whoever calls one operation of a section would wait for all.

    Args:
        look_up: returns the type.
    """

    def __init__(self, look_up: Callable[[], Any]) -> None:
        self._look_up = look_up

    @cached_property
    def type_form(self) -> Any:
        """The type."""
        return self._look_up()

    @property
    def is_loaded(self) -> bool:
        """Whether it was used before."""
        return "type_form" in self.__dict__


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
    _response_type: Any = attrs.field(default=None, alias="response_type", kw_only=True, repr=False)
    _body: Any = attrs.field(default=None, alias="body", kw_only=True, repr=False)
    envelope: str | None = attrs.field(default="data", kw_only=True, repr=False)
    """The key under which the response stands; None if the whole body is the response."""
    body_envelope: str | None = attrs.field(default=None, kw_only=True, repr=False)
    """The key under which the body is sent; None if it is sent as it is."""
    reads_only: bool = attrs.field(default=False, kw_only=True, repr=False)
    """Whether it changes nothing, though its method is POST: a search with a long question."""

    @property
    def response_type(self) -> Any:
        """The type of what comes back (of one item, for pages); None if nothing does."""
        return self._response_type.type_form if self._response_type.__class__ is LazyType else self._response_type

    @property
    def body(self) -> Any:
        """The type of what is sent; None if nothing is."""
        return self._body.type_form if self._body.__class__ is LazyType else self._body

    @property
    def is_loaded(self) -> bool:
        """Whether the types of what it takes and returns were used before."""
        return all(form.__class__ is not LazyType or form.is_loaded for form in (self._response_type, self._body))

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
