"""Functions that read one model class, made from its fields.

They are generated, as attrs and cattrs generate theirs, and for the same reason: a loop over the fields takes several
times as long. What is generated is plain. For a class with an id, a time, a channel, an optional subject, attributes of
several kinds, and a list of files it reads::

    def read(o, _=None):
        m = new(cls)
        n = 6
        v = o[key0]
        m.id = v + ''
        v = o[key1]
        m.created_at = from_iso(v) if v[-1] == 'Z' else hook1(v)
        v = o[key2]
        try: m.channel = words2[v]
        except Exception: m.channel = hook2(v, type2)
        v = o.get(key3)
        if v is None:
            m.subject = None
            n -= 1
        else:
            m.subject = v + ''
        v = o[key4]
        try: m.attributes = by_tag4[v[key_type]](v)
        except Exception: m.attributes = hook4(v)
        v = o[key5]
        if v.__class__ is list:
            m.files = items = []
            for x in v:
                items.append(hook5(x))
        else: m.files = wrong('a list', v)
        m._extra = None if len(o) == n else rest(o, known, tag, tag_key)
        return m

Each trick in it is there for what it saves of the time of reading pages of a hundred items, and not for less than 3 %:

- The number of keys says whether some are not known, 9 to 17 %: to look at each key of each object would cost that. A
  null counts as absent, so that an object with one is looked at in vain.
- ``join`` looks at the texts of a list: 40 % for end users, 22 % for search hits. Nothing but texts can be joined.
- Listed words are found in the map of their enum: 12 % for activity, 7 % for conversations.
- Times that end in ``Z`` are parsed in place: 4 to 5 %.
- Keys are the very objects that the parser makes, which a dict finds without comparing texts: 7 to 9 % for
  conversations and end users. Where the parser makes others, plain keys do as well.
- An empty text is added to a text, which fails for all else: 6 % for end users, 1 to 2 % for others.
- Members of unions that were met before are found by their tag, without a call: 3 to 4 % where there are unions.

Reading a whole page, or small objects within a larger one, in one function saved 1 to 2 % each and is not done.

A function that fails does not say where: another converter reads the data again and names the place.
"""

from collections.abc import Mapping
from datetime import datetime
from types import NoneType
from typing import Any, Final, NoReturn, get_args, get_origin

import attrs

from .._json import key_as_parsed
from ..models.base import OpenEnum, wire_fields
from .classes import PRIMITIVES, build, rest, wire_name, wire_names
from .unions import is_union, tag_of
from .unknowns import HookOf, tag_key_of
from .validation_error import StructureHook, expected

_NAMES: Final[Mapping[str, Any]] = {"new": object.__new__, "join": "".join, "from_iso": datetime.fromisoformat}


def make_reader(cls: Any, types: Mapping[str, Any], hook_of: HookOf) -> StructureHook:
    """Make the function that reads a class.

    Args:
        cls: the class.
        types: the type of each field, by its name.
        hook_of: gives the hook of a type that is not read in place.

    Returns:
        The function. It takes a JSON value and, as cattrs wants it, a type that it does not look at.
    """
    plain = get_origin(cls) or cls
    tag, tag_key, known = tag_of(plain), tag_key_of(plain), wire_names(plain)
    code = _Code(hook_of)
    code.names |= {"cls": plain, "known": known, "tag": tag, "tag_key": tag_key}
    lines = ["m = new(cls)", f"n = {len(known)}"]
    if not types:  # else the first field fails with what is not an object
        lines.append("if o.__class__ is not dict: wrong('an object', o)")
    for number, attribute in enumerate(wire_fields(plain)):
        lines += code.field_lines(str(number), attribute, types[attribute.name])
    lines += ["m._extra = None if len(o) == n else rest(o, known, tag, tag_key)", "return m"]
    read: StructureHook = build(["def read(o, _=None):", *_indented(lines)], "read", cls, code.names)
    return read if tag is None else _outside_of_unions(read, known, tag, tag_key)


def _outside_of_unions(read: StructureHook, known: frozenset[str], tag: str, tag_key: str) -> StructureHook:
    """What reads a class with a tag where no union has looked at the tag of the value."""

    def read_any_tag(value: Any, _: Any = None) -> Any:
        model = read(value, None)
        if value.get(tag_key) != tag:
            model._extra = rest(value, known, tag, tag_key)
        return model

    read_any_tag.in_union = read  # type: ignore[attr-defined]
    return read_any_tag


class _Code:
    """The lines of one function, and what the names in them stand for."""

    def __init__(self, hook_of: HookOf) -> None:
        self._hook_of = hook_of
        self.names: dict[str, Any] = {**_NAMES, "wrong": _wrong, "rest": rest}

    def field_lines(self, number: str, attribute: "attrs.Attribute[Any]", type_form: Any) -> list[str]:
        """The lines that read a field of the JSON object `o` into the model `m`."""
        key, target, default = self._key(number, wire_name(attribute)), f"m.{attribute.name}", attribute.default
        if default is attrs.NOTHING:
            return [f"v = o[{key}]", *self._value_lines(target, number, type_form)]
        if default is None:
            # Absent and null mean the same.
            found, absent, instead, type_form = f"o.get({key})", "None", "None", _without_none(type_form)
        else:
            found, absent, instead = f"o.get({key}, new)", "new", f"default{number}"
            self.names[instead] = default
        return [
            f"v = {found}",
            f"if v is {absent}:",
            f"    {target} = {instead}",
            "    n -= 1",
            "else:",
            *_indented(self._value_lines(target, number, type_form)),
        ]

    def _key(self, number: str, wire: str) -> str:
        self.names[f"key{number}"] = key_as_parsed(wire)
        return f"key{number}"

    def _value_lines(self, target: str, number: str, type_form: Any) -> list[str]:
        """The lines that read `v` into a field."""
        if get_origin(type_form) is list and not _is_read_in_place(get_args(type_form)[0]):
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
            f"else: {target} = wrong('a list', v)",
        ]

    def _usual(self, type_form: Any, number: str, value: str = "v") -> str | None:
        """What reads a value of the usual kind in place. It fails with any other, which is left to the hook."""
        by_tag = getattr(self.names.get(f"hook{number}"), "by_tag", None)
        if by_tag is not None:  # a member of a union that was met before
            self.names[f"by_tag{number}"] = by_tag
            return f"by_tag{number}[{value}[{self._key('_type', '_type')}]]({value})"
        if isinstance(type_form, type) and issubclass(type_form, OpenEnum):  # a word that is listed
            self.names[f"words{number}"] = type_form._value2member_map_
            return f"words{number}[{value}]"
        if is_union(type_form) and {str, list[str]} <= {*get_args(type_form)}:
            return f"{value} if {value}.__class__ is str else {self._expression(list[str], number, value)}"
        return None

    def _expression(self, type_form: Any, number: str, value: str = "v") -> str:
        """What reads a value: in place for the most frequent types, else a call of their hook."""
        if type_form is str:
            return f"{value} + ''"
        if type_form in PRIMITIVES:
            return f"{value} if {value}.__class__ is {type_form.__name__} else wrong({type_form.__name__!r}, {value})"
        if type_form == list[str]:
            # `join` takes nothing but texts, and looks at them faster than a loop could.
            return f"{value} if {value}.__class__ is list and join({value}) is not None else wrong('a list', {value})"
        if get_origin(type_form) in (dict, Mapping):
            each = self._expression(get_args(type_form)[1], f"{number}_x", "x")
            items = f"{{k: {each} for k, x in {value}.items()}}"
            return f"{items} if {value}.__class__ is dict else wrong('an object', {value})"
        self.names[f"hook{number}"] = self._hook_of(type_form)
        hook = f"hook{number}({value})"
        if type_form is datetime:
            # The end is looked at first: it is cheaper than a failed parse.
            return f"from_iso({value}) if {value}[-1] == 'Z' else {hook}"
        if is_union(type_form):
            return f"{value} if {value}.__class__ is str else {hook}" if str in get_args(type_form) else hook
        if attrs.has(get_origin(type_form) or type_form):
            return hook
        self.names[f"type{number}"] = type_form
        return f"hook{number}({value}, type{number})"


def _is_read_in_place(item: Any) -> bool:
    return item is str or get_origin(item) is list


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _without_none(type_form: Any) -> Any:
    """What a union is besides None."""
    if not is_union(type_form):
        return type_form
    first, *rest = (member for member in get_args(type_form) if member is not NoneType)
    for member in rest:
        first = first | member
    return first


def _wrong(what: str, value: object) -> NoReturn:
    raise expected(what, value)
