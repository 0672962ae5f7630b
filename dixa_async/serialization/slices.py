"""Large lists and maps, read slice by slice.

Reading 20 MB takes as long as reading 300 pages. With a pause between slices, the event loop is blocked for one slice
at a time, and the whole takes as long as before.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from itertools import islice
from types import GenericAlias
from typing import Any, Final, TypeAlias, TypeVar, get_args, get_origin

from .validation_error import ValidationError

SLICE_SIZE: Final = 500
"""Items of a list or a map that are read at once: a few milliseconds, and more than a page of Dixa has."""

Structure = Callable[[Any, Any], Any]
"""Reads a JSON value as a type."""

T = TypeVar("T")
Steps: TypeAlias = Generator[None, None, T]
"""A reading that yields where it can be interrupted, and returns the value."""


def structure_in_slices(structure: Structure, value: Any, type_form: Any) -> Steps[Any]:
    """Read a JSON value, with a pause before each slice if it is a large list or map.

    Args:
        structure: reads a value without pauses.
        value: the JSON value. The items of a large list are replaced as they are read, to free their memory.
        type_form: its type.

    Returns:
        A value of that type.

    Raises:
        ValidationError: it does not fit; the path says where.
    """
    origin = get_origin(type_form)
    if value.__class__ is list and len(value) > SLICE_SIZE:
        if origin in (list, Sequence):
            return (yield from _list_in_slices(structure, value, get_args(type_form)[0]))
        if origin is tuple:
            return tuple((yield from _list_in_slices(structure, value, get_args(type_form)[0])))
    if value.__class__ is dict and len(value) > SLICE_SIZE and origin in (dict, Mapping):
        return (yield from _map_in_slices(structure, value, type_form))
    return structure(value, type_form)


def _list_in_slices(structure: Structure, values: list[Any], item: Any) -> Steps[list[Any]]:
    slice_form = GenericAlias(list, item)
    for start in range(0, len(values), SLICE_SIZE):
        yield
        part = values[start : start + SLICE_SIZE]
        try:
            values[start : start + SLICE_SIZE] = structure(part, slice_form)
        except ValidationError:
            _raise_first_mismatch(structure, part, item, start)
            raise
    return values


def _raise_first_mismatch(structure: Structure, part: list[Any], item: Any, start: int) -> None:
    """Raise the error with its index in the whole list, not in the slice."""
    for index, value in enumerate(part, start):
        try:
            structure(value, item)
        except ValidationError as error:
            raise error.within(f"[{index}]") from error.__cause__


def _map_in_slices(structure: Structure, value: dict[str, Any], type_form: Any) -> Steps[dict[str, Any]]:
    read: dict[str, Any] = {}
    entries = iter(value.items())
    while part := dict(islice(entries, SLICE_SIZE)):
        yield
        read.update(structure(part, type_form))
    return read
