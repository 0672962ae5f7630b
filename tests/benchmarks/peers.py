"""The same models for pydantic and msgspec, generated from ours, as their users would write them."""

import enum
from collections.abc import Callable
from types import GenericAlias, NoneType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import attrs
import msgspec
import pydantic

from dixa_async.models import OpenEnum
from dixa_async.models.base import Model, wire_fields
from dixa_async.serialization.classes import wire_name
from dixa_async.serialization.unions import is_union, tag_of

from .pages import members

MakeClass = Callable[[str, str | None, list[tuple[str, str, Any, bool]]], Any]
"""Makes a class from its name, its tag, and its fields: name, name on the wire, type, whether it is required."""
MakeUnion = Callable[[list[Any]], Any]


class Peer:
    """Makes the types of one library."""

    def __init__(self, make_class: MakeClass, make_union: MakeUnion) -> None:
        self._make_class = make_class
        self._make_union = make_union
        self._made: dict[Any, Any] = {}

    def type_of(self, type_form: Any) -> Any:
        if type_form not in self._made:
            self._made[type_form] = self._make(type_form)
        return self._made[type_form]

    def _make(self, type_form: Any) -> Any:
        if is_union(type_form):
            kinds = [self.type_of(member) for member in members(type_form)]
            tagged = len(kinds) > 1 and all(tag_of(member) for member in members(type_form))
            union = self._make_union(kinds) if tagged else Union[tuple(kinds)]  # noqa: UP007
            return union | None if NoneType in get_args(type_form) else union
        if get_origin(type_form) is Annotated:
            return self.type_of(get_args(type_form)[0])
        if get_origin(type_form) in (list, dict):
            container, *arguments = get_origin(type_form), *get_args(type_form)
            return container[tuple(self.type_of(argument) for argument in arguments)]
        if issubclass(type_form, OpenEnum):
            return enum.Enum(type_form.__name__, [(w.name, w.value) for w in type_form], type=str)
        if issubclass(type_form, Model):
            attrs.resolve_types(type_form)
            fields = [
                (f.name.rstrip("_"), wire_name(f), self.type_of(f.type), f.default is attrs.NOTHING)
                for f in wire_fields(type_form)
            ]
            return self._make_class(type_form.__name__, tag_of(type_form), fields)
        return type_form


def _pydantic_class(name: str, tag: str | None, fields: list[tuple[str, str, Any, bool]]) -> Any:
    made: dict[str, Any] = {
        # `from` cannot be a name; pydantic takes it as an alias only.
        f"{field}_": (kind, pydantic.Field(... if required else None, alias=wire))
        for field, wire, kind, required in fields
    }
    if tag is not None:
        made["kind"] = (Literal[tag], pydantic.Field(tag, alias="_type"))
    return pydantic.create_model(name, **made)


def _pydantic_union(kinds: list[Any]) -> Any:
    return Annotated[Union[tuple(kinds)], pydantic.Field(discriminator="kind")]  # noqa: UP007


def _msgspec_class(name: str, tag: str | None, fields: list[tuple[str, str, Any, bool]]) -> Any:
    made: list[Any] = [
        (f"{field}_", kind) if required else (f"{field}_", kind, None) for field, _, kind, required in fields
    ]
    wire_names = {f"{field}_": wire for field, wire, _, _ in fields}
    tagged: dict[str, Any] = {} if tag is None else {"tag_field": "_type", "tag": tag}
    return msgspec.defstruct(name, made, rename=wire_names, kw_only=True, omit_defaults=True, **tagged)


def pydantic_page(item: Any) -> tuple[Callable[[bytes], Any], Callable[[Any], bytes]]:
    """How pydantic reads and writes a page."""
    kind = Peer(_pydantic_class, _pydantic_union).type_of(item)
    fields: dict[str, Any] = {"data": (GenericAlias(list, kind), ...)}
    page = pydantic.create_model("Page", **fields)
    return page.model_validate_json, lambda read: read.model_dump_json(by_alias=True, exclude_none=True).encode()


def msgspec_page(item: Any) -> tuple[Callable[[bytes], Any], Callable[[Any], bytes]]:
    """How msgspec reads and writes a page."""
    kind = Peer(_msgspec_class, lambda kinds: Union[tuple(kinds)]).type_of(item)  # noqa: UP007
    page = msgspec.defstruct("Page", [("data", GenericAlias(list, kind))])
    return msgspec.json.Decoder(page).decode, msgspec.json.Encoder().encode
