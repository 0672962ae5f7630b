"""Functions that read one model class, made from its fields.

They are generated, as attrs and cattrs generate theirs, and for the same reason: a loop over the fields takes several
times as long. What is generated is plain. For a class with an id, a time, a channel, an optional author, attributes of
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
            m.author = None
            n -= 1
        else:
            o3 = v
            m3 = new(cls3)
            n3 = 1
            v = o3[key3_0]
            m3.name = v + ''
            m3._extra = None if len(o3) == n3 else rest(o3, known3, tag3)
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
        m._extra = None if len(o) == n else rest(o, known, tag)
        return m

Nothing but a text can be added to a text, and an empty one adds nothing: so a text is checked faster than by its class.
An object that holds no other objects, such as the author, is read where it stands: a call costs as much as a field.

Fields that are not known are looked for only if there are more keys than fields were read: to look at each key of each
object would cost a tenth of the time. A null counts as absent, so that an object with one is looked at in vain.

A function that fails does not say where: another converter reads the data again and names the place.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import NoneType
from typing import Any, Final, NoReturn, get_args, get_origin

import attrs

from .._json import key_as_parsed
from ..models.base import OpenEnum, wire_fields
from .classes import PRIMITIVES, build, is_model, rest, wire_name, wire_names
from .constructed import is_filled
from .unions import is_union, tag_of
from .unknowns import HookOf
from .validation_error import StructureHook, expected

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
    return read if tag_of(cls) is None else _outside_of_unions(read, cls)


def _outside_of_unions(read: StructureHook, cls: Any) -> StructureHook:
    """What reads a class with a tag where no union has looked at the tag of the value."""
    plain = get_origin(cls) or cls
    tag, known = tag_of(plain), wire_names(plain)

    def read_any_tag(value: Any, _: Any = None) -> Any:
        model = read(value, None)
        if value.get("_type") != tag:
            model._extra = rest(value, known, tag)
        return model

    read_any_tag.in_union = read  # type: ignore[attr-defined]
    return read_any_tag


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
    lines = [*code.object_lines(cls, looks_at_tag=True), "items.append(m)"]
    lines = ["if v.__class__ is not list: wrong('a list', v)", "items = []", "for o in v:", *_indented(lines)]
    lines = ["def read(v, _=None):", *_indented(lines), "    return items"]
    read: StructureHook = build(lines, "read", cls, code.names)
    return read


class _Code:
    """The lines of one function, and what the names in them stand for."""

    def __init__(self, types_of: TypesOf, hook_of: HookOf) -> None:
        self._types_of = types_of
        self._hook_of = hook_of
        self.names: dict[str, Any] = {**_NAMES, "wrong": _wrong, "rest": rest}

    def object_lines(self, cls: Any, number: str = "", *, looks_at_tag: bool = False) -> list[str]:
        """The lines that read the JSON object ``o`` into the model ``m``, or ``o3`` into ``m3``."""
        plain, types = get_origin(cls) or cls, self._types_of(cls)
        self.names[f"cls{number}"], self.names[f"known{number}"] = plain, wire_names(plain)
        lines = [f"m{number} = new(cls{number})", f"n{number} = {len(wire_names(plain))}"]
        if not types:  # else the first field fails with what is not an object
            lines += [f"if o{number}.__class__ is not dict: wrong('an object', o{number})"]
        for n, attribute in enumerate(wire_fields(plain)):
            field_number = f"{number}_{n}" if number else str(n)
            lines += self._field_lines(number, field_number, attribute, types[attribute.name])
        self.names[f"tag{number}"] = tag_of(plain)
        if tag_of(plain) is not None and looks_at_tag:
            lines += [f"if o{number}.get({self._key(f'{number}_type', '_type')}) != tag{number}: n{number} = -1"]
        more = f"rest(o{number}, known{number}, tag{number})"
        return [*lines, f"m{number}._extra = None if len(o{number}) == n{number} else {more}"]

    def _field_lines(self, owner: str, number: str, attribute: "attrs.Attribute[Any]", type_form: Any) -> list[str]:
        key, target, default = self._key(number, wire_name(attribute)), f"m{owner}.{attribute.name}", attribute.default
        if default is attrs.NOTHING:
            return [f"v = o{owner}[{key}]", *self._value_lines(target, number, type_form)]
        if default is None:
            # Absent and null mean the same.
            found, absent, instead, type_form = f"o{owner}.get({key})", "None", "None", _without_none(type_form)
        else:
            found, absent, instead = f"o{owner}.get({key}, new)", "new", f"default{number}"
            self.names[instead] = default
        return [
            f"v = {found}",
            f"if v is {absent}:",
            f"    {target} = {instead}",
            f"    n{owner} -= 1",
            "else:",
            *_indented(self._value_lines(target, number, type_form)),
        ]

    def _key(self, number: str, wire: str) -> str:
        # A dict finds the very object that its key is without comparing texts.
        self.names[f"key{number}"] = key_as_parsed(wire)
        return f"key{number}"

    def _value_lines(self, target: str, number: str, type_form: Any) -> list[str]:
        """The lines that read `v` into a field."""
        if get_origin(type_form) is list and not _is_read_in_place(get_args(type_form)[0]):
            return self._list_lines(target, number, get_args(type_form)[0])
        if self._holds_no_objects(type_form):
            lines = self.object_lines(type_form, number, looks_at_tag=True)
            return [f"o{number} = v", *lines, f"{target} = m{number}"]
        value = self._expression(type_form, number)
        usual = self._usual(type_form, number)
        if usual is None:
            return [f"{target} = {value}"]
        return [f"try: {target} = {usual}", f"except Exception: {target} = {value}"]

    def _list_lines(self, target: str, number: str, item: Any) -> list[str]:
        if self._holds_no_objects(item):
            each = f"o{number}"
            lines = [*self.object_lines(item, number, looks_at_tag=True), f"items{number}.append(m{number})"]
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
            f"else: {target} = wrong('a list', v)",
        ]

    def _holds_no_objects(self, type_form: Any) -> bool:
        """Whether it is a model whose fields are all texts, numbers, times, words, lists of texts, or maps."""
        if not is_model(type_form) or not is_filled(type_form):
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


def _is_simple(type_form: Any) -> bool:
    if is_union(type_form):
        return all(_is_simple(member) for member in get_args(type_form))
    if get_origin(type_form) in (dict, Mapping):
        return _is_simple(get_args(type_form)[1])
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
