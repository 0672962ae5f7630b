"""The fields and wire names of a class, and the generated function that writes it.

The function is generated from the fields; `readers` says why. For a class with an ID, an optional subject and a list of
files it is::

    def write(m):
        o = {'id': m.id if m.id.__class__ is str else plain_id(m.id), '_type': 'Mail'}
        v = m.subject
        if v is not None: o['subject'] = v if v.__class__ is str else plain_id(v)
        v = m.files
        if v is not UNSET: o['files'] = [writers[x.__class__](x) for x in v]
        if m._extra is not None: o.update(m._extra)
        return o
"""

import functools
from collections.abc import Callable, Mapping
from types import NoneType
from typing import Any, Final, get_args, get_origin

import attrs

from .._ids import plain_id
from ..models.base import UNSET, WIRE_NAME, Model, Unset, camel_case, wire_fields
from .unions import is_union, tag_of
from .unknowns import is_unknown, tag_key_of
from .validation_error import expected

Writer = Callable[[Any], Any]

PRIMITIVES: Final = (str, int, bool)


def wire_name(attribute: "attrs.Attribute[Any]") -> str:
    """The name of a field on the wire: camelCase, unless it sets another one; `from_` and `_from` are ``from``."""
    name: str | None = attribute.metadata.get(WIRE_NAME)
    return camel_case(attribute.name) if name is None else name


@functools.cache
def field_types(cls: Any) -> dict[str, Any]:
    """The types of a class's fields by name, with the type arguments of a generic class filled in.

    Raises:
        NameError: an annotation names something that is not defined.
    """
    plain = get_origin(cls) or cls
    attrs.resolve_types(plain)
    given: dict[Any, Any] = dict(zip(getattr(plain, "__parameters__", ()), get_args(cls), strict=False))
    return {a.name: given.get(a.type, a.type) for a in wire_fields(plain)}


def is_model(type_form: Any) -> bool:
    """Whether a type is a model class, generic or not, other than an `Unknown`."""
    plain = get_origin(type_form) or type_form
    return isinstance(plain, type) and issubclass(plain, Model) and not is_unknown(plain)


def wire_names(cls: Any) -> frozenset[str]:
    """The keys that this version knows for the objects of a class."""
    names = {wire_name(attribute) for attribute in wire_fields(cls)}
    return frozenset(names if tag_of(cls) is None else {*names, tag_key_of(cls)})


def unknown_entries(
    value: Any, known: frozenset[str], tag: str | None, tag_key: str = "_type"
) -> dict[str, Any] | None:
    """The entries of a JSON object that are not known.

    Args:
        value: the object.
        known: the known keys.
        tag: the known tag; any other is kept.
        tag_key: the key of the tag.

    Returns:
        The other keys with their values, or None.

    Raises:
        ValidationError: it is not an object.
    """
    if value.__class__ is not dict:
        raise expected("an object", value)
    others: dict[str, Any] = {}
    if not value.keys() <= known:
        others = {key: value[key] for key in value if key not in known}
    if tag is not None and value.get(tag_key, tag) != tag:
        others[tag_key] = value[tag_key]
    return others or None


def make_writer(cls: Any, types: Mapping[str, Any], writers: Mapping[type, Writer]) -> Writer:
    """Make the function that writes a class.

    Args:
        cls: the class.
        types: the type of each field, by its name.
        writers: the function that writes a value, by the class of the value.

    Returns:
        The function.
    """
    names: dict[str, Any] = {"writers": writers, "UNSET": UNSET, "plain_id": plain_id}
    always: list[str] = []
    lines: list[str] = []
    for attribute in wire_fields(cls):
        wire, field = wire_name(attribute), f"m.{attribute.name}"
        # An absent optional field is None in a response and UNSET in a request. Any other default is sent.
        if attribute.default is None or attribute.default is UNSET:
            written = _written("v", types[attribute.name])
            lines += [f"    v = {field}", f"    if v is not {attribute.default!r}: o[{wire!r}] = {written}"]
        else:
            always.append(f"{wire!r}: {_written(field, types[attribute.name])}")
    tag = tag_of(cls)
    # The class writes its tag, not the union, so that it is written wherever the class is used.
    if tag is not None:
        always.append(f"{tag_key_of(cls)!r}: {tag!r}")
    lines = ["def write(m):", f"    o = {{{', '.join(always)}}}", *lines]
    lines += ["    if m._extra is not None: o.update(m._extra)", "    return o"]
    write: Writer = build(lines, "write", cls, names)
    return write


def _written(value: str, type_form: Any) -> str:
    """The expression that writes a value: the value itself if JSON has it or it is an ID, else a call by its class.

    A value of a wrong class is written too. The check of the whole request reports its path.
    """
    members = _members(type_form)
    if all(member in PRIMITIVES for member in members):
        return f"({value} if {value}.__class__ is {members[0].__name__} else plain_id({value}))"
    call = f"writers[{value}.__class__]({value})"
    if len(members) == 1 and get_origin(members[0]) is list:
        items = f"[{_written('x', get_args(members[0])[0])} for x in {value}]"
        return f"({items} if {value}.__class__ is list else {call})"
    if len(members) == 1 and get_origin(members[0]) in (dict, Mapping):
        key = "k if k.__class__ is str else writers[k.__class__](k)"
        items = f"{{{key}: {_written('x', get_args(members[0])[1])} for k, x in {value}.items()}}"
        return f"({items} if {value}.__class__ is dict else {call})"
    return call


def build(lines: list[str], name: str, cls: Any, names: dict[str, Any]) -> Any:
    """Compile a function.

    Args:
        lines: its lines.
        name: its name.
        cls: the class that it reads or writes.
        names: the values of its global names.

    Returns:
        The function.
    """
    exec(compile("\n".join(lines), f"<{name} {cls.__name__}>", "exec"), names)  # noqa: S102
    return names[name]


def _members(type_form: Any) -> list[Any]:
    members = get_args(type_form) if is_union(type_form) else (type_form,)
    return [member for member in members if member not in (NoneType, Unset)]
