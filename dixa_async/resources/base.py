"""What a resource is given, and what its methods take."""

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeAlias, TypeVar

from ..errors import InvalidRequestError
from ..models.base import UNSET, Unset
from ..pagination import Pager
from ..transport.operation import Operation
from ..transport.urls import PathValue, QueryValue, path_segment

T = TypeVar("T")

ConversationId: TypeAlias = int | str
"""The number of a conversation: an int, or a str of digits."""


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
        """Make a call and read its answer."""
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
        """A pager over the answers of a call."""
        ...


class Resource:
    """One section of the API. Use it as an attribute of a `DixaClient`."""

    __slots__ = ("_caller",)

    def __init__(self, caller: Caller) -> None:
        self._caller = caller


def as_list(name: str, values: Iterable[T]) -> list[T]:
    """A list for a body.

    Args:
        name: what the caller calls the argument.
        values: the argument.

    Returns:
        The list.

    Raises:
        InvalidRequestError: it is none, or a text, of which each letter would become a value.
    """
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRequestError(f"{name} must be a list, not {type(values).__name__}")
    return list(values)


def as_number(name: str, conversation_id: ConversationId) -> int:
    """The number of a conversation for a body.

    Args:
        name: what the caller calls the argument.
        conversation_id: the argument.

    Returns:
        The number.

    Raises:
        InvalidRequestError: it is none.
    """
    return int(path_segment(name, conversation_id, is_number=True))


def as_map(name: str, values: Mapping[str, T]) -> dict[str, T]:
    """A map for a body.

    Args:
        name: what the caller calls the argument.
        values: the argument.

    Returns:
        The map.

    Raises:
        InvalidRequestError: it is none.
    """
    if not isinstance(values, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRequestError(f"{name} must be a mapping such as a dict, not {type(values).__name__}")
    return dict(values)


def exclusive(**filters: object) -> None:
    """Refuse filters that Dixa does not take together.

    Args:
        filters: the filters by name; None is one that is not used.

    Raises:
        InvalidRequestError: more than one is used.
    """
    used = [name for name, value in filters.items() if value is not None]
    if len(used) > 1:
        raise InvalidRequestError(f"{' and '.join(used)} cannot be used together")


def or_unset(value: T | None) -> T | Unset:
    """What an option becomes in a body in which null has no meaning: an option that is not used is not sent."""
    return UNSET if value is None else value
