"""Models to JSON and back, for programs that keep them in a file, a cache or a queue."""

from typing import Any, TypeVar, overload

from .errors import SerializationError
from .models.base import Model
from .serialization import Serializer, ValidationError

T = TypeVar("T")


def to_json(value: object) -> bytes:
    """Turn models into JSON, in the form in which Dixa sends them: with its names, and with the `_type` of each.

    ::

        line = to_json(conversation)

    Args:
        value: a model, or lists and maps of models and plain values. Numbers must be finite, and times have a zone.

    Returns:
        JSON in one line, as UTF-8.

    Raises:
        SerializationError: JSON cannot hold the value, or would make something else of it.
    """
    try:
        return Serializer.shared().encode_lossless(value)
    except ValidationError as problem:
        raise SerializationError(problem.reason, path=problem.path, shown_path=problem.shown_path) from None


@overload
def to_dict(value: Model) -> dict[str, Any]: ...
@overload
def to_dict(value: object) -> Any: ...
def to_dict(value: object) -> Any:
    """Turn models into what JSON is made of, for what writes JSON by itself, such as a web framework.

    ::

        return JSONResponse(to_dict(conversation))

    Args:
        value: a model, or lists and maps of models and plain values. Numbers must be finite, and times have a zone.

    Returns:
        Dicts, lists, texts, numbers, bools and None, in the form of `to_json`: a dict for a model.

    Raises:
        SerializationError: JSON cannot hold the value, or would make something else of it.
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
        body: JSON in the form in which Dixa sends it, or `to_json` makes it.
        target_type: what to read: a model, a plain type such as str, a union such as `Conversation`, or a list or a
            map of these.

    Returns:
        A value of that type. A `_type` that is not known becomes an `Unknown`, as in a response.

    Raises:
        SerializationError: it is not JSON, or does not fit, or `target_type` is nothing that can be read.
    """
    serializer = Serializer.shared()
    try:
        serializer.check_kind("target_type", target_type)
        return serializer.read(_to_bytes(body), target_type)[0]
    except ValidationError as problem:
        raise SerializationError(problem.reason, path=problem.path, shown_path=problem.shown_path) from None


def _to_bytes(body: Any) -> bytes:
    if isinstance(body, str):
        return body.encode(errors="surrogatepass")  # what is no Unicode is for the parser to refuse
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    raise ValidationError(f"expected JSON as bytes or str, got {type(body).__name__}")
