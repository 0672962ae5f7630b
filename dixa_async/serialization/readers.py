"""Functions that read one model class, made from its fields.

They are generated, as attrs and cattrs generate theirs, and for the same reason: a loop over the fields takes several
times as long. What is generated is plain. For a class with an id, a time, a channel, an optional subject, attributes of
several kinds, and a list of files it reads::

    def read(o, _=None):
        m = new(cls)
        m.id = o['id'] + ''
        v = o['createdAt']
        m.created_at = from_iso(v) if v[-1] == 'Z' else hook1(v)
        v = o['channel']
        try: m.channel = words2[v]
        except Exception: m.channel = hook2(v, type2)
        v = o.get('subject')
        m.subject = None if v is None else v + ''
        v = o['attributes']
        try: m.attributes = by_tag4[v['_type']](v)
        except Exception: m.attributes = hook4(v)
        v = o['files']
        if v.__class__ is list:
            m.files = items = []
            for x in v: items.append(hook5(x))
        else: wrong('a list', v)
        return m

Nothing but a text can be added to a text, and an empty one adds nothing: so a text is checked faster than by its class.

A function that fails does not say where: another converter reads the data again and names the place.
"""

from collections.abc import Mapping
from datetime import datetime
from types import NoneType
from typing import Any, Final, NoReturn, get_args, get_origin

import attrs

from ..models.base import OpenEnum
from .classes import PRIMITIVES, build, wire_name
from .mismatch import StructureHook, expected
from .unions import HookOf, is_union

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
    code, fields = _Code(cls, hook_of), attrs.fields(cls)
    for number, attribute in enumerate(fields):
        code.add_field(str(number), attribute, types[attribute.name])
    lines = ["def read(o, _=None):", "    m = new(cls)", *code.lines, "    return m"]
    read: StructureHook = build(lines, "read", cls, code.names)
    return read


class _Code:
    """The lines of one function, and the names in them."""

    def __init__(self, cls: Any, hook_of: HookOf) -> None:
        self._hook_of = hook_of
        self.names: dict[str, Any] = {**_NAMES, "wrong": _wrong, "cls": get_origin(cls) or cls}
        self.lines = list[str]()

    def add_field(self, number: str, attribute: "attrs.Attribute[Any]", type_form: Any) -> None:
        """Add the lines that read a field."""
        wire, target, default = repr(wire_name(attribute)), f"m.{attribute.name}", attribute.default
        if default is attrs.NOTHING:
            self._add(f"v = o[{wire}]")
            self._assign(target, number, type_form)
        elif default is None:
            # Absent and null mean the same.
            self._add(f"v = o.get({wire})")
            self._assign(target, number, _without_none(type_form), absent="None if v is None else ")
        else:
            self.names[f"default{number}"] = default
            self._add(f"v = o.get({wire}, new)")
            self._assign(target, number, type_form, absent=f"default{number} if v is new else ")

    def _add(self, *lines: str) -> None:
        self.lines += [f"    {line}" for line in lines]

    def _assign(self, target: str, number: str, type_form: Any, absent: str = "") -> None:
        """Add the lines that read `v` into a field, or what `absent` says."""
        if get_origin(type_form) is list and not _is_read_in_place(get_args(type_form)[0]):
            self._assign_list(target, number, get_args(type_form)[0], absent)
            return
        value = self._expression(type_form, number)
        usual = self._usual(type_form, number)
        if usual is None:
            self._add(f"{target} = {absent}{value}")
        else:
            self._add(f"try: {target} = {absent}{usual}", f"except Exception: {target} = {value}")

    def _assign_list(self, target: str, number: str, item: Any, absent: str) -> None:
        value = self._expression(item, number, "x")
        usual = self._usual(item, number, "x")
        self._add("if v.__class__ is list:", f"    {target} = items = []", "    for x in v:")
        if usual is None:
            self._add(f"        items.append({value})")
        else:
            self._add(f"        try: items.append({usual})", f"        except Exception: items.append({value})")
        self._add(f"else: {target} = {absent}wrong('a list', v)")

    def _usual(self, type_form: Any, number: str, value: str = "v") -> str | None:
        """What reads a value of the usual kind in place. It fails with any other, which is left to the hook."""
        by_tag = getattr(self.names.get(f"hook{number}"), "by_tag", None)
        if by_tag is not None:  # a member of a union that was met before
            self.names[f"by_tag{number}"] = by_tag
            return f"by_tag{number}[{value}['_type']]({value})"
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
