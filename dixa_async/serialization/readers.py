"""Functions that read one model class, made from its fields.

They are generated, as attrs and cattrs generate theirs, and for the same reason: a loop over the fields takes several
times as long. What is generated is plain. For a class with an id, a time, a channel, an optional author, attributes of
several kinds, and a list of files it reads::

    def read(o, _=None):
        m = new(cls)
        v = o[key0]
        m.id = v + ''
        v = o[key1]
        m.created_at = from_iso(v) if v[-1] == 'Z' else hook1(v)
        v = o[key2]
        try: m.channel = words2[v]
        except Exception: m.channel = hook2(v, type2)
        v = o.get(key3)
        if v is None: m.author = None
        else:
            o3 = v
            m3 = new(cls3)
            v = o3.get(key3_0)
            m3.name = None if v is None else v + ''
            m.author = m3
        v = o[key4]
        try: m.attributes = by_tag4[v[key_type]](v)
        except Exception: m.attributes = hook4(v)
        v = o[key5]
        if v.__class__ is list:
            m.files = items5 = []
            for x in v:
                items5.append(hook5(x))
        else: m.files = wrong('a list', v)
        return m

Nothing but a text can be added to a text, and an empty one adds nothing: so a text is checked faster than by its class.
An object that holds no other objects, such as the author, is read where it stands: a call costs as much as a field.

A function that fails does not say where: another converter reads the data again and names the place.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import NoneType
from typing import Any, Final, NoReturn, get_args, get_origin

import attrs
import orjson

from ..models.base import Model, OpenEnum
from .classes import PRIMITIVES, build, wire_name
from .mismatch import StructureHook, expected
from .unions import is_union
from .unknowns import HookOf, is_unknown

TypesOf = Callable[[Any], Mapping[str, Any]]
"""Gives the types of the fields of a class, by their names."""

_NAMES: Final[Mapping[str, Any]] = {"new": object.__new__, "join": "".join, "from_iso": datetime.fromisoformat}


def make_reader(cls: Any, types_of: TypesOf, hook_of: HookOf) -> StructureHook:
    """Make the function that reads a class.

    Args:
        cls: the class.
        types_of: gives the types of the fields of a class.
        hook_of: gives the hook of a type that is not read in place.

    Returns:
        The function. It takes a JSON value and, as cattrs wants it, a type that it does not look at.
    """
    code = _Code(types_of, hook_of)
    lines = ["def read(o, _=None):", *_indented(code.object_lines(cls)), "    return m"]
    read: StructureHook = build(lines, "read", cls, code.names)
    return read


def make_list_reader(cls: Any, types_of: TypesOf, hook_of: HookOf) -> StructureHook:
    """Make the function that reads a list of objects of one class, such as a page.

    Args:
        cls: the class.
        types_of: gives the types of the fields of a class.
        hook_of: gives the hook of a type that is not read in place.

    Returns:
        The function. It takes a JSON value and, as cattrs wants it, a type that it does not look at.
    """
    code = _Code(types_of, hook_of)
    lines = [*code.object_lines(cls), "items.append(m)"]
    lines = ["if v.__class__ is not list: wrong('a list', v)", "items = []", "for o in v:", *_indented(lines)]
    lines = ["def read(v, _=None):", *_indented(lines), "    return items"]
    read: StructureHook = build(lines, "read", cls, code.names)
    return read


class _Code:
    """The lines of one function, and what the names in them stand for."""

    def __init__(self, types_of: TypesOf, hook_of: HookOf) -> None:
        self._types_of = types_of
        self._hook_of = hook_of
        self.names: dict[str, Any] = {**_NAMES, "wrong": _wrong}

    def object_lines(self, cls: Any, number: str = "") -> list[str]:
        """The lines that read the JSON object ``o`` into the model ``m``, or ``o3`` into ``m3``."""
        plain, types = get_origin(cls) or cls, self._types_of(cls)
        self.names[f"cls{number}"] = plain
        lines = [f"m{number} = new(cls{number})"]
        for n, attribute in enumerate(attrs.fields(plain)):
            field_number = f"{number}_{n}" if number else str(n)
            lines += self._field_lines(number, field_number, attribute, types[attribute.name])
        return lines

    def _field_lines(self, owner: str, number: str, attribute: "attrs.Attribute[Any]", type_form: Any) -> list[str]:
        key, target, default = self._key(number, wire_name(attribute)), f"m{owner}.{attribute.name}", attribute.default
        if default is attrs.NOTHING:
            return [f"v = o{owner}[{key}]", *self._value_lines(target, number, type_form)]
        if default is None:
            # Absent and null mean the same.
            lines = self._value_lines(target, number, _without_none(type_form), absent=("v is None", "None"))
            return [f"v = o{owner}.get({key})", *lines]
        self.names[f"default{number}"] = default
        lines = self._value_lines(target, number, type_form, absent=("v is new", f"default{number}"))
        return [f"v = o{owner}.get({key}, new)", *lines]

    def _key(self, number: str, wire: str) -> str:
        # orjson gives the same object for a key each time. A dict finds that one without comparing texts.
        (self.names[f"key{number}"],) = orjson.loads(orjson.dumps({wire: None}))
        return f"key{number}"

    def _value_lines(
        self, target: str, number: str, type_form: Any, absent: tuple[str, str] | None = None
    ) -> list[str]:
        """The lines that read `v` into a field, or what there is instead if `v` is absent: a condition and a value."""
        instead = f"{absent[1]} if {absent[0]} else " if absent else ""
        if get_origin(type_form) is list and not _is_read_in_place(get_args(type_form)[0]):
            return self._list_lines(target, number, get_args(type_form)[0], instead)
        if self._holds_no_objects(type_form):
            lines = [f"o{number} = v", *self.object_lines(type_form, number), f"{target} = m{number}"]
            return [f"if {absent[0]}: {target} = {absent[1]}", "else:", *_indented(lines)] if absent else lines
        value = self._expression(type_form, number)
        usual = self._usual(type_form, number)
        if usual is None:
            return [f"{target} = {instead}{value}"]
        return [f"try: {target} = {instead}{usual}", f"except Exception: {target} = {value}"]

    def _list_lines(self, target: str, number: str, item: Any, instead: str) -> list[str]:
        if self._holds_no_objects(item):
            each = f"o{number}"
            lines = [*self.object_lines(item, number), f"items{number}.append(m{number})"]
        else:
            each = "x"
            value = self._expression(item, number, "x")
            usual = self._usual(item, number, "x")
            lines = [f"items{number}.append({value})"]
            if usual is not None:
                lines = [f"try: items{number}.append({usual})", f"except Exception: {lines[0]}"]
        return [
            "if v.__class__ is list:",
            f"    {target} = items{number} = []",
            f"    for {each} in v:",
            *_indented(_indented(lines)),
            f"else: {target} = {instead}wrong('a list', v)",
        ]

    def _holds_no_objects(self, type_form: Any) -> bool:
        """Whether it is a model whose fields are all texts, numbers, times, words, or lists of texts."""
        plain = get_origin(type_form) or type_form
        if not (isinstance(plain, type) and issubclass(plain, Model)) or is_unknown(plain):
            return False
        return all(_is_simple(_without_none(field)) for field in self._types_of(type_form).values())

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


def _is_simple(type_form: Any) -> bool:
    if is_union(type_form):
        return all(_is_simple(member) for member in get_args(type_form))
    if type_form in (*PRIMITIVES, datetime, list[str]):
        return True
    return isinstance(type_form, type) and issubclass(type_form, OpenEnum)


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
