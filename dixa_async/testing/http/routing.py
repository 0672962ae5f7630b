"""What a handler is given, and what it gives back.

A section of the API is one file in `handlers`: a `Routes` table, and a function for each operation. Handlers do not
wait for anything, so that each request is carried out as a whole.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias, TypeVar

import attrs

from ..._json import dumps
from ...models.base import UNSET, Unset
from ...models.conversations import AnonymizedConversation
from ...serialization import Serializer, ValidationError
from ..state.state import ActiveConversation, KnownConversation, State

T = TypeVar("T")

_MAX_INT64: Final = 2**63 - 1


def given(value: T | Unset) -> T | None:
    """What was sent for an optional field; None if nothing was."""
    return None if isinstance(value, Unset) else value


class Refusal(Exception):  # noqa: N818
    """A request that is not carried out.

    Args:
        status: the status of the response.
        message: what the response says.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message


class ClashRefusal(Refusal):
    """400: it contradicts what is there.

    Args:
        holder_id: the id of what it contradicts.
        message: what the response says.
    """

    def __init__(self, holder_id: str, message: str) -> None:
        super().__init__(400, message)
        self.holder_id = holder_id


class EmptyPatchRefusal(Refusal):
    """400: a patch that changes nothing."""

    def __init__(self) -> None:
        super().__init__(400, "The patch changes nothing")


def refuse(message: str) -> Refusal:
    """400: something in the request cannot be read, or is not allowed."""
    return Refusal(400, message)


def not_found(what: str) -> Refusal:
    """404: there is no such thing."""
    return Refusal(404, f"There is no {what}")


def conflict(message: str) -> Refusal:
    """409: it cannot be done now."""
    return Refusal(409, message)


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
    content_type: str = ""

    def body(self, type_form: Any, *, envelope: str | None = None) -> Any:
        """Read the body, strictly.

        Args:
            type_form: a model, a union of models, or a list or a map of these.
            envelope: the key under which it stands; None: it stands by itself.

        Returns:
            A value of that type.

        Raises:
            Refusal: it is not JSON, or does not fit.
        """
        try:
            return _read_body(self.raw_body, type_form, envelope)
        except ValidationError as problem:
            raise refuse(f"The body cannot be read: {problem}") from None

    def flag(self, name: str) -> bool:
        """Whether an argument of the query is ``true``.

        Raises:
            Refusal: it is something else than ``true`` or ``false``.
        """
        text = self.query.get(name, "false")
        if text not in ("true", "false"):
            raise refuse(f"{name} must be true or false")
        return text == "true"

    def time(self, name: str) -> datetime | None:
        """A time in the query; None if there is none.

        Raises:
            Refusal: it is not a time.
        """
        text = self.query.get(name)
        try:
            return None if text is None else Serializer.shared().structure_strict(text, datetime)
        except ValidationError:
            raise refuse(f"{name} must be a time such as 2021-12-01T12:46:36Z") from None

    def find(self, things: Mapping[str, T], argument: str, what: str) -> T:
        """What the path names.

        Args:
            things: what there is, by id.
            argument: the name of the id in the path template.
            what: what the things are called.

        Returns:
            The thing with that id.

        Raises:
            Refusal: there is none.
        """
        key = self.arguments[argument]
        if key not in things:
            raise not_found(f"{what} {key}")
        return things[key]

    def conversation(self) -> KnownConversation:
        """The conversation that the path names.

        Raises:
            Refusal: its number is not a number, or there is none.
        """
        text = self.arguments.get("conversationId") or self.arguments["csid"]
        if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= _MAX_INT64):
            raise refuse("The conversation ID is not a number")
        found = self.state.conversations.get(int(text))
        if found is None:
            raise not_found(f"conversation {text}")
        return found

    def active_conversation(self) -> ActiveConversation:
        """The conversation that the path names, if something can still be done to it.

        Raises:
            Refusal: there is none, or it is anonymized.
        """
        conversation = self.conversation()
        if isinstance(conversation, AnonymizedConversation):
            raise refuse("The conversation is anonymized")
        return conversation


@attrs.frozen(kw_only=True)
class HandlerResponse:
    """What a handler gives back."""

    status: int
    body: bytes = b""


Handler: TypeAlias = Callable[[Call], HandlerResponse]
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


def data(value: object, *, status: int = 200, meta: object = UNSET) -> HandlerResponse:
    """Respond with models in the usual envelope.

    Args:
        value: a model or a list of models.
        status: the status.
        meta: what stands beside the data; UNSET: nothing.

    Returns:
        The response.
    """
    return bare({"data": value} if meta is UNSET else {"data": value, "meta": meta}, status=status)


def bare(value: object, *, status: int = 200) -> HandlerResponse:
    """Respond with models and no envelope around them."""
    return HandlerResponse(status=status, body=dumps(_as_dixa_writes(Serializer.shared().unstructure(value))))


def nothing() -> HandlerResponse:
    """Respond 204, without a body."""
    return HandlerResponse(status=204)


def error(status: int, message: str) -> HandlerResponse:
    """Respond as Dixa does when something is wrong."""
    return HandlerResponse(status=status, body=dumps({"message": message}))


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
    try:
        time = datetime.fromisoformat(text)
    except ValueError:  # the name is one that a user gave, such as that of a header
        return text
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z[GMT]")


def _read_body(body: bytes, type_form: Any, envelope: str | None) -> Any:
    serializer = Serializer.shared()
    value = serializer.load(body)
    if envelope is None:
        return serializer.structure_strict(value, type_form)
    if not isinstance(value, dict) or envelope not in value:
        raise ValidationError("required, but absent", f".{envelope}")
    try:
        return serializer.structure_strict(value[envelope], type_form)
    except ValidationError as problem:
        raise problem.within(f".{envelope}") from None
