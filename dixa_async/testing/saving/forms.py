"""Values of the state in the form of JSON: models as the API has them, and what JSON lacks in another form.

How a value is written follows from its type alone, so a new field of the state is saved without further work.
"""

import base64
import binascii
from typing import Any, get_args, get_origin, get_type_hints

import attrs

from ...models.base import Model
from ...serialization import Serializer, ValidationError
from ..state.metadata import NOT_SAVED


def to_plain(value: Any, form: Any) -> Any:
    """Turn a value into maps with keys that are strings, lists and models.

    Args:
        value: the value.
        form: its type.

    Returns:
        What the serializer can write.

    Raises:
        TypeError: values of this type cannot be saved.
    """
    if _is_class_of_state(form):
        return {name: to_plain(getattr(value, name), inner) for name, inner in saved_fields(form).items()}
    if form is bytes:
        return base64.b64encode(value).decode()
    origin, arguments = get_origin(form), get_args(form)
    if origin is set:
        return sorted(value)
    if origin is list and _is_class_of_state(arguments[0]):
        return [to_plain(each, arguments[0]) for each in value]
    if origin is not dict:
        _check_supported(form)
        return value
    key_form, inner = arguments
    if get_origin(key_form) is tuple:
        return [[*key, to_plain(each, inner)] for key, each in value.items()]
    if key_form is str and not _is_class_of_state(inner) and inner is not bytes:
        _check_supported(inner)
        return value
    return {str(key): to_plain(each, inner) for key, each in value.items()}


def from_plain(value: Any, form: Any) -> Any:
    """Turn what `to_plain` returned, after it was written and read as JSON, into a value again.

    Args:
        value: the JSON value.
        form: the type of the value that is wanted.

    Returns:
        The value.

    Raises:
        ValidationError: it does not fit; the path says where.
    """
    if _is_class_of_state(form):
        return form(**read_fields(value, form))
    if form is bytes:
        return _bytes(value)
    origin, arguments = get_origin(form), get_args(form)
    if origin is set:
        return set(_structure(value, list[arguments[0]]))  # type: ignore[valid-type]
    if origin is list and _is_class_of_state(arguments[0]):
        return [_within(f"[{number}]", each, arguments[0]) for number, each in enumerate(_list(value))]
    if origin is not dict:
        return _structure(value, form)
    key_form, inner = arguments
    if get_origin(key_form) is tuple:
        return dict(_pair(each, get_args(key_form), inner, f"[{number}]") for number, each in enumerate(_list(value)))
    return {_key(key, key_form): _within(f".{key}", each, inner) for key, each in as_object(value).items()}


def read_fields(value: Any, cls: type) -> dict[str, Any]:
    """The fields of a class, from a JSON object.

    Args:
        value: the JSON value.
        cls: the class.

    Returns:
        The values by the names that the constructor takes. A field that is absent has its default, for it was added
        after the object was written.

    Raises:
        ValidationError: it does not fit; the path says where.
    """
    fields, given = saved_fields(cls), as_object(value)
    for name in given:
        if name not in fields:
            raise ValidationError("unknown: a newer version of dixa-async may have written it", f".{name}")
    required = {field.name for field in attrs.fields(cls) if field.default is attrs.NOTHING}
    for name in fields:
        if name in required and name not in given:
            raise ValidationError("required, but absent", f".{name}")
    return {name.lstrip("_"): _within(f".{name}", given[name], form) for name, form in fields.items() if name in given}


def saved_fields(cls: type) -> dict[str, Any]:
    """The types of the fields of a class that are saved, by name."""
    hints = get_type_hints(cls)
    return {field.name: hints[field.name] for field in attrs.fields(cls) if field.metadata != NOT_SAVED}


def _is_class_of_state(form: Any) -> bool:
    """Whether it is a class of the state, such as `KnowledgeBase`, and no model of the API."""
    return isinstance(form, type) and attrs.has(form) and not issubclass(form, Model)


def _check_supported(form: Any) -> None:
    try:
        Serializer.shared().check_type_form("type", form)
    except ValidationError as error:
        raise TypeError(f"values of the type {form} cannot be saved ({error.reason}): is it NOT_SAVED?") from None


def _within(place: str, value: Any, form: Any) -> Any:
    try:
        return from_plain(value, form)
    except ValidationError as error:
        raise error.within(place) from None


def _structure(value: Any, form: Any) -> Any:
    return Serializer.shared().structure(value, form)


def _pair(value: Any, key_forms: tuple[Any, ...], inner: Any, place: str) -> tuple[tuple[Any, ...], Any]:
    given = _list(value)
    if len(given) != len(key_forms) + 1:
        raise ValidationError(f"expected a list of {len(key_forms) + 1}", place)
    parts = zip(given, (*key_forms, inner), strict=True)
    *key, each = (_within(f"{place}[{number}]", part, form) for number, (part, form) in enumerate(parts))
    return tuple(key), each


def _key(key: str, form: Any) -> Any:
    if form is not int:
        return key
    if not (key.isascii() and key.isdigit()):
        raise ValidationError("the key must be a whole number", f".{key}")
    return int(key)


def _bytes(value: Any) -> bytes:
    try:
        return base64.b64decode(_structure(value, str), validate=True)
    except binascii.Error:
        raise ValidationError("expected Base64") from None


def as_object(value: Any) -> dict[str, Any]:
    """Check that a JSON value is an object."""
    checked: dict[str, Any] = _structure(value, dict[str, object])
    return checked


def _list(value: Any) -> list[Any]:
    checked: list[Any] = _structure(value, list[object])
    return checked
