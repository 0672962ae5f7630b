"""The key of an input: its name in the outcomes and the journal."""

import re
from collections import UserList, deque
from collections.abc import Callable, ItemsView, Iterable, KeysView, Mapping, ValuesView
from dataclasses import fields, is_dataclass
from types import SimpleNamespace
from typing import Any, Final, Generic, NamedTuple

from ..errors import ConfigurationError
from .outcomes import Input, InvalidKeyError

_PLACE_IN_MEMORY: Final = re.compile(r" at 0x[0-9A-Fa-f]+>")
"""Is in the text of an object whose class does not say how to write it."""
_DEEPEST: Final = 20
"""Lists may hold themselves."""


class Keyed(NamedTuple, Generic[Input]):
    """An input and its key."""

    item: Input
    key: str
    problem: InvalidKeyError | None = None
    """Why the key cannot be used, if it cannot."""


def keyed(item: Input, key: Callable[[Input], str]) -> Keyed[Input]:
    """Find the key of an input.

    Args:
        item: the input.
        key: gives its key. What it raises is raised, unless it is `str`: then it is a matter of this input alone.

    Returns:
        The input with its key.
    """
    try:
        found: Any = key(item)
    except Exception as error:
        if key is not str:
            raise
        problem = InvalidKeyError(f"str() of a {type(item).__name__} raises {type(error).__name__}: pass key=")
        problem.__cause__ = error
        return Keyed(item, _placeholder(item), problem)
    if not isinstance(found, str):
        kind = type(found).__name__
        problem = InvalidKeyError(f"key must return a str, not {kind}: let it return str(…) of what names the input")
        return Keyed(item, _placeholder(item), problem)
    return Keyed(item, str.__str__(found))  # an exact str, whatever a class of texts makes of itself


def _placeholder(item: object) -> str:
    return f"<{type(item).__name__} without a key>"


def check_for_journal(named: Keyed[Input], key: Callable[[Input], str]) -> None:
    """See whether a journal can know an input again by its key.

    Args:
        named: the input and its key.
        key: what gave the key.

    Raises:
        ConfigurationError: the keys of such inputs are other ones in every run. All would be sent again.
    """
    item, text, problem = named
    is_text = isinstance(item, str)
    if key is str and problem is None and not is_text and (_PLACE_IN_MEMORY.search(text) or _holds_a_set(item)):
        kind = type(item).__name__
        raise ConfigurationError(
            f"the text of a {kind} is not the same in every run: pass key=, a function that names it"
        )


def _holds_a_set(value: object, depth: int = 0) -> bool:
    """Whether the text of a value depends on the order of a set, which is another one in every process."""
    if isinstance(value, set | frozenset) or depth > _DEEPEST:
        return True
    return any(_holds_a_set(part, depth + 1) for part in _parts(value))


def _parts(value: object) -> Iterable[Any]:
    if isinstance(value, tuple | list | deque | UserList | KeysView | ValuesView | ItemsView):
        return value  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, SimpleNamespace):
        return vars(value).values()
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name, None) for field in fields(value) if field.repr]
    described: Iterable[Any] = getattr(type(value), "__attrs_attrs__", ())
    return [getattr(value, field.name, None) for field in described if field.repr]
