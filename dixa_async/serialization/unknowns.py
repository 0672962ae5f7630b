"""Makes an `Unknown` of a value of a union that this version cannot read, and writes it back as it came."""

from collections.abc import Callable, Iterator
from typing import Any

from ..models.base import SharedField, Unknown
from .validation_error import StructureHook

HookOf = Callable[[Any], StructureHook]
"""Returns the hook that reads a type."""


class RawObject(dict[str, Any]):
    """The object that an `Unknown` keeps, as it is written. The check of a request accepts it unseen."""


def is_unknown(type_form: Any) -> bool:
    """Whether a type is `Unknown` or the `Unknown` of one union."""
    return isinstance(type_form, type) and issubclass(type_form, Unknown)


def tag_key_of(cls: Any) -> str:
    """The key of a class's tag on the wire. All members of a union have the same."""
    key: str = getattr(cls, "_tag_key", "_type")
    return key


def keep_unknown(cls: type[Unknown], value: Any, hook_of: HookOf, reason: str | None = None) -> Unknown:
    """Keep a value of a union that cannot be read.

    Args:
        cls: the `Unknown` of that union.
        value: the value as it came.
        hook_of: returns the hook of a field that all members of the union have.
        reason: why a value with a known `_type` could not be read.

    Returns:
        The `Unknown`, with the shared fields that could be read.
    """
    tag: object = value.get(tag_key_of(cls)) if value.__class__ is dict else None
    shared = dict(_read_shared(cls, value, hook_of)) if value.__class__ is dict else {}
    return cls(type=tag if isinstance(tag, str) else None, raw=value, reason=reason, shared=shared or None)


def raw_of(value: Unknown) -> Any:
    """The JSON value that an `Unknown` is written as."""
    raw: Any = value.raw
    return RawObject(raw) if raw.__class__ is dict else raw


def shared_fields(cls: type[Unknown]) -> list[SharedField[Any]]:
    """The fields that an `Unknown` has in common with the other members of its union."""
    return [value for value in vars(cls).values() if isinstance(value, SharedField)]


def _read_shared(cls: type[Unknown], value: dict[str, Any], hook_of: HookOf) -> Iterator[tuple[str, Any]]:
    for field in shared_fields(cls):
        try:
            # Absent and null mean the same.
            yield field.name, hook_of(field.type_form)(value.get(field.wire_name), field.type_form)
        except Exception:  # noqa: S112  # reading the field raises an error that says so
            continue
