"""How a request reaches its handler.

Each module in `handlers` has a `Routes` table, and a function for each operation of its section. A handler is a plain
function, not a coroutine, so that each request is handled as a whole.
"""

import functools
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

import attrs

from ...errors import InvalidRequestError
from ...models.base import Unset
from ...models.conversations import AnonymizedConversation
from ...serialization import Serializer, ValidationError
from ...validation import check_conversation_id
from ..state.server_state import ActiveConversation, KnownConversation, State
from .errors import NOT_FOUND, ApiError, bad_request, not_found
from .responses import HandlerResponse

T = TypeVar("T")


def given(value: T | Unset) -> T | None:
    """The value of an optional field; None if it was not sent."""
    return None if isinstance(value, Unset) else value


@attrs.frozen(kw_only=True)
class HandlerCall:
    """One request to an operation, with the state that it reads and changes."""

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
            envelope: the key that holds the value, or None if the value is the whole body.

        Returns:
            A value of that type.

        Raises:
            ApiError: the body is not JSON, or does not match the type.
        """
        try:
            return _read_body(self.raw_body, type_form, envelope)
        except ValidationError as error:
            raise bad_request(f"The body cannot be read: {error}") from None

    def flag(self, name: str) -> bool:
        """Whether an argument of the query is ``true``; False if it is absent.

        Raises:
            ApiError: it is neither ``true`` nor ``false``.
        """
        text = self.query.get(name, "false")
        if text not in ("true", "false"):
            raise bad_request(f"{name} must be true or false")
        return text == "true"

    def time(self, name: str) -> datetime | None:
        """A time in the query; None if it is absent.

        Raises:
            ApiError: it is not a time.
        """
        text = self.query.get(name)
        try:
            return None if text is None else Serializer.shared().structure_strict(text, datetime)
        except ValidationError:
            raise bad_request(f"{name} must be a time such as 2021-12-01T12:46:36Z") from None

    def find(self, items: Mapping[str, T], argument: str, label: str) -> T:
        """Look up the item that the path names.

        Args:
            items: the items by id.
            argument: the name of the id in the path template.
            label: what an item is called in the error, such as ``agent``.

        Returns:
            The item with that id.

        Raises:
            ApiError: there is no such item.
        """
        key = self.arguments[argument]
        if key not in items:
            raise not_found(f"{label} {key}")
        return items[key]

    def conversation(self) -> KnownConversation:
        """The conversation that the path names.

        Raises:
            ApiError: the conversation ID is malformed, or there is no such conversation.
        """
        text = self.arguments.get("conversationId") or self.arguments["csid"]
        try:
            conversation_id = check_conversation_id("The conversation ID", text)
        except InvalidRequestError as error:
            raise bad_request(str(error)) from None
        found = self.state.conversations.get(conversation_id)
        if found is None:
            raise not_found(f"conversation {text}")
        return found

    def active_conversation(self) -> ActiveConversation:
        """The conversation that the path names, if it can still be changed.

        Raises:
            ApiError: the conversation ID is malformed, there is no such conversation, or it is anonymized.
        """
        conversation = self.conversation()
        if isinstance(conversation, AnonymizedConversation):
            raise bad_request("The conversation is anonymized")
        return conversation


Handler: TypeAlias = Callable[[HandlerCall], HandlerResponse]
"""Carries out one operation."""


def declares_no_404(handler: Handler) -> Handler:
    """Make what is not found a 400: for an operation of which Dixa's description declares no 404.

    Args:
        handler: the handler of the operation.

    Returns:
        The handler.
    """

    @functools.wraps(handler)
    def handle(call: HandlerCall) -> HandlerResponse:
        try:
            return handler(call)
        except ApiError as error:
            if error.status != NOT_FOUND:
                raise
            raise bad_request(error.message) from None

    return handle


class Routes:
    """The handlers of a section, by method and path template."""

    def __init__(self) -> None:
        self.handlers: dict[tuple[str, str], Handler] = {}

    def __call__(self, method: str, path: str) -> Callable[[Handler], Handler]:
        """Register a function as the handler of an operation.

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


def _read_body(body: bytes, type_form: Any, envelope: str | None) -> Any:
    serializer = Serializer.shared()
    value = serializer.load(body)
    if envelope is None:
        return serializer.structure_strict(value, type_form)
    if not isinstance(value, dict) or envelope not in value:
        raise ValidationError("required, but absent", f".{envelope}")
    try:
        return serializer.structure_strict(value[envelope], type_form)
    except ValidationError as error:
        raise error.within(f".{envelope}") from None
