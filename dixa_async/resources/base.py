"""What a resource is given, and what its methods take."""

from collections.abc import Mapping
from typing import Protocol, TypeVar

from ..models.base import UNSET, Unset
from ..pagination import Pager
from ..transport.operation import Operation
from ..transport.urls import PathValue, QueryValue
from ..validation import ConversationId as ConversationId

T = TypeVar("T")


class Caller(Protocol):
    """The part of the client that resources use."""

    async def call(
        self,
        operation: Operation[T],
        *,
        path: Mapping[str, PathValue] | None = None,
        query: Mapping[str, QueryValue] | None = None,
        body: object = UNSET,
    ) -> T:
        """Make a call and read its response."""
        ...

    def pages(
        self,
        operation: Operation[T],
        *,
        path: Mapping[str, PathValue] | None = None,
        query: Mapping[str, QueryValue] | None = None,
        body: object = UNSET,
        page_key: str | None = None,
        page_limit: int | None = None,
        prefetch: bool = False,
    ) -> Pager[T]:
        """A pager over the responses of a call."""
        ...


class Resource:
    """One section of the API. Use it as an attribute of a `DixaClient`."""

    __slots__ = ("_caller",)

    def __init__(self, caller: Caller) -> None:
        self._caller = caller


def none_to_unset(value: T | None) -> T | Unset:
    """What an option becomes in a body in which null has no meaning: an option that is not used is not sent."""
    return UNSET if value is None else value
