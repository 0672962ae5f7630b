"""Models to JSON and back, for programs that store them in a file, a cache or a queue."""

from typing import Any, TypeVar, overload

from .errors import SerializationError
from .models.base import Model
from .serialization import Serializer, ValidationError

T = TypeVar("T")


def to_json(value: object) -> bytes:
    """Turn models into JSON, in the format of Dixa's API: with its names, and with the `_type` of each.

    ::

        line = to_json(conversation)

    Args:
        value: a model, or lists and maps of models and plain values. Numbers must be finite, and times must have a time
            zone.

    Returns:
        JSON on one line, as UTF-8.

    Raises:
        SerializationError: JSON cannot represent the value, or would not bring it back as it is.
    """
    try:
        return Serializer.shared().encode_lossless(value)
    except ValidationError as error:
        raise SerializationError(error.reason, path=error.path, shown_path=error.shown_path) from None


@overload
def to_dict(value: Model) -> dict[str, Any]: ...
@overload
def to_dict(value: object) -> Any: ...
def to_dict(value: object) -> Any:
    """Turn models into plain JSON values, for code that writes JSON itself, such as a web framework.

    ::

        return JSONResponse(to_dict(conversation))

    Args:
        value: a model, or lists and maps of models and plain values. Numbers must be finite, and times must have a time
            zone.

    Returns:
        Dicts, lists, strings, numbers, bools and None, in the format of `to_json`: a dict for a model.

    Raises:
        SerializationError: JSON cannot represent the value, or would not bring it back as it is.
    """
    return Serializer.shared().load(to_json(value))


@overload
def from_json(body: bytes | str, target_type: type[T]) -> T: ...
@overload
def from_json(body: bytes | str, target_type: object) -> Any: ...
def from_json(body: Any, target_type: object) -> Any:
    """Turn JSON into models.

    ::

        conversation: Conversation = from_json(line, Conversation)

    Args:
        body: JSON in the format of Dixa's API, or from `to_json`.
        target_type: the type to read: a model, a plain type such as str, a union such as `Conversation`, or a list or a
            map of these.

    Returns:
        A value of that type. In a union, an unknown `_type` becomes an `Unknown`, as in a response.

    Raises:
        SerializationError: it is not JSON, it does not fit the type, or the type cannot be read.
    """
    serializer = Serializer.shared()
    try:
        serializer.check_type_form("target_type", target_type)
        return serializer.read(_to_bytes(body), target_type)[0]
    except ValidationError as error:
        raise SerializationError(error.reason, path=error.path, shown_path=error.shown_path) from None


def _to_bytes(body: Any) -> bytes:
    if isinstance(body, str):
        return body.encode(errors="surrogatepass")  # the parser rejects what is not Unicode
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    raise ValidationError(f"expected JSON as bytes or str, got {type(body).__name__}")
