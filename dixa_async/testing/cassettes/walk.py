"""Finds what must be hidden in JSON, by the types of an operation.

What a type describes is judged by it: enums, times, numbers and flags are kept, and `kinds` decides about strings.
What no type describes is judged by itself, and hidden in doubt.
"""

import enum
import functools
import re
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from types import NoneType
from typing import Annotated, Any, Final, TypeVar, get_args, get_origin

from ..._json import NotJsonError, dumps, loads
from ...models.base import Model, Unset, wire_fields
from ...serialization.classes import field_types, is_model, wire_name
from ...serialization.unions import is_union, tag_of
from ...serialization.unknowns import tag_key_of
from .json_types import is_array, is_object
from .kept import (
    is_short_number,
    looks_like_enum_value,
    looks_like_key,
    looks_like_time,
    may_be_kept,
    may_be_kept_untyped,
)
from .kinds import Kind, decided_kind, forced_kind, is_personal_even_if_a_time, kind_of_key
from .pseudonyms import MARK, Hidden

_ALIAS: Final[Any] = getattr(typing, "TypeAliasType", ())
"""What a ``type`` statement makes, since Python 3.12."""
_LINK: Final = re.compile(r"[^?]*\?(.*&)?pageKey=", re.DOTALL).match


class Walker:
    """Walks JSON, and replaces what must be hidden.

    Args:
        hide: returns what a value is replaced by.
        has_secret: whether a string contains something that must never be written.
        hide_link: redacts a link to another page.
        keep_time: returns what a time is replaced by, which is the time itself for a file.
    """

    def __init__(
        self,
        hide: Callable[[Hidden, Kind], Any],
        has_secret: Callable[[str], bool],
        hide_link: Callable[[str], Any],
        keep_time: Callable[[str], Any] = str,
    ) -> None:
        self._hide = hide
        self._has_secret = has_secret
        self._hide_link = hide_link
        self._keep_time = keep_time

    def typed(self, value: Any, type_form: Any, kind: Kind | None = None, *, is_forced: bool = False) -> Any:
        """Walk a value that a type describes.

        Args:
            value: JSON.
            type_form: its type, or that of its items if it is a list and the type is not one.
            kind: what the strings in it are, outside of models; None if the type says it.
            is_forced: whether the strings in models are this, too, whatever the models say.

        Returns:
            The value, with replacements.
        """
        plain = _plain_type(type_form, value)
        if plain is None:
            return self.untyped(value)
        origin, parts = get_origin(plain) or plain, get_args(plain)
        if is_array(value):
            item = parts[0] if origin in (list, Sequence, tuple) and parts else plain
            return [self.typed(each, item, kind, is_forced=is_forced) for each in value]
        if is_object(value):
            if is_model(plain):
                return self._model(value, plain, kind if is_forced else None)
            if origin in (dict, Mapping):
                return self._object(value, lambda _, item: self.typed(item, parts[1], kind, is_forced=is_forced))
            return self._object(value, self._personal if is_forced else self.untyped_entry)
        return self._scalar(value, plain, kind)

    def untyped(self, value: Any, key: str = "") -> Any:
        """Walk a value that no type describes.

        Args:
            value: JSON.
            key: the key that it is under.

        Returns:
            The value, with replacements.
        """
        if is_object(value):
            return self._object(value, self.untyped_entry)
        if is_array(value):
            return [self.untyped(item, key) for item in value]
        kind = kind_of_key(key)
        if isinstance(value, str):
            return self._untyped_text(value, key, kind)
        if isinstance(value, bool) or value is None or kind is Kind.ID or is_short_number(value):
            return value
        return self._hide(value, Kind.PERSONAL)

    def untyped_entry(self, key: str, value: Any) -> Any:
        """Walk an entry of an object that no type describes."""
        return self.untyped(value, key)

    def text(self, value: str, kind: Kind) -> Any:
        """Keep or replace a string.

        Args:
            value: the string.
            kind: what it is.

        Returns:
            The string, or its replacement.
        """
        if not value or value.isspace():
            return value
        if self._has_secret(value):
            return self._hide(value, Kind.SECRET)
        if kind is Kind.JSON:
            return self._json(value)
        if kind is Kind.TIME and looks_like_time(value):
            return self._keep_time(value)
        return value if may_be_kept(value, kind) else self._hide(value, kind)

    def key(self, key: str, number: int) -> str:
        """Keep or replace a key.

        Args:
            key: the key.
            number: its place among the keys of its object.

        Returns:
            The key, or its replacement.
        """
        if looks_like_key(key) and not self._has_secret(key):
            return key
        hidden: Any = self._hide(key, Kind.WORD)
        return hidden if isinstance(hidden, str) else f"{MARK}{number}"

    def _model(self, value: Mapping[str, Any], cls: Any, force: Kind | None) -> dict[str, Any]:
        plain = get_origin(cls) or cls
        fields, types = _fields_by_wire_name(plain), field_types(cls)

        def entry(key: str, item: Any) -> Any:
            if key == tag_key_of(plain) and key not in fields:
                return self._enum_value(item)
            if key not in fields:
                return self.untyped(item, key)
            name = fields[key]
            forced = force or forced_kind(plain, name)
            return self.typed(item, types[name], forced or decided_kind(plain, name), is_forced=forced is not None)

        return self._object(value, entry)

    def _object(self, value: Mapping[str, Any], entry: Callable[[str, Any], Any]) -> dict[str, Any]:
        return {self.key(key, number): entry(key, item) for number, (key, item) in enumerate(value.items())}

    def _personal(self, _: str, value: Any) -> Any:
        """Walk an entry of an object in which everything is personal."""
        if is_object(value):
            return self._object(value, self._personal)
        if is_array(value):
            return [self._personal("", item) for item in value]
        return self._scalar(value, str, Kind.PERSONAL)

    def _scalar(self, value: Any, plain: Any, kind: Kind | None) -> Any:
        if value is None or isinstance(value, bool):
            return value
        is_class = isinstance(plain, type)
        if not isinstance(value, str):
            is_text = plain is str and kind is not Kind.ID
            return self._hide(value, Kind.PERSONAL) if is_text else value
        if is_class and issubclass(plain, enum.Enum):
            return self._enum_value(value)
        if is_class and issubclass(plain, date | datetime):
            return self.text(value, Kind.TIME)
        if plain is str:
            return self.text(value, kind or Kind.PERSONAL)
        return self.untyped(value)

    def _enum_value(self, value: Any) -> Any:
        if isinstance(value, str) and looks_like_enum_value(value) and not self._has_secret(value):
            return value
        return self.untyped(value)

    def _untyped_text(self, value: str, key: str, kind: Kind | None) -> Any:
        if kind is Kind.WORD and not looks_like_enum_value(value):
            return self._hide(value, kind) if value and not value.isspace() else value
        if kind is not None:
            return self.text(value, kind)
        if self._has_secret(value):
            return self._hide(value, Kind.SECRET)
        if _LINK(value):
            return self._hide_link(value)
        if (key == "_type" and looks_like_enum_value(value)) or may_be_kept_untyped(value):
            return value
        if looks_like_time(value) and not is_personal_even_if_a_time(key):
            return self._keep_time(value)
        return self._hide(value, Kind.PERSONAL)

    def _json(self, value: str) -> Any:
        try:
            inner = loads(value.encode())
        except (NotJsonError, UnicodeEncodeError):
            return self._hide(value, Kind.PERSONAL)
        if not isinstance(inner, dict | list):
            return self._hide(value, Kind.PERSONAL)
        return dumps(self.untyped(inner)).decode()


def _plain_type(type_form: Any, value: Any) -> Any:
    """The type without aliases and marks, and the member of a union that fits a value; None if there is none."""
    if isinstance(type_form, _ALIAS):
        return _plain_type(type_form.__value__, value)
    if get_origin(type_form) is Annotated:
        return _plain_type(get_args(type_form)[0], value)
    if is_union(type_form):
        return _member(get_args(type_form), value)
    return None if type_form in (object, Any, None) or isinstance(type_form, TypeVar) else type_form


def _member(members: Sequence[Any], value: Any) -> Any:
    plain = [found for member in members if (found := _plain_type(member, value)) is not None]
    if is_object(value):
        models = [member for member in plain if is_model(member)]
        for model in models:
            cls = get_origin(model) or model
            if tag_of(cls) is not None and value.get(tag_key_of(cls)) == tag_of(cls):
                return model
        untagged = [model for model in models if tag_of(get_origin(model) or model) is None]
        return next(iter(untagged or [m for m in plain if get_origin(m) in (dict, Mapping)]), None)
    if is_array(value):
        # A page is a list of what the type describes.
        lists = [member for member in plain if get_origin(member) in (list, Sequence)]
        return lists[0] if lists else _union_of(members)
    scalars = [member for member in plain if isinstance(member, type) and not is_model(member)]
    scalars = [member for member in scalars if member not in (NoneType, Unset)]
    if isinstance(value, str):
        scalars = [member for member in scalars if issubclass(member, str | date)]
    return scalars[-1] if scalars else None


def _union_of(members: Sequence[Any]) -> Any:
    return list[typing.Union[tuple(members)]]  # type: ignore[misc]  # noqa: UP007


@functools.cache
def _fields_by_wire_name(cls: type[Model]) -> dict[str, str]:
    return {wire_name(field): field.name for field in wire_fields(cls)}
