"""Classes that are read by calling their constructor.

The generated readers set the fields of a new object one by one, which is right where the constructor would do no more.
A custom model may need more: a converter, a validator, a factory, a frozen class, `__attrs_post_init__`. Such a class
is read as cattrs reads classes, by calling it.
"""

from collections.abc import Callable
from typing import Any, Final, get_origin

import attrs

from ..models.base import Model, wire_fields
from .classes import unknown_entries, wire_name, wire_names
from .unions import tag_of
from .unknowns import tag_key_of
from .validation_error import StructureHook, ValidationError, at, expected

_set_field: Final = object.__setattr__


def has_plain_init(cls: Any) -> bool:
    """Whether the constructor of a class only sets each field to its argument."""
    plain = get_origin(cls) or cls
    if plain.__new__ is not object.__new__ or plain.__setattr__ is not object.__setattr__:
        return False
    if hasattr(plain, "__attrs_pre_init__") or hasattr(plain, "__attrs_post_init__"):
        return False
    maker = next(base for base in plain.__mro__ if "__init__" in vars(base))
    if "__attrs_props__" not in vars(maker) or not attrs.inspect(maker).added_init:
        return False
    if maker.__attrs_attrs__ is not plain.__attrs_attrs__:
        return False
    return all(
        a.init and a.converter is None and a.validator is None and not isinstance(a.default, attrs.Factory)  # type: ignore[arg-type]
        for a in attrs.fields(plain)
    )


def make_constructor_hook(
    cls: Any, types: dict[str, Any], hook_of: Callable[[Any], StructureHook], *, strict: bool
) -> StructureHook:
    """Make the hook that reads a class by calling its constructor. Its errors have a path.

    Args:
        cls: the class.
        types: the types of its fields, by name.
        hook_of: returns the hook of a type.
        strict: whether to reject a `_type` other than that of the class.

    Returns:
        The hook. It is several times slower than a generated one.
    """
    plain = get_origin(cls) or cls
    tag, tag_key, known = tag_of(plain), tag_key_of(plain), wire_names(plain)
    fields: list[tuple[Any, str, Any, StructureHook]] = [
        (a, wire := wire_name(a), types[a.name], at(f".{wire}", _field_hook(a, types[a.name], hook_of)))
        for a in wire_fields(plain)
    ]

    def read(value: Any, _: Any = None) -> Any:
        if value.__class__ is not dict:
            raise expected("an object", value)
        if strict and tag is not None and value.get(tag_key, tag) != tag:
            raise ValidationError(f"expected {tag}", f".{tag_key}")
        arguments: dict[str, Any] = {}
        unconverted: dict[str, Any] = {}
        others: dict[str, Any] = {}
        for field, wire, type_form, hook in fields:
            if wire in value:
                found = hook(value[wire], type_form)
                name = field.alias or field.name
                if not field.init:
                    others[field.name] = found
                    continue
                arguments[name] = found
                if field.converter is not None and value[wire].__class__ not in (dict, list):
                    unconverted[name] = value[wire]
            elif field.init and field.default is attrs.NOTHING:
                raise ValidationError("required, but absent", f".{wire}")
        model = _construct(plain, arguments, unconverted)
        for name, found in others.items():
            _set_field(model, name, found)
        extra = unknown_entries(value, known, tag, tag_key)
        if extra is not None:
            _set_field(model, "_extra", extra)
        return model

    return read


def _construct(cls: type[Model], arguments: dict[str, Any], unconverted: dict[str, Any]) -> Model:
    try:
        return cls(**arguments)
    except Exception as error:
        if unconverted:  # `UUID` as a converter takes a str, not a UUID
            return _construct(cls, {**arguments, **unconverted}, {})
        # The message of a validator may show the value, which may be personal.
        raise ValidationError(f"{cls.__name__} rejected it: {type(error).__name__}") from error


def _field_hook(field: Any, type_form: Any, hook_of: Callable[[Any], StructureHook]) -> StructureHook:
    """The hook of a field. A value that the type cannot read is passed to the converter as it came."""
    if field.converter is None:
        return hook_of(type_form)
    try:
        hook = hook_of(type_form)
    except Exception:  # cattrs has several errors for a type that it does not know
        return lambda value, _: value

    def read(value: Any, type_form: Any) -> Any:
        try:
            return hook(value, type_form)
        except Exception:
            return value

    return read
