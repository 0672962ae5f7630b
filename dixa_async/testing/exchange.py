"""What a handler is given, and what it gives back.

A section of the API is one file in `handlers`: a `Routes` table, and a function for each operation. Handlers do not
wait for anything, so that each request is carried out as a whole.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

import attrs
import orjson

from ..models.base import UNSET
from ..serialization import MismatchError, Serializer
from .state import KnownConversation, State

_MAX_INT64: Final = 2**63 - 1


class Refusal(Exception):  # noqa: N818
    """A request that is not carried out.

    Args:
        status: the status of the answer.
        message: what the answer says.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message


def refuse(message: str) -> Refusal:
    """400: something in the request cannot be read, or is not allowed."""
    return Refusal(400, message)


def not_found(what: str) -> Refusal:
    """404: there is no such thing."""
    return Refusal(404, f"There is no {what}")


@attrs.frozen(kw_only=True)
class Call:
    """One request to an operation."""

    state: State
    version: str
    """``beta`` or ``v1``."""
    path: str
    """The path below the version."""
    arguments: Mapping[str, str]
    """The arguments of the path, by their names in the template."""
    query: Mapping[str, str]
    raw_body: bytes

    def body(self, type_form: Any) -> Any:
        """Read the body, strictly.

        Args:
            type_form: a model or a union of models.

        Returns:
            The model.

        Raises:
            Refusal: it is not JSON, or does not fit.
        """
        serializer = Serializer.shared()
        try:
            return serializer.structure_strict(serializer.load(self.raw_body), type_form)
        except MismatchError as problem:
            raise refuse(f"The body cannot be read: {problem}") from None

    def conversation(self) -> KnownConversation:
        """The conversation that the path names.

        Raises:
            Refusal: its number is not a number, or there is none.
        """
        text = self.arguments["conversationId"]
        if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= _MAX_INT64):
            raise refuse("The number of the conversation is not a number")
        found = self.state.conversations.get(int(text))
        if found is None:
            raise not_found(f"conversation {text}")
        return found


@attrs.frozen(kw_only=True)
class Answer:
    """What a handler gives back."""

    status: int
    body: bytes = b""


Handler: TypeAlias = Callable[[Call], Answer]
"""Carries out one operation."""


class Routes:
    """The handlers of a section, by method and path template."""

    def __init__(self) -> None:
        self.handlers: dict[tuple[str, str], Handler] = {}

    def __call__(self, method: str, path: str) -> Callable[[Handler], Handler]:
        """Make a function the handler of an operation.

        Args:
            method: the method.
            path: the path template below the version.

        Returns:
            The decorator.
        """

        def add(handler: Handler) -> Handler:
            self.handlers[method, path] = handler
            return handler

        return add


def data(value: object, *, status: int = 200, meta: object = UNSET) -> Answer:
    """Answer with models in the usual envelope.

    Args:
        value: a model or a list of models.
        status: the status.
        meta: what stands beside the data; UNSET: nothing.

    Returns:
        The answer.
    """
    envelope = {"data": _as_dixa_writes(Serializer.shared().unstructure(value))}
    if meta is not UNSET:
        envelope["meta"] = meta
    return Answer(status=status, body=orjson.dumps(envelope))


def nothing() -> Answer:
    """Answer 204, without a body."""
    return Answer(status=204)


def error(status: int, message: str) -> Answer:
    """Answer as Dixa does when something is wrong."""
    return Answer(status=status, body=orjson.dumps({"message": message}))


def _as_dixa_writes(value: Any) -> Any:
    """Write times as Dixa does, with the zone in brackets as well: the package writes them as Dixa reads them."""
    if value.__class__ is list:
        return [_as_dixa_writes(item) for item in value]
    if value.__class__ is not dict:
        return value
    return {
        name: _time(inner) if name.endswith("At") and inner.__class__ is str else _as_dixa_writes(inner)
        for name, inner in value.items()
    }


def _time(text: str) -> str:
    return datetime.fromisoformat(text).isoformat(timespec="milliseconds").replace("+00:00", "Z[GMT]")
