"""Which handler wants which events. The overloads map the members of the enum to the classes of events."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, TypeVar, overload

from ..models.webhooks import WebhookEvent
from .errors import HandlerError
from .events import (
    ConversationAbandoned,
    ConversationAssigned,
    ConversationClosed,
    ConversationCreated,
    ConversationEnqueued,
    ConversationOpen,
    ConversationPending,
    ConversationPendingExpired,
    ConversationRated,
    ConversationUnassigned,
    Event,
    MessageAdded,
    NoteAdded,
    TagAdded,
    TagRemoved,
)
from .handlers import Handler, HandlerDecorator, make_handler

E = TypeVar("E")
When: TypeAlias = Callable[[E], bool] | None
Name: TypeAlias = str | None


class HandlerRegistry:
    """The handlers of a bot, in the order in which they were registered."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}

    @property
    def handlers(self) -> Sequence[Handler]:
        """The handlers, in the order in which they were registered."""
        return tuple(self._handlers.values())

    # A member with a class is a WebhookEvent, too: the last overload is for what no other one has taken.
    @overload
    def on(  # pyright: ignore[reportOverlappingOverload]
        self,
        event: Literal[WebhookEvent.CONVERSATION_CREATED],
        /,
        *,
        when: When[ConversationCreated] = None,
        name: Name = None,
        burst: bool = False,
        include_own: bool = False,
    ) -> HandlerDecorator[ConversationCreated]: ...
    @overload
    def on(
        self,
        event: Literal[WebhookEvent.CONVERSATION_OPEN],
        /,
        *,
        when: When[ConversationOpen] = None,
        name: Name = None,
        burst: bool = False,
        include_own: bool = False,
    ) -> HandlerDecorator[ConversationOpen]: ...
    @overload
    def on(
        self,
        event: Literal[WebhookEvent.CONVERSATION_PENDING],
        /,
        *,
        when: When[ConversationPending] = None,
        name: Name = None,
        burst: bool = False,
        include_own: bool = False,
    ) -> HandlerDecorator[ConversationPending]: ...
    @overload
    def on(
        self,
        event: Literal[WebhookEvent.CONVERSATION_PENDING_EXPIRED],
        /,
        *,
        when: When[ConversationPendingExpired] = None,
        name: Name = None,
        burst: bool = False,
        include_own: bool = False,
    ) -> HandlerDecorator[ConversationPendingExpired]: ...
    @overload
    def on(
        self,
        event: Literal[WebhookEvent.CONVERSATION_CLOSED],
        /,
        *,
        when: When[ConversationClosed] = None,
        name: Name = None,
        burst: bool = False,
        include_own: bool = False,
    ) -> HandlerDecorator[ConversationClosed]: ...
    @overload
    def on(
        self,
        event: Literal[WebhookEvent.CONVERSATION_ENQUEUED],
        /,
        *,
        when: When[ConversationEnqueued] = None,
        name: Name = None,
        burst: bool = False,
        include_own: bool = False,
    ) -> HandlerDecorator[ConversationEnqueued]: ...
    @overload
    def on(
        self,
        event: Literal[WebhookEvent.CONVERSATION_ASSIGNED],
        /,
        *,
        when: When[ConversationAssigned] = None,
        name: Name = None,
        burst: bool = False,
        include_own: bool = False,
    ) -> HandlerDecorator[ConversationAssigned]: ...
    @overload
    def on(
        self,
        event: Literal[WebhookEvent.CONVERSATION_UNASSIGNED],
        /,
        *,
        when: When[ConversationUnassigned] = None,
        name: Name = None,
        burst: bool = False,
        include_own: bool = False,
    ) -> HandlerDecorator[ConversationUnassigned]: ...
    @overload
    def on(
        self,
        event: Literal[WebhookEvent.CONVERSATION_ABANDONED],
        /,
        *,
        when: When[ConversationAbandoned] = None,
        name: Name = None,
        burst: bool = False,
        include_own: bool = False,
    ) -> HandlerDecorator[ConversationAbandoned]: ...
    @overload
    def on(
        self,
        event: Literal[WebhookEvent.CONVERSATION_MESSAGE_ADDED],
        /,
        *,
        when: When[MessageAdded] = None,
        name: Name = None,
        burst: bool = False,
        include_own: bool = False,
    ) -> HandlerDecorator[MessageAdded]: ...
    @overload
    def on(
        self,
        event: Literal[WebhookEvent.CONVERSATION_NOTE_ADDED],
        /,
        *,
        when: When[NoteAdded] = None,
        name: Name = None,
        burst: bool = False,
        include_own: bool = False,
    ) -> HandlerDecorator[NoteAdded]: ...
    @overload
    def on(
        self,
        event: Literal[WebhookEvent.CONVERSATION_TAG_ADDED],
        /,
        *,
        when: When[TagAdded] = None,
        name: Name = None,
        burst: bool = False,
        include_own: bool = False,
    ) -> HandlerDecorator[TagAdded]: ...
    @overload
    def on(
        self,
        event: Literal[WebhookEvent.CONVERSATION_TAG_REMOVED],
        /,
        *,
        when: When[TagRemoved] = None,
        name: Name = None,
        burst: bool = False,
        include_own: bool = False,
    ) -> HandlerDecorator[TagRemoved]: ...
    @overload
    def on(
        self,
        event: Literal[WebhookEvent.CONVERSATION_RATED],
        /,
        *,
        when: When[ConversationRated] = None,
        name: Name = None,
        burst: bool = False,
        include_own: bool = False,
    ) -> HandlerDecorator[ConversationRated]: ...
    @overload
    def on(
        self,
        *events: WebhookEvent,
        when: When[Event] = None,
        name: Name = None,
        burst: bool = False,
        include_own: bool = False,
    ) -> HandlerDecorator[Event]: ...
    def on(
        self,
        *events: Any,
        when: When[Any] = None,
        name: Name = None,
        burst: bool = False,
        include_own: bool = False,
    ) -> HandlerDecorator[Any]:
        """Register a handler.

        ::

            @receiver.on(WebhookEvent.CONVERSATION_MESSAGE_ADDED, when=inbound)
            async def reply(event: MessageAdded, context: Context) -> None: ...

        A handler of one event takes the class of that event. One of several events, of an event that has no class, or
        of all takes an `Event`.

        Args:
            events: the events; defaults to all.
            when: which of them, as a plain function of the event. It is called when the event is delivered, and again
                before the handler is.
            name: the name of the handler, which stays the same when the program changes; defaults to that of the
                function. Logs and replies carry it.
            burst: whether all events of a batch come in one call, if the inbox makes batches: the last as the event,
                all as `Context.events`.
            include_own: whether the handler also gets the bot's own messages and notes.

        Returns:
            A decorator for ``async def handler(event)`` or ``async def handler(event, context)``.

        Raises:
            HandlerError: an argument is not an event, or the function cannot be a handler.
        """
        if not all(isinstance(event, str) for event in events):
            raise HandlerError("on() takes members of WebhookEvent, such as WebhookEvent.CONVERSATION_MESSAGE_ADDED")
        event_types = [WebhookEvent(event) for event in events]

        def register(function: Any) -> None:
            handler = make_handler(function, event_types, name=name, when=when, burst=burst, include_own=include_own)
            if handler.name in self._handlers:
                raise HandlerError(f"there is a handler {handler.name!r} already: pass on(..., name=) for one of them")
            self._handlers[handler.name] = handler

        return HandlerDecorator(register)
