"""Compares the types of the package with the schemas of the contract, field by field."""

from collections.abc import Mapping
from datetime import datetime
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

import attrs

from dixa_async import UNSET, OpenEnum, Unset
from dixa_async.models.base import TaggedEnum
from dixa_async.serialization.unions import is_union, tag_of
from dixa_async.serialization.unknowns import is_unknown

from ..helpers.description import Schema
from ..helpers.type_forms import Field, class_of, fields_of, is_model, members_of, union_of
from .deviations import settled

_PLAIN = {"string": str, "integer": int, "number": float, "boolean": bool, "any": object}


@attrs.define
class Comparison:
    """Compares types and schemas, and records all differences.

    Args:
        sent: whether it is about what is sent, not about what comes back.
        shared: classes that responses use too; they may have None for an omitted field.
        may_be_null: whether a field that is sent may be null.
    """

    sent: bool
    shared: frozenset[type] = frozenset()
    may_be_null: bool = False
    differences: list[str] = attrs.field(factory=list[str], init=False)
    classes: set[type] = attrs.field(factory=set[type], init=False)
    """All classes that were met."""
    unions: list[tuple[str, Any]] = attrs.field(factory=list[tuple[str, Any]], init=False)
    """All tagged unions that were met: the name of the schema, the type."""
    schemas: set[str] = attrs.field(factory=set[str], init=False)
    """The names of all schemas that were met."""
    _seen: set[tuple[str, Any]] = attrs.field(factory=set[tuple[str, Any]], init=False)

    def compare(self, form: Any, schema: Schema, where: str) -> None:
        """Compare a type with a schema.

        Args:
            form: the type, without None and `UNSET`.
            schema: the schema.
            where: what the differences are reported with.
        """
        if "schema" in schema:
            self.schemas.add(schema["schema"])
        schema = settled(schema)
        name = schema.get("name")
        if name is not None:
            self.schemas.add(name)
            if (name, form) in self._seen:
                return
            self._seen.add((name, form))
        form = get_args(form)[0] if get_origin(form) is Annotated else form
        match schema["kind"]:
            case "object":
                self._object(form, schema, where)
            case "union":
                self._union(form, schema, where)
            case "one_of":
                self._one_of(form, schema, where)
            case "array":
                self._contents(form, "array", schema["items"], f"{where}[]")
            case "map":
                self._contents(form, "map", schema["value"], f"{where}{{}}")
            case "tag_string":
                self._text(form, schema["members"], where)
            case "string" if schema.get("tagged") and not (isinstance(form, type) and issubclass(form, TaggedEnum)):
                self._expect(False, f"{where}: enum values written as objects, {_name(form)} here")
            case "string":
                self._text(form, schema.get("enum"), where, schema.get("format"))
            case kind:
                self._expect(form is _PLAIN[kind], f"{where}: {kind} in the description, {_name(form)} here")

    def _expect(self, as_expected: bool, difference: str) -> None:
        if not as_expected:
            self.differences.append(difference)

    def _text(self, form: Any, enum_values: Any, where: str, text_format: str | None = None) -> None:
        if text_format == "date-time":
            self._expect(form is datetime, f"{where}: a time in the description, {_name(form)} here")
        elif enum_values is None:
            self._expect(form is str, f"{where}: a string in the description, {_name(form)} here")
        elif get_origin(form) is Literal or (isinstance(form, type) and issubclass(form, OpenEnum)):
            here, there = {value.value for value in get_args(form) or form}, set(enum_values)
            self._expect(
                here == there,
                f"{where}: enum values {sorted(there - here)} are missing, {sorted(here - there)} are extra",
            )
        else:
            self._expect(False, f"{where}: enum values in the description, {_name(form)} here")

    def _contents(self, form: Any, kind: str, contents: Schema, where: str) -> None:
        if _kind(form) != kind:
            self._expect(False, f"{where}: a {kind} in the description, {_name(form)} here")
            return
        self.compare(get_args(form)[-1], contents, where)

    def _object(self, form: Any, schema: Schema, where: str) -> None:
        fields: Mapping[str, Schema] = schema["fields"]
        if not is_model(form):
            self._expect(False, f"{where}: an object in the description, {_name(form)} here")
            return
        self.classes.add(class_of(form))
        where = f"{where} {_name(form)}"
        self._expect(tag_of(form) in (None, schema.get("tag")), f"{where}: the _type should be {schema.get('tag')}")
        here = fields_of(form)
        self._expect(here.keys() == fields.keys(), f"{where}: the fields {sorted(here.keys() ^ fields.keys())}")
        may_be_none = not self.sent or class_of(form) in self.shared
        for name in here.keys() & fields.keys():
            self._field(here[name], fields[name], f"{where}.{name}", may_be_none=may_be_none)

    def _field(self, field: Field, schema: Schema, where: str, *, may_be_none: bool) -> None:
        marks = set(get_args(field.type)) & {NoneType, Unset} if is_union(field.type) else set()
        if schema["required"]:
            self._expect(not marks and field.required, f"{where}: required, but may be absent here")
        elif field.required:
            self._expect(False, f"{where}: optional, but required here")
        elif field.default is None:
            self._expect(marks == {NoneType} and may_be_none, f"{where}: optional, but the default is None")
        else:
            fits = marks == {Unset} or (self.may_be_null and marks == {Unset, NoneType})
            self._expect(
                self.sent and field.default is UNSET and fits,
                f"{where}: optional, but the default is {field.default!r}",
            )
        self.compare(union_of(members_of(field.type)), schema, where)

    def _union(self, form: Any, schema: Schema, where: str) -> None:
        members = members_of(form)
        self._expect(
            self.sent or any(map(is_unknown, members)), f"{where}: a union without a member for unknown values"
        )
        classes = {tag_of(member): member for member in members if is_model(member)}
        self._expect(
            len(classes) == len([member for member in members if not is_unknown(member)])
            and classes.keys() == schema["members"].keys(),
            f"{where}: the tags {sorted(map(str, classes.keys() ^ schema['members'].keys()))}",
        )
        self.unions.append((schema.get("name", where), form))
        for tag in classes.keys() & schema["members"].keys():
            self.compare(classes[tag], {"kind": "object", "schema": schema["members"][tag]}, f"{where}<{tag}>")

    def _one_of(self, form: Any, schema: Schema, where: str) -> None:
        members: Any = get_args(form) if is_union(form) else (form,)
        for option in schema["options"]:
            fitting = [member for member in members if _may_be(member, settled(option))]
            self._expect(bool(fitting), f"{where}: one of {[o['kind'] for o in schema['options']]}, here {_name(form)}")
            if fitting and option["kind"] != "null":
                self.compare(union_of(fitting), option, where)
            members = [member for member in members if member not in fitting]
        self._expect(not members, f"{where}: {members} are not in the description")


def _may_be(member: Any, option: Schema) -> bool:
    """Whether a member of a union corresponds to one of the schemas that a value may have."""
    if option["kind"] == "union":
        return is_unknown(member) or is_model(member)
    if option["kind"] == "object":
        return is_model(member) and fields_of(member).keys() == set(option["fields"])
    return _kind(member) == str(option["kind"])


def _kind(form: Any) -> str | None:
    if get_origin(form) in (list, dict, Mapping):
        return "array" if get_origin(form) is list else "map"
    return {NoneType: "null", str: "string", int: "integer", float: "number", bool: "boolean"}.get(form)


def _name(form: Any) -> str:
    return form.__name__ if isinstance(form, type) else str(form)
