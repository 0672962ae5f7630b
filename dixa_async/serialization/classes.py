"""The fields, types and wire names of a class, and the compilation of the functions that read and write it."""

import functools
from typing import Any, Final, get_args, get_origin

import attrs

from ..models.base import WIRE_NAME, Model, camel_case, wire_fields
from .unions import tag_of
from .unknowns import is_unknown, tag_key_of
from .validation_error import expected

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
