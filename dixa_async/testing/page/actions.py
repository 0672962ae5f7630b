"""What the page does to the server, by the functions that the API uses."""

import math
import threading
from typing import Any, Final, TypeVar, get_args

from ...errors import InvalidRequestError
from ...models.base import Model, define
from ...models.conversations import WhatsAppConversation
from ...models.messages import Message
from ...models.new_messages import MarkdownContent, OutboundMessage, TextContent
from ...serialization import Serializer, ValidationError
from ...validation import check_conversation_id
from ..clock import FakeClock
from ..http.errors import bad_request, not_found
from ..http.faults import Drop, FaultRule
from ..http.mutations import MUTATIONS
from ..http.pipeline import RequestPipeline
from ..http.routing import HandlerCall
from ..logic.messages import make_message, message_of_end_user
from ..state.builders import add_email, add_end_user
from ..state.server_state import KnownConversation, State
from ..webhooks.deliveries import Deliveries
from .server_views import event_id_of

_DROPS: Final[tuple[Drop, ...]] = get_args(Drop)
_Name = TypeVar("_Name", bound=str)


@define(kw_only=True)
class NewText(Model):
    """A message that is written on the page."""

    text: str
    agent_id: str | None = None
    """The agent who writes it; None for the end user."""


@define(kw_only=True)
class NewEmail(Model):
    """An email by which an end user begins a conversation."""

    email: str
    """The address of the end user, who is added if nobody has it."""
    subject: str
    text: str


@define(kw_only=True)
class Redelivery(Model):
    """An event that is delivered again."""

    event: str
    event_id: str


@define(kw_only=True)
class NewFault(Model):
    """A fault, with the arguments of `FakeDixa.inject_fault`."""

    operation: str = "*"
    times: int | None = None
    """None for all requests."""
    probability: float = 1.0
    status: int | None = None
    apply: bool = False
    delay: float = 0.0
    drop: str | None = None
    mutation: str | None = None


@define(kw_only=True)
class ClearedFault(Model):
    """Which fault is removed."""

    id: str | None = None
    """None for all."""


@define(kw_only=True)
class ClockAdvance(Model):
    """How far the clock is moved."""

    seconds: float


class Actions:
    """Changes what the server has.

    Args:
        state: all data of the server.
        lock: held while the state is changed.
        pipeline: what requests pass.
        deliveries: what is delivered to webhooks.
        clock: the clock of the server.
    """

    def __init__(
        self,
        state: State,
        lock: threading.RLock,
        pipeline: RequestPipeline,
        deliveries: Deliveries,
        clock: FakeClock,
    ) -> None:
        self._state = state
        self._lock = lock
        self._pipeline = pipeline
        self._deliveries = deliveries
        self._clock = clock

    def conversation(self, text: str) -> KnownConversation:
        """The conversation with an ID. The lock is held.

        Raises:
            ApiError: there is no such conversation.
        """
        try:
            conversation_id = check_conversation_id("The conversation ID", text)
        except InvalidRequestError as error:
            raise bad_request(str(error)) from None
        if conversation_id not in self._state.conversations:
            raise not_found(f"conversation {text}")
        return self._state.conversations[conversation_id]

    def write(self, conversation_id: str, body: bytes) -> None:
        """Add a message to a conversation, as its end user or as an agent.

        Raises:
            ApiError: the conversation does not accept it.
        """
        new = _read(body, NewText)
        _require(new.text, "a message")
        with self._lock:
            conversation = self.conversation(conversation_id)
            if new.agent_id is None:
                message = self._by_end_user(conversation, new.text)
            else:
                message = self._by_agent(conversation, new.text, new.agent_id)
            self._state.keep_message(conversation.id, message)

    def begin(self, body: bytes) -> dict[str, Any]:
        """Begin a conversation by an email of an end user.

        Returns:
            The ID of the conversation.
        """
        new = _read(body, NewEmail)
        email = new.email.strip()
        _require(new.text, "a message")
        if "@" not in email:
            raise bad_request("Write the email address of the customer")
        with self._lock:
            people = self._state.end_users.values()
            requester = next((each for each in people if each.email == email), None)
            if requester is None:
                requester = add_end_user(self._state, email.partition("@")[0], email=email)
            return {"id": str(add_email(self._state, requester, new.subject, [new.text]).id)}

    def redeliver(self, subscription_id: str, body: bytes) -> None:
        """Deliver an event to a subscription again, with the same body.

        Raises:
            ApiError: the subscription has no such delivery.
        """
        wanted = _read(body, Redelivery)
        with self._lock:
            for (owner_id, event), log in self._state.deliveries.items():
                if owner_id != subscription_id or event != wanted.event:
                    continue
                for entry in log:
                    if wanted.event_id in entry.payload and event_id_of(entry.payload) == wanted.event_id:
                        self._deliveries.redeliver(subscription_id, event, entry.payload)
                        return
        raise not_found("such delivery")

    def inject_fault(self, body: bytes) -> None:
        """Make the next requests go wrong.

        Raises:
            ApiError: the fault contradicts itself, or does nothing.
        """
        new = _read(body, NewFault)
        try:
            rule = FaultRule(
                operation=new.operation,
                times=math.inf if new.times is None else new.times,
                probability=new.probability,
                status=new.status,
                apply=new.apply,
                delay=new.delay,
                drop=_one_of(new.drop, _DROPS),
                mutation=_one_of(new.mutation, MUTATIONS),
            )
        except ValueError as error:
            raise bad_request(str(error)) from None
        self._pipeline.faults.inject(rule)

    def clear_fault(self, body: bytes) -> None:
        """Remove one fault, or all of them. One that is used up is gone already."""
        which = _read(body, ClearedFault)
        for fault in self._pipeline.faults.active():
            if which.id in (None, str(fault.number)):
                fault.remove()

    def advance_clock(self, body: bytes) -> None:
        """Move the clock ahead, with all that is due.

        Raises:
            ApiError: that is not ahead, or too far.
        """
        seconds = _read(body, ClockAdvance).seconds
        try:
            self._clock.advance(seconds=seconds)
        except ValueError as error:
            raise bad_request(str(error)) from None

    def _by_end_user(self, conversation: KnownConversation, text: str) -> Message:
        try:
            return message_of_end_user(self._state, conversation, text)
        except ValueError as error:
            raise bad_request(str(error)) from None

    def _by_agent(self, conversation: KnownConversation, text: str, agent_id: str) -> Message:
        content = MarkdownContent(text) if isinstance(conversation, WhatsAppConversation) else TextContent(text)
        call = HandlerCall(state=self._state, version="beta", path="", arguments={}, query={}, raw_body=b"")
        return make_message(call, conversation, OutboundMessage(content=content, agent_id=agent_id))


def _read(body: bytes, model: type[Model]) -> Any:
    serializer = Serializer.shared()
    try:
        return serializer.structure_strict(serializer.load(body), model)
    except ValidationError as error:
        raise bad_request(f"The body cannot be read: {error}") from None


def _one_of(text: str | None, names: tuple[_Name, ...]) -> _Name | None:
    """The name that is equal to a text.

    Raises:
        ValueError: it is not one of them.
    """
    if text is None:
        return None
    for name in names:
        if name == text:
            return name
    raise ValueError(f"{text!r} must be one of {', '.join(names)}")


def _require(text: str, what: str) -> None:
    if not text.strip():
        raise bad_request(f"Write {what} first")
