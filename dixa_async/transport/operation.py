"""What a call does, apart from its arguments."""

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

import attrs

from ..errors import InvalidRequestError

ResponseT = TypeVar("ResponseT")

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_RETRY_SAFE: Final = frozenset({"GET", "HEAD", "PUT", "DELETE"})


class LazyType:
    """The type of a request or response, looked up when it is first used.

    Importing an operation must not import its models: the first call of one operation would wait for those of all.

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
        """Whether it has been looked up."""
        return "type_form" in self.__dict__


def _is_loaded(form: Any) -> bool:
    return form.__class__ is not LazyType or form.is_loaded


@attrs.frozen
class Operation(Generic[ResponseT]):
    """One operation of the API.

    Middlewares decide by its attributes, never by a URL.
    """

    id: str
    """The operation's id in Dixa's description."""
    method: str
    path: str
    """The path template below the version, such as ``/conversations/{conversationId}``."""
    _response_type: Any = attrs.field(default=None, alias="response_type", kw_only=True, repr=False)
    _body: Any = attrs.field(default=None, alias="body", kw_only=True, repr=False)
    envelope: str | None = attrs.field(default="data", kw_only=True, repr=False)
    """The key of the value in the response; None if the value is the whole response."""
    body_envelope: str | None = attrs.field(default=None, kw_only=True, repr=False)
    """The key under which the body is sent; None if it is sent without one."""
    reads_only: bool = attrs.field(default=False, kw_only=True, repr=False)
    """Whether it changes nothing although its method is POST, such as a search with filters in its body."""

    @property
    def response_type(self) -> Any:
        """The type of the response (of one item, for pages); None if nothing is read from it."""
        return self._response_type.type_form if self._response_type.__class__ is LazyType else self._response_type

    @property
    def body(self) -> Any:
        """The type of the body, or None for an operation without a body."""
        return self._body.type_form if self._body.__class__ is LazyType else self._body

    @property
    def is_loaded(self) -> bool:
        """Whether the types of its body and its response have been looked up."""
        return _is_loaded(self._response_type) and _is_loaded(self._body)

    @property
    def section(self) -> str:
        """The first part of the path, such as ``conversations``."""
        return self.path.split("/")[1]

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing, by its method or by `reads_only`."""
        return self.reads_only or self.method in _READS

    @property
    def retry_safe(self) -> bool:
        """Whether sending it twice has the same effect as sending it once."""
        return self.reads_only or self.method in _RETRY_SAFE


def custom_operation(method: str, path: str, response_type: Any) -> Operation[Any]:
    """Make the operation of a call that no resource has.

    Args:
        method: the HTTP method.
        path: the path template below the version.
        response_type: the type to read from ``data``, or None to return the whole response as JSON.

    Returns:
        The operation.

    Raises:
        InvalidRequestError: the method or the path is malformed.
    """
    if type(method) is not str or not re.fullmatch(r"[A-Za-z]+", method):
        raise InvalidRequestError(f"method must be a word such as GET, not {method!r}")
    if type(path) is not str or not re.fullmatch(r"/(?!/)[!-~]*", path) or re.search(r"[?#\\]", path):
        raise InvalidRequestError("path must start with one /, be ASCII, and hold no query: pass `query` instead")
    if any(part in (".", "..") for part in path.split("/")):
        raise InvalidRequestError("path must not contain a . or .. segment")
    envelope = None if response_type is None else "data"
    return Operation("request", method.upper(), path, response_type=response_type, envelope=envelope)
