"""The keys of inputs, which identify them in the outcomes and the journal."""

import re
from collections import UserList, deque
from collections.abc import Callable, ItemsView, Iterable, KeysView, Mapping, ValuesView
from dataclasses import fields, is_dataclass
from types import SimpleNamespace
from typing import Any, Final, Generic, NamedTuple

from ..errors import ConfigurationError
from .outcomes import Input, InvalidKeyError

_MEMORY_ADDRESS: Final = re.compile(r" at 0x[0-9A-Fa-f]+>")
"""In the `str` of objects whose class defines neither `__str__` nor `__repr__`."""
_MAX_DEPTH: Final = 20
"""Lists may contain themselves."""


class Keyed(NamedTuple, Generic[Input]):
    """An input and its key."""

    item: Input
    key: str
    error: InvalidKeyError | None = None
    """Why the key cannot be used, or None if it can."""


def with_key(item: Input, key: Callable[[Input], str]) -> Keyed[Input]:
    """Compute the key of an input.

    Args:
        item: the input.
        key: returns the key. Its exceptions are raised, except those of `str`, which are about this input alone.

    Returns:
        The input with its key.
    """
    try:
        value: Any = key(item)
    except Exception as error:
        if key is not str:
            raise
        key_error = InvalidKeyError(f"str() of a {type(item).__name__} raises {type(error).__name__}: pass key=")
        key_error.__cause__ = error
        return Keyed(item, _placeholder(item), key_error)
    if not isinstance(value, str):
        name = type(value).__name__
        key_error = InvalidKeyError(f"key must return a str, not {name}: return str(…) of what identifies the input")
        return Keyed(item, _placeholder(item), key_error)
    return Keyed(item, str.__str__(value))  # an exact str, even if it is an instance of a subclass


def _placeholder(item: object) -> str:
    return f"<{type(item).__name__} without a key>"


def check_stable_key(keyed: Keyed[Input], key: Callable[[Input], str]) -> None:
    """Check that the key of an input is the same in every run, as a journal needs.

    Args:
        keyed: the input and its key.
        key: the function that computed the key.

    Raises:
        ConfigurationError: the key differs from run to run, so the next run would send the input again.
    """
    item, text, error = keyed
    if key is not str or error is not None or isinstance(item, str):
        return
    if _MEMORY_ADDRESS.search(text) or _contains_set(item):
        raise ConfigurationError(
            f"str() of a {type(item).__name__} is not the same in every run: pass key=, a function that identifies it"
        )


def _contains_set(value: object, depth: int = 0) -> bool:
    """Whether the `str` of a value depends on the order of a set, which differs from process to process."""
    if isinstance(value, set | frozenset) or depth > _MAX_DEPTH:
        return True
    return any(_contains_set(part, depth + 1) for part in _parts(value))


def _parts(value: object) -> Iterable[Any]:
    if isinstance(value, tuple | list | deque | UserList | KeysView | ValuesView | ItemsView):
        return value  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, SimpleNamespace):
        return vars(value).values()
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name, None) for field in fields(value) if field.repr]
    attributes: Iterable[Any] = getattr(type(value), "__attrs_attrs__", ())
    return [getattr(value, field.name, None) for field in attributes if field.repr]
