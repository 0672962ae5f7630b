"""Functions that read and write one model class, made from its fields.

They are generated, as attrs and cattrs generate theirs, and for the same reason: a loop over the fields takes several
times as long. What is generated is plain. For a class with an id, a channel and an optional subject it reads::

    def read(o, _=None):
        get = o.get
        m = new(cls)
        v = o['id']
        m.id = v if v.__class__ is str else wrong('str', v)
        v = o['channel']
        m.channel = (v.__class__ is str and known1(v)) or hook1(v, type1)
        v = get('subject')
        m.subject = None if v is None else (v if v.__class__ is str else wrong('str', v))
        return m
"""

from collections.abc import Callable, Mapping
from types import NoneType
from typing import Any, Final, NoReturn, get_args, get_origin

import attrs

from ..models.base import UNSET, WIRE_NAME, OpenEnum, Unset
from .mismatch import StructureHook, expected
from .unions import HookOf, is_union, tag_of

Writer = Callable[[Any], Any]

_PRIMITIVES: Final = (str, int, bool)


def wire_name(attribute: "attrs.Attribute[Any]") -> str:
    """The name of a field on the wire: camelCase, unless the field says otherwise."""
    given: str | None = attribute.metadata.get(WIRE_NAME)
    if given is not None:
        return given
    first, *rest = attribute.name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def make_reader(cls: Any, types: Mapping[str, Any], hook_of: HookOf) -> StructureHook:
    """Make the function that reads a class. It does not tell where it fails.

    Args:
        cls: the class.
        types: the type of each field, by its name.
        hook_of: gives the hook of a type that is not read in place.

    Returns:
        The function. It takes a JSON value and, as cattrs wants it, a type that it does not look at.
    """
    names: dict[str, Any] = {"cls": get_origin(cls) or cls, "new": object.__new__, "wrong": _wrong}
    lines = ["def read(o, _=None):", "    get = o.get", "    m = new(cls)"]
    for number, attribute in enumerate(attrs.fields(cls)):
        wire, default, type_form = wire_name(attribute), attribute.default, types[attribute.name]
        target = f"    m.{attribute.name} = "
        if default is None:
            # Absent and null mean the same.
            value = _expression(_without(type_form, NoneType), "v", str(number), names, hook_of)
            lines += [f"    v = get({wire!r})", f"{target}None if v is None else {value}"]
            continue
        value = _expression(type_form, "v", str(number), names, hook_of)
        if default is attrs.NOTHING:
            lines += [f"    v = o[{wire!r}]", target + value]
        else:
            names[f"default{number}"] = default
            lines += [f"    v = get({wire!r}, new)", f"{target}default{number} if v is new else {value}"]
    lines.append("    return m")
    read: StructureHook = _build(lines, "read", cls, names)
    return read


def make_writer(cls: Any, types: Mapping[str, Any], writers: Mapping[type, Writer]) -> Writer:
    """Make the function that writes a class.

    Args:
        cls: the class.
        types: the type of each field, by its name.
        writers: the function that writes a value, by the class of the value.

    Returns:
        The function.
    """
    names: dict[str, Any] = {"writers": writers, "UNSET": UNSET}
    always: list[str] = []
    lines: list[str] = []
    for attribute in attrs.fields(cls):
        wire, field = wire_name(attribute), f"m.{attribute.name}"
        # An absent optional field of an answer is None, of a request UNSET. A real default is sent.
        if attribute.default is None or attribute.default is UNSET:
            written = _written("v", types[attribute.name])
            lines += [f"    v = {field}", f"    if v is not {attribute.default!r}: o[{wire!r}] = {written}"]
        else:
            always.append(f"{wire!r}: {_written(field, types[attribute.name])}")
    tag = tag_of(cls)
    # The class writes its tag, not the union: so it is there wherever the class stands.
    if tag is not None:
        always.append(f"'_type': {tag!r}")
    lines = ["def write(m):", f"    o = {{{', '.join(always)}}}", *lines, "    return o"]
    write: Writer = _build(lines, "write", cls, names)
    return write


def _written(value: str, type_form: Any) -> str:
    """What writes a value: the value itself if JSON has it, else a call by its class.

    A value of a wrong class is written too. The check of the whole request names its place.
    """
    members = _members(type_form)
    if all(member in _PRIMITIVES for member in members):
        return value
    call = f"writers[{value}.__class__]({value})"
    if len(members) == 1 and get_origin(members[0]) is list:
        item = _written("x", get_args(members[0])[0])
        # A list of what JSON has is not copied.
        items = value if item == "x" else f"[{item} for x in {value}]"
        return f"({items} if {value}.__class__ is list else {call})"
    return call


def _expression(type_form: Any, value: str, number: str, names: dict[str, Any], hook_of: HookOf) -> str:
    """What reads a value: in place for the most frequent types, else a call of their hook."""
    if type_form in _PRIMITIVES:
        name = type_form.__name__
        return f"({value} if {value}.__class__ is {name} else wrong({name!r}, {value}))"
    if get_origin(type_form) is list:
        (item,) = get_args(type_form)
        if get_origin(item) is not list:
            items = _expression(item, "x", number, names, hook_of)
            return f"([{items} for x in {value}] if {value}.__class__ is list else wrong('a list', {value}))"
    names[f"hook{number}"], names[f"type{number}"] = hook_of(type_form), type_form
    call = f"hook{number}({value}, type{number})"
    if isinstance(type_form, type) and issubclass(type_form, OpenEnum):
        names[f"known{number}"] = type_form._value2member_map_.get
        return f"(({value}.__class__ is str and known{number}({value})) or {call})"
    return call


def _build(lines: list[str], name: str, cls: Any, names: dict[str, Any]) -> Any:
    exec(compile("\n".join(lines), f"<{name} {cls.__name__}>", "exec"), names)  # noqa: S102
    return names[name]


def _members(type_form: Any) -> list[Any]:
    members = get_args(type_form) if is_union(type_form) else (type_form,)
    return [member for member in members if member not in (NoneType, Unset)]


def _without(type_form: Any, unwanted: type) -> Any:
    """A union without one of its members."""
    if not is_union(type_form):
        return type_form
    first, *rest = (member for member in get_args(type_form) if member is not unwanted)
    for member in rest:
        first = first | member
    return first


def _wrong(what: str, value: object) -> NoReturn:
    raise expected(what, value)
