"""Generated functions that read one model class.

They are generated from its fields, as attrs and cattrs generate theirs, and for the same reason: a loop over the fields
takes several times as long. For a class with an ID, a time, a channel, an optional subject, a union of attributes, and
a list of files, the function is::

    def read(o, _=None):
        m = new(cls)
        n = 6
        v = o['id']
        m.id = v + ''
        v = o['createdAt']
        m.created_at = from_iso(v) if v[-1] == 'Z' else hook1(v)
        v = o['channel']
        try: m.channel = members2[v]
        except Exception: m.channel = hook2(v, type2)
        v = o.get('subject')
        if v is None:
            m.subject = None
            n -= 1
        else:
            m.subject = v + ''
        v = o['attributes']
        try: m.attributes = by_tag4[v['_type']](v)
        except Exception: m.attributes = hook4(v)
        v = o['files']
        if v.__class__ is list:
            m.files = items = []
            for x in v:
                items.append(hook5(x))
        else: m.files = fail('a list', v)
        m._extra = None if len(o) == n else unknown_entries(o, known, tag, tag_key)
        return m

Each optimization is here for the time that it saves in reading pages of a hundred items, at least 3 %:

- The number of keys shows whether there are unknown ones, 9 to 17 %: checking each key of each object would cost that.
  A null counts as absent, so an object with a null is checked in vain, all keys in one step.
- ``join`` checks the strings of a list: 40 % for end users, 22 % for search hits. Only strings can be joined.
- Listed enum values are looked up in the map of their enum: 12 % for activity, 7 % for conversations.
- Times that end in ``Z`` are parsed inline: 4 to 5 %. So are times in milliseconds.
- Adding an empty string checks a string, because it fails for anything else: 6 % for end users, 1 to 2 % for others.
- Members of unions that were seen before are found by their tag, without a call: 3 to 4 % where there are unions.

Reading a whole page, or small objects within a larger one, in one function saved 1 to 2 % each and is not done.

The errors of these functions have no path: another converter reads the data again and adds it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import NoneType
from typing import Any, Final, NoReturn, get_args, get_origin

import attrs

from ..models.base import OpenEnum, wire_fields
from .classes import PRIMITIVES, build, unknown_entries, wire_name, wire_names
from .primitives import is_epoch_milliseconds
from .unions import is_union, tag_of
from .unknowns import HookOf, tag_key_of
from .validation_error import StructureHook, expected

_NAMES: Final[Mapping[str, Any]] = {
    "new": object.__new__,
    "join": "".join,
    "from_iso": datetime.fromisoformat,
    "from_seconds": datetime.fromtimestamp,
    "utc": UTC,
}


def make_reader(cls: Any, types: Mapping[str, Any], hook_of: HookOf) -> StructureHook:
    """Make the function that reads a class.

    Args:
        cls: the class.
        types: the type of each field, by its name.
        hook_of: returns the hook of a type that is not read inline.

    Returns:
        The function. It takes a JSON value and, as cattrs requires, a type, which it ignores.
    """
    plain = get_origin(cls) or cls
    tag, tag_key, known = tag_of(plain), tag_key_of(plain), wire_names(plain)
    code = _Code(hook_of)
    code.names |= {"cls": plain, "known": known, "tag": tag, "tag_key": tag_key}
    lines = ["m = new(cls)", f"n = {len(known)}"]
    if not types:  # otherwise the first field fails if it is not an object
        lines.append("if o.__class__ is not dict: fail('an object', o)")
    for number, attribute in enumerate(wire_fields(plain)):
        lines += code.field_lines(str(number), attribute, types[attribute.name])
    lines += ["m._extra = None if len(o) == n else unknown_entries(o, known, tag, tag_key)", "return m"]
    read: StructureHook = build(["def read(o, _=None):", *_indented(lines)], "read", cls, code.names)
    return read if tag is None else _outside_of_unions(read, known, tag, tag_key)


def _outside_of_unions(read: StructureHook, known: frozenset[str], tag: str, tag_key: str) -> StructureHook:
    """Make the function that reads a class outside of unions, where the tag has not been checked."""

    def read_any_tag(value: Any, _: Any = None) -> Any:
        model = read(value, None)
        if value.get(tag_key) != tag:
            model._extra = unknown_entries(value, known, tag, tag_key)
        return model

    read_any_tag.in_union = read  # type: ignore[attr-defined]
    return read_any_tag


class _Code:
    """The lines of a function, and the values of the global names in them."""

    def __init__(self, hook_of: HookOf) -> None:
        self._hook_of = hook_of
        self.names: dict[str, Any] = {**_NAMES, "fail": _fail, "unknown_entries": unknown_entries}

    def field_lines(self, number: str, attribute: "attrs.Attribute[Any]", type_form: Any) -> list[str]:
        """The lines that read a field of the JSON object `o` into the model `m`."""
        key, target, default = wire_name(attribute), f"m.{attribute.name}", attribute.default
        if default is attrs.NOTHING:
            return [f"v = o[{key!r}]", *self._value_lines(target, number, type_form)]
        if default is None:
            # Absent and null mean the same.
            found, absent, instead, type_form = f"o.get({key!r})", "None", "None", _without_none(type_form)
        else:
            found, absent, instead = f"o.get({key!r}, new)", "new", f"default{number}"
            self.names[instead] = default
        return [
            f"v = {found}",
            f"if v is {absent}:",
            f"    {target} = {instead}",
            "    n -= 1",
            "else:",
            *_indented(self._value_lines(target, number, type_form)),
        ]

    def _value_lines(self, target: str, number: str, type_form: Any) -> list[str]:
        """The lines that read `v` into a field."""
        if get_origin(type_form) is list and not _is_read_inline(get_args(type_form)[0]):
            return self._list_lines(target, number, get_args(type_form)[0])
        value = self._expression(type_form, number)
        usual = self._usual(type_form, number)
        if usual is None:
            return [f"{target} = {value}"]
        return [f"try: {target} = {usual}", f"except Exception: {target} = {value}"]

    def _list_lines(self, target: str, number: str, item: Any) -> list[str]:
        value = self._expression(item, number, "x")
        usual = self._usual(item, number, "x")
        append = f"items.append({value})"
        return [
            "if v.__class__ is list:",
            f"    {target} = items = []",
            "    for x in v:",
            *([f"        {append}"] if usual is None else []),
            *([f"        try: items.append({usual})", f"        except Exception: {append}"] if usual else []),
            f"else: {target} = fail('a list', v)",
        ]

    def _usual(self, type_form: Any, number: str, value: str = "v") -> str | None:
        """The expression that reads the usual values inline. It fails with others, which are left to the hook."""
        by_tag = getattr(self.names.get(f"hook{number}"), "by_tag", None)
        if by_tag is not None:  # a member of a union that was seen before
            self.names[f"by_tag{number}"] = by_tag
            return f"by_tag{number}[{value}['_type']]({value})"
        if isinstance(type_form, type) and issubclass(type_form, OpenEnum):  # a listed value
            self.names[f"members{number}"] = type_form._value2member_map_
            return f"members{number}[{value}]"
        if is_union(type_form) and {str, list[str]} <= {*get_args(type_form)}:
            return f"{value} if {value}.__class__ is str else {self._expression(list[str], number, value)}"
        return None

    def _expression(self, type_form: Any, number: str, value: str = "v") -> str:
        """The expression that reads a value: inline for the most frequent types, else a call of their hook."""
        if type_form is str:
            return f"{value} + ''"
        if type_form in PRIMITIVES:
            return f"{value} if {value}.__class__ is {type_form.__name__} else fail({type_form.__name__!r}, {value})"
        if type_form == list[str]:
            # `join` accepts only strings, and checks them faster than a loop.
            return f"{value} if {value}.__class__ is list and join({value}) is not None else fail('a list', {value})"
        if get_origin(type_form) in (dict, Mapping):
            each = self._expression(get_args(type_form)[1], f"{number}_x", "x")
            items = f"{{k: {each} for k, x in {value}.items()}}"
            return f"{items} if {value}.__class__ is dict else fail('an object', {value})"
        self.names[f"hook{number}"] = self._hook_of(type_form)
        hook = f"hook{number}({value})"
        if type_form is datetime:
            # Checking the end first is cheaper than a failed parse.
            return f"from_iso({value}) if {value}[-1] == 'Z' else {hook}"
        if is_epoch_milliseconds(type_form):
            # Until the year 2096, a float holds them exactly.
            is_usual = f"{value}.__class__ is int and 0 <= {value} < 4_000_000_000_000"
            return f"from_seconds({value} / 1000, utc) if {is_usual} else {hook}"
        if is_union(type_form):
            primitive = next((p.__name__ for p in PRIMITIVES if p in get_args(type_form)), None)
            return hook if primitive is None else f"{value} if {value}.__class__ is {primitive} else {hook}"
        if attrs.has(get_origin(type_form) or type_form):
            return hook
        self.names[f"type{number}"] = type_form
        return f"hook{number}({value}, type{number})"


def _is_read_inline(item: Any) -> bool:
    return item is str or get_origin(item) is list


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _without_none(type_form: Any) -> Any:
    """A union without None."""
    if not is_union(type_form):
        return type_form
    first, *rest = (member for member in get_args(type_form) if member is not NoneType)
    for member in rest:
        first = first | member
    return first


def _fail(what: str, value: object) -> NoReturn:
    raise expected(what, value)
