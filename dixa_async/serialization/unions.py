"""Unions: find the member that a value belongs to.

An object is recognized by its `_type`, or by another key that its class names; strings, lists and numbers by their
JSON type. One hook serves every union that an annotation can name, with or without None, `UNSET` and `Unknown`; no
union is registered on its own.

A member is compiled when its tag is first seen. A value with an unknown tag, or one that its member cannot read,
becomes an `Unknown` if the union has that member, so that nothing around it is lost. In the check of a request, it is
an error instead.
"""

import enum
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

import attrs

from ..models.base import OpenEnum, Unknown, Unset
from .unknowns import HookOf, RawObject, is_unknown, keep_unknown, tag_key_of
from .validation_error import StructureHook, ValidationError, expected

_logger = logging.getLogger("dixa_async.serialization")

Explain = Callable[[Any, Any, Exception], ValidationError]
"""Returns why a value does not fit a type, given the error that reading it raised."""


def is_union(type_form: Any) -> bool:
    """Whether a type is a union of any kind, ``X | None`` and ``X | Unset`` included."""
    return get_origin(type_form) in (Union, UnionType)


def tag_of(cls: Any) -> str | None:
    """The `_type` of a class on the wire, or None."""
    return getattr(cls, "_type", None)


def structure_union(union: Any, hook_of: HookOf, explain: Explain | None) -> StructureHook:
    """Make the hook that reads one union.

    Args:
        union: the union.
        hook_of: returns the hook of a member.
        explain: returns why a member did not fit; None for strict reading, in which nothing becomes `Unknown`.

    Returns:
        The hook.
    """
    members = [member for member in get_args(union) if member is not Unset]
    values = [member for member in members if member is not NoneType]
    if len(values) == 1:
        return _optional(values[0], hook_of) if NoneType in members else _only(values[0], hook_of)
    return _Choice(members, hook_of, explain).make_hook()


def _optional(member: Any, hook_of: HookOf) -> StructureHook:
    hook = hook_of(member)

    def optional(value: Any, _: Any = None) -> Any:
        return None if value is None else hook(value, member)

    return optional


def _only(member: Any, hook_of: HookOf) -> StructureHook:
    hook = hook_of(member)

    def only(value: Any, _: Any = None) -> Any:
        return hook(value, member)  # the hook of an enum uses the type, which must not be the union

    return only


class _Choice:
    """A union with two members or more."""

    def __init__(self, members: list[Any], hook_of: HookOf, explain: Explain | None) -> None:
        self._name = " | ".join(getattr(member, "__name__", str(member)) for member in members)
        self._hook_of = hook_of
        self._unknown: type[Unknown] | None = next(filter(is_unknown, members), None)
        self._explain = explain if self._unknown is not None else None
        classes = [m for m in members if attrs.has(get_origin(m) or m) and not is_unknown(m)]
        self._classes = {tag_of(cls): cls for cls in classes}
        self._tag_key = next((tag_key_of(cls) for cls in classes if tag_of(cls) is not None), "_type")
        self._by_json_type = {found: member for member in members if (found := json_type(member)) is not None}
        if datetime in members:  # in the check of a request, in which times are still datetimes
            self._by_json_type[datetime] = datetime
        if float in self._by_json_type:  # JSON writes a float without a fraction as an integer
            self._by_json_type.setdefault(int, float)
        self._hooks_by_tag: dict[str, StructureHook] = {}
        self._hooks_by_json_type: dict[type, StructureHook] = {}
        self._logged_tags: set[str | None] = set()

    def make_hook(self) -> StructureHook:
        by_tag, by_json_type, tag_key = self._hooks_by_tag, self._hooks_by_json_type, self._tag_key

        def choose(value: Any, _: Any = None) -> Any:
            try:
                cls = value.__class__
                read = by_tag.get(value.get(tag_key)) if cls is dict else by_json_type.get(cls)
                if read is not None:
                    return read(value, None)
            except Exception as error:  # whatever is wrong with one value, the response around it is kept
                return self._keep_misfit(value, error)
            return self._read_first(value)

        has_tags = any(tag is not None for tag in self._classes)
        if has_tags and self._explain is not None and tag_key == "_type":
            # Lets the reader of a class read members that were seen before without a call of this hook.
            choose.by_tag = by_tag  # type: ignore[attr-defined]
        return choose

    def _member_for(self, value: Any) -> Any:
        """The member that a value belongs to by its tag or JSON type, or None."""
        if value.__class__ is dict:
            tag = value.get(self._tag_key)
            if tag.__class__ is str and tag in self._classes:
                return self._classes[tag]
        return self._by_json_type.get(value.__class__)

    def _read_first(self, value: Any) -> Any:
        """Read a value whose tag or JSON type was not seen before."""
        member = self._member_for(value)
        if member is None:
            if self._unknown is None or (self._explain is None and value.__class__ is not RawObject):
                raise self._no_member(value)
            return keep_unknown(self._unknown, value, self._hook_of)
        hook, tag = self._hook_of(member), tag_of(member)
        if tag is not None:
            self._hooks_by_tag[tag] = getattr(hook, "in_union", hook)
        elif value.__class__ is not dict:
            self._hooks_by_json_type[value.__class__] = lambda value, _: hook(value, member)
        try:
            return hook(value, member)
        except Exception as error:
            return self._keep_misfit(value, error)

    def _keep_misfit(self, value: Any, error: Exception) -> Unknown:
        member = self._member_for(value)
        if self._explain is None or self._unknown is None:
            raise self._no_member(value) if member is None else error
        if member is None:
            return keep_unknown(self._unknown, value, self._hook_of)
        explained, tag = self._explain(value, member, error), tag_of(member)
        if tag not in self._logged_tags:
            self._logged_tags.add(tag)
            _logger.warning("A value with %s %r was kept as Unknown: %s", self._tag_key, tag, explained.logged)
        return keep_unknown(self._unknown, value, self._hook_of, str(explained))

    def _no_member(self, value: Any) -> ValidationError:
        tags = sorted(tag for tag in self._classes if tag is not None)
        if value.__class__ is not dict or not tags:
            return expected(self._name, value)
        reason = f"expected one of {', '.join(tags)}"
        if self._tag_key not in value:
            reason = f"required, but absent: one of {', '.join(tags)}"
        return ValidationError(reason, f".{self._tag_key}")


def json_type(member: Any) -> type | None:
    """The class of the JSON value of a member without a tag, or None."""
    origin: Any = get_origin(member) or member
    cls: type
    if origin is Literal:
        first = get_args(member)[0]
        cls = str if isinstance(first, OpenEnum) else first.__class__
        return cls
    if not isinstance(origin, type) or is_unknown(origin):
        return None
    if origin in (str, int, float, bool, list, dict, NoneType):
        return origin
    if origin in (tuple, Sequence):
        return list
    if origin is Mapping:
        return dict
    if issubclass(origin, (str, date, UUID)):  # a datetime is a date
        return str
    if issubclass(origin, enum.Enum):
        cls = next(iter(origin)).value.__class__
        return cls
    is_class = attrs.has(origin)  # pyright: ignore[reportUnknownArgumentType]
    return dict if is_class and tag_of(member) is None else None
