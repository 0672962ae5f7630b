"""Unions: which member is this value?

An object says it in its `_type`; texts, lists and numbers say it by what they are. One hook serves every union that an
annotation can name, with or without None, `UNSET` and `Unknown`; nothing is registered for a single one.

A member is compiled when its tag is first seen. A value that no member can read becomes an `Unknown`, if the union
has that member, so that nothing around it is lost.
"""

import logging
from collections.abc import Callable
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import attrs

from ..models.base import Unknown, Unset
from .mismatch import MismatchError, StructureHook, expected
from .primitives import unknown

_logger = logging.getLogger("dixa_async.serialization")

HookOf = Callable[[Any], StructureHook]
"""Gives the hook for a type."""
Explain = Callable[[Any, Any], str]
"""Tells why a value does not fit a type."""


def is_union(type_form: Any) -> bool:
    """Whether a type is a union of any kind, ``X | None`` and ``X | Unset`` included."""
    return get_origin(type_form) in (Union, UnionType)


def tag_of(cls: type) -> str | None:
    """The `_type` that a class carries on the wire."""
    return getattr(cls, "_type", None)


def structure_union(union: Any, hook_of: HookOf, explain: Explain | None) -> StructureHook:
    """Make the hook that reads one union.

    Args:
        union: the union.
        hook_of: gives the hook of a member.
        explain: tells why a member did not fit; None for strict reading, in which nothing becomes `Unknown`.

    Returns:
        The hook.
    """
    members = [member for member in get_args(union) if member is not Unset]
    values = [member for member in members if member is not NoneType]
    if len(values) == 1:
        return _optional(values[0], hook_of) if NoneType in members else hook_of(values[0])
    return _Choice(union, members, hook_of, explain)


def _optional(member: Any, hook_of: HookOf) -> StructureHook:
    hook = hook_of(member)

    def optional(value: Any, _: Any) -> Any:
        return None if value is None else hook(value, member)

    return optional


class _Choice:
    """The hook of a union with two members or more."""

    __slots__ = ("_by_kind", "_classes", "_explain", "_hook_of", "_hooks", "_keeps_unknown", "_name", "_told")

    def __init__(self, union: Any, members: list[Any], hook_of: HookOf, explain: Explain | None) -> None:
        self._name = " | ".join(getattr(member, "__name__", str(member)) for member in members)
        self._hook_of = hook_of
        self._explain = explain
        self._keeps_unknown = Unknown in members
        classes = [m for m in members if isinstance(m, type) and attrs.has(m) and m is not Unknown]
        self._classes = {tag_of(cls): cls for cls in classes}
        self._by_kind = {kind: member for member in members if (kind := _json_kind(member)) is not None}
        self._hooks: dict[str, tuple[StructureHook, type]] = {}
        self._told: set[str] = set()

    def __call__(self, value: Any, _: Any) -> Any:
        if value.__class__ is dict:
            tag = value.get("_type")
            if tag.__class__ is str:
                known = self._hooks.get(tag) or self._compile(tag)
                if known is not None:
                    return self._read(value, tag, *known)
        kind = self._by_kind.get(value.__class__)
        if kind is not None:
            return self._hook_of(kind)(value, kind)
        if self._keeps_unknown and self._explain is not None:
            return unknown(value)
        raise self._no_member(value)

    def _compile(self, tag: str) -> tuple[StructureHook, type] | None:
        cls = self._classes.get(tag)
        if cls is None:
            return None
        self._hooks[tag] = known = (self._hook_of(cls), cls)
        return known

    def _read(self, value: Any, tag: str, hook: StructureHook, cls: type) -> Any:
        explain = self._explain
        if explain is None or not self._keeps_unknown:
            return hook(value, cls)
        try:
            return hook(value, cls)
        except Exception:  # whatever is wrong with one value, the answer around it is kept
            reason = explain(value, cls)
        if tag not in self._told:
            self._told.add(tag)
            _logger.warning("A value with _type %r was kept as Unknown: %s", tag, reason)
        return unknown(value, reason)

    def _no_member(self, value: Any) -> MismatchError:
        tags = sorted(tag for tag in self._classes if tag is not None)
        if value.__class__ is not dict or not tags:
            return expected(self._name, value)
        if "_type" not in value:
            return MismatchError(f"required, but absent: one of {', '.join(tags)}", "._type")
        return MismatchError(f"expected one of {', '.join(tags)}", "._type")


def _json_kind(member: Any) -> type | None:
    """The class that JSON gives a member which carries no tag."""
    origin: Any = get_origin(member) or member
    if not isinstance(origin, type) or origin is Unknown:
        return None
    if origin in (str, int, float, bool, list, dict, NoneType):
        return origin
    if issubclass(origin, str):
        return str
    return dict if attrs.has(member) and tag_of(member) is None else None
