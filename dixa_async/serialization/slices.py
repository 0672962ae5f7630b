"""Large lists and maps, read slice by slice.

Reading 20 MB takes as long as 300 pages. An event loop that lets its other tasks run between two slices is blocked for
no longer than one of them takes, and the reading as a whole takes as long as before.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from itertools import islice
from types import GenericAlias
from typing import Any, Final, TypeAlias, TypeVar, get_args, get_origin

from .doubts import DOUBTS
from .validation_error import ValidationError

SLICE_SIZE: Final = 500
"""Items of a list or a map that are read at once: some milliseconds, and more than Dixa has on a page."""

Structure = Callable[[Any, Any], Any]
"""Reads a JSON value as a type."""

T = TypeVar("T")
Steps: TypeAlias = Generator[None, None, T]
"""A reading that yields where it can be interrupted, and returns what was read."""


def structure_in_slices(structure: Structure, value: Any, type_form: Any) -> Steps[Any]:
    """Read a JSON value, with a pause before each slice if it is a large list or map.

    Args:
        structure: reads a value in one go.
        value: the JSON value. A large list is emptied of its items as they are read, so that their memory is free.
        type_form: what it should be.

    Returns:
        A value of that type.

    Raises:
        ValidationError: it does not fit; the path tells where.
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
        yield from _pause()
        part = values[start : start + SLICE_SIZE]
        try:
            values[start : start + SLICE_SIZE] = structure(part, slice_form)
        except ValidationError:
            _raise_first_mismatch(structure, part, item, start)
            raise
    return values


def _raise_first_mismatch(structure: Structure, part: list[Any], item: Any, start: int) -> None:
    """Name the place in the whole list: a slice counts from its own start."""
    for index, value in enumerate(part, start):
        try:
            structure(value, item)
        except ValidationError as problem:
            raise problem.within(f"[{index}]") from problem.__cause__


def _map_in_slices(structure: Structure, value: dict[str, Any], type_form: Any) -> Steps[dict[str, Any]]:
    read: dict[str, Any] = {}
    entries = iter(value.items())
    while part := dict(islice(entries, SLICE_SIZE)):
        yield from _pause()
        read.update(structure(part, type_form))
    return read


def _pause() -> Steps[None]:
    met = DOUBTS.met
    yield
    DOUBTS.met = met  # others may have read in this thread
