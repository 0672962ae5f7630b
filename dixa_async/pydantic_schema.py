"""Models as fields of pydantic, and as bodies and responses of FastAPI.

They are read and written here as they are everywhere: with Dixa's names, and with a `_type` where they have one. The
JSON schema is made of their fields. This module is imported by pydantic's own calls only.
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

_FORM: Final = "dixa_async"
"""Where the metadata of a schema keeps the type that it is for."""

_being_described: ContextVar[tuple[Any, ...]] = ContextVar("_being_described", default=())
"""The classes around the one whose JSON schema is made, for those that contain themselves."""


def model_schema(form: Any) -> core_schema.CoreSchema:
    """The pydantic schema of a class of models.

    Args:
        form: the class, with its arguments if it is generic.

    Returns:
        A schema that takes models of the class, and JSON objects that can be read as such.
    """
    cls = get_origin(form) or form
    tag, tag_key = tag_of(cls), tag_key_of(cls)

    def check(value: Any) -> Any:
        if isinstance(value, cls):
            return value
        if not isinstance(value, dict):
            raise _problem(ValidationError("expected an object"))
        # In a union pydantic tries one class after the other.
        if tag is not None and value.get(tag_key) != tag:  # pyright: ignore[reportUnknownMemberType]
            raise _problem(ValidationError(f"expected {tag}", f".{tag_key}"))
        return _read(value, form)

    return _schema(check, form)


def enum_schema(cls: Any) -> core_schema.CoreSchema:
    """The pydantic schema of an `OpenEnum`.

    Args:
        cls: the enum.

    Returns:
        A schema that takes its words, and words that it does not list.
    """
    return _schema(lambda value: value if isinstance(value, cls) else _read(value, cls), cls)


def page_schema(cls: Any, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
    """The pydantic schema of a `Page`: its items, and the key of the next page.

    Args:
        cls: the class `Page`.
        source: the same, with the type of its items if that was given.
        handler: makes the schema of that type.

    Returns:
        A schema that takes pages, and JSON objects with ``items`` and ``next_key``.
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
        # In Python it stays a page; pydantic would write it as what the validator reads.
        serialization=core_schema.plain_serializer_function_ser_schema(
            lambda page, info: to_dict(page) if info.mode_is_json() else page, info_arg=True
        ),
    )


def _schema(check: Callable[[Any], Any], form: Any) -> core_schema.CoreSchema:
    return core_schema.no_info_plain_validator_function(
        check,
        ref=_reference(form),
        metadata={_FORM: form},
        serialization=core_schema.plain_serializer_function_ser_schema(to_dict, when_used="json"),
    )


def _read(value: Any, form: Any) -> Any:
    try:
        return Serializer.shared().structure(value, form)
    except ValidationError as problem:
        raise _problem(problem) from None


def _problem(problem: ValidationError) -> PydanticCustomError:
    return PydanticCustomError("dixa_model", "{problem}", {"problem": str(problem)})


def _reference(form: Any) -> str:
    """A name that no other type has, and of which pydantic makes the name of the definition."""
    cls, arguments = get_origin(form) or form, get_args(form)
    inner = ",".join(getattr(argument, "__name__", str(argument)) for argument in arguments)
    return f"{cls.__module__}.{cls.__qualname__}:{id(cls)}{f'[{inner}]' if inner else ''}"


def model_json_schema(schema: Mapping[str, Any], handler: GetJsonSchemaHandler) -> dict[str, Any]:
    """The JSON schema of a class of models.

    Args:
        schema: what `model_schema` has made.
        handler: makes the JSON schema of what is in it.

    Returns:
        The JSON schema of an object.
    """
    form = schema["metadata"][_FORM]
    token = _being_described.set((*_being_described.get(), form))
    try:
        return _object(form, handler)
    finally:
        _being_described.reset(token)


def _object(form: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
    cls = get_origin(form) or form
    described = {"type": "object", "title": cls.__name__, "description": (cls.__doc__ or "").partition("\n")[0]}
    if issubclass(cls, Unknown):
        return described | {"properties": {tag_key_of(cls): {"type": "string"}}, "additionalProperties": True}
    properties: dict[str, Any] = {}
    required: list[str] = []
    if (tag := tag_of(cls)) is not None:
        properties[tag_key_of(cls)], required = {"type": "string", "const": tag}, [tag_key_of(cls)]
    types = field_types(form)
    for field in wire_fields(cls):
        properties[wire_name(field)] = _value(types[field.name], handler)
        if field.default is attrs.NOTHING:
            required.append(wire_name(field))
    return described | {"properties": properties} | ({"required": required} if required else {})


def enum_json_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON schema of an `OpenEnum`: its words, and any others.

    Args:
        schema: what `enum_schema` has made.

    Returns:
        The JSON schema of a text, or of an object that holds one.
    """
    cls: type[OpenEnum] = schema["metadata"][_FORM]
    words = {"anyOf": [{"type": "string", "enum": [word.value for word in cls]}, {"type": "string"}]}
    if issubclass(cls, TaggedEnum):
        return {"type": "object", "title": cls.__name__, "properties": {"_type": words}, "required": ["_type"]}
    return {"title": cls.__name__, **words}


def _value(form: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
    """The JSON schema of the value of a field."""
    if form in _being_described.get():  # a class that contains itself is defined when all of it is described
        return handler(core_schema.definition_reference_schema(_reference(form)))
    if is_union(form):
        members = [_value(member, handler) for member in get_args(form) if member is not Unset]
        return {"anyOf": members} if len(members) > 1 else members[0]
    if get_origin(form) is list:
        return {"type": "array", "items": _value(get_args(form)[0], handler)}
    if get_origin(form) in (dict, Mapping):
        return {"type": "object", "additionalProperties": _value(get_args(form)[1], handler)}
    adapter: TypeAdapter[Any] = TypeAdapter(form)
    # The handler takes no notice of who makes the JSON schema of what it is given, only of what is in that.
    return handler(core_schema.definitions_schema(adapter.core_schema, []))
