"""The base class of resources, and the protocol of the caller that they use."""

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

    @property
    def time_limit(self) -> float | None:
        """The time limit of a call in seconds, or None if it has none."""
        ...

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
        """Make a pager over the pages of a call."""
        ...


class Resource:
    """One section of the API. Use it as an attribute of a `DixaClient`."""

    __slots__ = ("_caller",)

    def __init__(self, caller: Caller) -> None:
        self._caller = caller


def none_to_unset(value: T | None) -> T | Unset:
    """Turn None into UNSET, for an optional field whose null has no meaning: it is then not sent."""
    return UNSET if value is None else value
