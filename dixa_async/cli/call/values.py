"""Turns the text and the JSON of a command line into what a parameter takes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from os import PathLike
from types import NoneType, UnionType
from typing import Any, BinaryIO, Final, Literal, Union, get_args, get_origin

import attrs

from ...errors import InvalidRequestError
from ...models import FieldFilter, SearchFilter
from ...models.base import Model, Unknown
from ...serialization import Serializer, ValidationError
from ...serialization.unknown_keys import check_known_keys

_LISTS: Final = (list, Sequence, Iterable)
_MAPS: Final = (dict, Mapping)
_EXPECTED: Final[Mapping[Any, str]] = {bool: "true or false", int: "a whole number", float: "a number"}


def members(type_form: Any) -> tuple[Any, ...]:
    """The types of a union without None; the type itself if it is not a union.

    Args:
        type_form: the type of a parameter.

    Returns:
        The types.
    """
    if get_origin(type_form) in (Union, UnionType):
        return tuple(member for member in get_args(type_form) if member is not NoneType)
    return (type_form,)


def item_type(type_form: Any) -> Any:
    """The type of the items, if a parameter takes a list.

    Args:
        type_form: the type of the parameter.

    Returns:
        The type, or None if it does not take a list.
    """
    return next((get_args(member)[0] for member in members(type_form) if get_origin(member) in _LISTS), None)


def is_text(type_form: Any) -> bool:
    """Whether a parameter takes text: a str, a conversation ID, a time, a word, or a value of an enum.

    Args:
        type_form: its type.

    Returns:
        Whether it does.
    """
    return any(
        get_origin(each) is Literal or (isinstance(each, type) and issubclass(each, str | datetime))
        for each in members(type_form)
    )


def parse_text(name: str, text: str, type_form: Any) -> Any:
    """Parse the value of ``key=value``.

    Args:
        name: the name of the argument.
        text: its value.
        type_form: what the parameter takes.

    Returns:
        The JSON value that it means.

    Raises:
        InvalidRequestError: it must be JSON, and is not.
    """
    takes_objects = any(isinstance(each, type) and attrs.has(each) for each in members(type_form))
    if is_text(type_form) and not (takes_objects and text.lstrip().startswith("{")):
        return text
    return parse_json(name, text, type_form)


def parse_json(name: str, text: str, type_form: Any) -> Any:
    """Parse the value of ``key:=json``.

    Args:
        name: the name of the argument.
        text: its value, JSON.
        type_form: what the parameter takes.

    Returns:
        The JSON value.

    Raises:
        InvalidRequestError: it is not JSON.
    """
    try:
        return Serializer.shared().load(text.encode())
    except ValidationError as error:
        expected = next((_EXPECTED[each] for each in members(type_form) if each in _EXPECTED), "JSON")
        raise InvalidRequestError(f"{name} must be {expected}: {error.reason}") from None


def structured(name: str, value: Any, type_form: Any) -> Any:
    """Convert a JSON value to what a parameter takes.

    Args:
        name: the name of the argument.
        value: the JSON value.
        type_form: what the parameter takes.

    Returns:
        A model, a time, an enum value, or lists and maps of these. What is not described by a type that can be read,
        such as a conversation ID, is left to the method.

    Raises:
        InvalidRequestError: it does not fit; the message names the argument and the place.
    """
    serializer, form = Serializer.shared(), json_form(type_form)
    try:
        serializer.check_type_form(name, form)
    except ValidationError:
        return value
    try:
        check_known_keys(value, form)
        try:
            return serializer.structure_strict(value, form)
        except ValidationError:
            read = serializer.structure(value, form)
            unknowns = list(_unknowns_in(read))
            if not unknowns or any(each.reason for each in unknowns):
                raise
            return read  # a kind that this version does not know is sent as it is
    except ValidationError as error:
        place = "" if error.path == "$" else f" at {error.path}"
        raise InvalidRequestError(f"{name}{place}: {error.reason}") from None


def json_form(type_form: Any) -> Any:
    """The type of the JSON that a parameter takes, in the forms that the serializer reads.

    Args:
        type_form: the type of the parameter.

    Returns:
        The type: list and dict for other lists and maps, and a union for the base class of its members. Without what
        only a program can give, such as an open file.
    """
    origin, arguments = get_origin(type_form), get_args(type_form)
    if type_form is FieldFilter:
        return SearchFilter
    if origin in (Union, UnionType):
        return Union[tuple(json_form(each) for each in arguments if not _is_for_programs(each))]  # noqa: UP007 - any number of types
    if origin in _LISTS:
        return list[json_form(arguments[0])]  # type: ignore[misc]
    if origin in _MAPS:
        return dict[str, json_form(arguments[1])]  # type: ignore[misc]
    return type_form


def _is_for_programs(form: Any) -> bool:
    return form is BinaryIO or get_origin(form) in (tuple, PathLike)


def _unknowns_in(value: Any) -> Iterator[Unknown]:
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, Model):
        for field in attrs.fields(type(value)):
            yield from _unknowns_in(getattr(value, field.name))
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:  # pyright: ignore[reportUnknownVariableType]
            yield from _unknowns_in(each)
