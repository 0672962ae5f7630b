"""Models as fields of pydantic, and as bodies and responses of FastAPI.

They are read and written as everywhere else: with Dixa's names, and with a `_type` where they have one. The JSON schema
is made from their fields. This module is imported only when pydantic calls the models.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, Final, get_args, get_origin

import attrs
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic_core import PydanticCustomError, core_schema

from .conversion import to_dict
from .models.base import OpenEnum, TaggedEnum, Unknown, Unset, wire_fields
from .serialization import Serializer, ValidationError
from .serialization.classes import field_types, wire_name
from .serialization.unions import is_union, tag_of
from .serialization.unknowns import tag_key_of

_TYPE_FORM: Final = "dixa_async"
"""The key of a schema's type in its metadata."""

_being_described: ContextVar[tuple[Any, ...]] = ContextVar("_being_described", default=())
"""The classes whose JSON schema is being made, for classes that contain themselves."""


def model_schema(type_form: Any) -> core_schema.CoreSchema:
    """Make the pydantic schema of a model class.

    Args:
        type_form: the class, with its type arguments if it is generic.

    Returns:
        A schema that accepts models of the class, and JSON objects that can be read as one.
    """
    cls = get_origin(type_form) or type_form
    tag, tag_key = tag_of(cls), tag_key_of(cls)

    def check(value: Any) -> Any:
        if isinstance(value, cls):
            return value
        if not isinstance(value, dict):
            raise _pydantic_error(ValidationError("expected an object"))
        # In a union, pydantic tries one class after the other.
        if tag is not None and value.get(tag_key) != tag:  # pyright: ignore[reportUnknownMemberType]
            raise _pydantic_error(ValidationError(f"expected {tag}", f".{tag_key}"))
        return _read(value, type_form)

    return _schema(check, type_form)


def enum_schema(cls: Any) -> core_schema.CoreSchema:
    """Make the pydantic schema of an `OpenEnum`.

    Args:
        cls: the enum.

    Returns:
        A schema that accepts its values, and values that it does not list.
    """
    return _schema(lambda value: value if isinstance(value, cls) else _read(value, cls), cls)


def page_schema(cls: Any, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
    """Make the pydantic schema of a `Page`: its items, and the key of the next page.

    Args:
        cls: the class `Page`.
        source: the same class, with the type of its items if that was given.
        handler: makes the schema of that type.

    Returns:
        A schema that accepts pages, and JSON objects with ``items`` and ``next_key``.
    """
    item: Any = next(iter(get_args(source)), Any)
    key = core_schema.with_default_schema(core_schema.nullable_schema(core_schema.str_schema()), default=None)
    fields = core_schema.typed_dict_schema(
        {
            "items": core_schema.typed_dict_field(handler.generate_schema(list[item])),
            "next_key": core_schema.typed_dict_field(key, required=False),
        },
        cls_name=cls.__name__,
    )

    def unpack(value: Any) -> Any:
        return {"items": list(value), "next_key": value.next_key} if isinstance(value, cls) else value

    return core_schema.no_info_after_validator_function(
        lambda values: cls(**values),
        core_schema.no_info_before_validator_function(unpack, fields),
        # In Python it stays a page; pydantic would write it as the validator's input.
        serialization=core_schema.plain_serializer_function_ser_schema(
            lambda page, info: to_dict(page) if info.mode_is_json() else page, info_arg=True
        ),
    )


def _schema(check: Callable[[Any], Any], type_form: Any) -> core_schema.CoreSchema:
    return core_schema.no_info_plain_validator_function(
        check,
        ref=_reference(type_form),
        metadata={_TYPE_FORM: type_form},
        serialization=core_schema.plain_serializer_function_ser_schema(to_dict, when_used="json"),
    )


def _read(value: Any, type_form: Any) -> Any:
    try:
        return Serializer.shared().structure(value, type_form)
    except ValidationError as error:
        raise _pydantic_error(error) from None


def _pydantic_error(error: ValidationError) -> PydanticCustomError:
    return PydanticCustomError("dixa_model", "{reason}", {"reason": str(error)})


def _reference(type_form: Any) -> str:
    """A unique name of a type, from which pydantic makes the name of the definition."""
    cls, arguments = get_origin(type_form) or type_form, get_args(type_form)
    inner = ",".join(getattr(argument, "__name__", str(argument)) for argument in arguments)
    return f"{cls.__module__}.{cls.__qualname__}:{id(cls)}{f'[{inner}]' if inner else ''}"


def model_json_schema(schema: Mapping[str, Any], handler: GetJsonSchemaHandler) -> dict[str, Any]:
    """Make the JSON schema of a model class.

    Args:
        schema: the schema from `model_schema`.
        handler: makes the JSON schemas of its fields.

    Returns:
        The JSON schema of an object.
    """
    type_form = schema["metadata"][_TYPE_FORM]
    token = _being_described.set((*_being_described.get(), type_form))
    try:
        return _object(type_form, handler)
    finally:
        _being_described.reset(token)


def _object(type_form: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
    cls = get_origin(type_form) or type_form
    described = {"type": "object", "title": cls.__name__, "description": (cls.__doc__ or "").partition("\n")[0]}
    if issubclass(cls, Unknown):
        return described | {"properties": {tag_key_of(cls): {"type": "string"}}, "additionalProperties": True}
    properties: dict[str, Any] = {}
    required: list[str] = []
    if (tag := tag_of(cls)) is not None:
        properties[tag_key_of(cls)], required = {"type": "string", "const": tag}, [tag_key_of(cls)]
    types = field_types(type_form)
    for field in wire_fields(cls):
        properties[wire_name(field)] = _value(types[field.name], handler)
        if field.default is attrs.NOTHING:
            required.append(wire_name(field))
    return described | {"properties": properties} | ({"required": required} if required else {})


def enum_json_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Make the JSON schema of an `OpenEnum`: the listed values, and any others.

    Args:
        schema: the schema from `enum_schema`.

    Returns:
        The JSON schema of a string, or of an object that contains one.
    """
    cls: type[OpenEnum] = schema["metadata"][_TYPE_FORM]
    values = {"anyOf": [{"type": "string", "enum": [member.value for member in cls]}, {"type": "string"}]}
    if issubclass(cls, TaggedEnum):
        return {"type": "object", "title": cls.__name__, "properties": {"_type": values}, "required": ["_type"]}
    return {"title": cls.__name__, **values}


def _value(type_form: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
    """The JSON schema of the value of a field."""
    if type_form in _being_described.get():  # a class that contains itself refers to its own definition
        return handler(core_schema.definition_reference_schema(_reference(type_form)))
    if is_union(type_form):
        members = [_value(member, handler) for member in get_args(type_form) if member is not Unset]
        return {"anyOf": members} if len(members) > 1 else members[0]
    if get_origin(type_form) is list:
        return {"type": "array", "items": _value(get_args(type_form)[0], handler)}
    if get_origin(type_form) in (dict, Mapping):
        return {"type": "object", "additionalProperties": _value(get_args(type_form)[1], handler)}
    adapter: TypeAdapter[Any] = TypeAdapter(type_form)
    # The handler ignores a JSON schema function of the outermost schema, so this wraps it in one.
    return handler(core_schema.definitions_schema(adapter.core_schema, []))
