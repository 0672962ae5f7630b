"""Handlers: functions that are called with an event, and the `Context` that they get with it."""

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Generic, TypeAlias, get_args, get_origin, get_type_hints, overload

import attrs
from typing_extensions import TypeVar

from ..errors import UsageError
from ..models.webhooks import WebhookEvent
from .errors import HandlerError, UnreadableEventError
from .events import EVENT_CLASSES, Event, KnownEvent, OtherEvent

if TYPE_CHECKING:
    from ..client import DixaClient
    from ..models.messages import AddedMessage
    from ..models.new_messages import NewMessageContent, OutboundMessage
    from ..resources.once import OnceResult

E = TypeVar("E")
E_co = TypeVar("E_co", covariant=True, default=Event)

_ALL_CLASSES: Final = (*EVENT_CLASSES.values(), OtherEvent)
_FORMS: Final = "async def handler(event) or async def handler(event, context)"


@attrs.frozen(kw_only=True)
class Context(Generic[E_co]):
    """What a handler gets besides the event."""

    event: E_co
    """The event that the handler is called with."""
    events: tuple[E_co, ...]
    """All events of this call, in order; `event` is the last of them. There is one, unless the handler bursts."""
    attempt: int
    """Which attempt to handle the event this is, from 1. It is more after a handler raised or its process died."""
    handler_name: str
    """The name under which the handler is registered."""
    dixa: "DixaClient | None"
    """The client that the receiver was made with."""
    _send_reply: "SendReply | None" = attrs.field(default=None, alias="send_reply", repr=False, eq=False)

    async def reply(self, message: "NewMessageContent | OutboundMessage") -> "OnceResult[AddedMessage]":
        """Write a message into the conversation of the event, once, however often the handler runs for the event.

        ::

            await context.reply(TextContent("We are on it."))

        Its external ID is made of the event, the name of the handler, and the number of the reply in this run of the
        handler. So a handler that runs again must make its replies in the same order, and a handler whose name changes
        replies anew. In a burst, the last event counts. What is guaranteed is what ``messages.add_once`` guarantees.

        Args:
            message: what to reply, as the first of the receiver's `agent_ids`; or an `OutboundMessage` without an
                `external_id`, for an author, attachments or copies of your choice. WhatsApp takes `MarkdownContent`
                only.

        Returns:
            The message, and whether it was sent now or was there.

        Raises:
            UsageError: the receiver has no client or no agent, or the event has no conversation.
            InvalidRequestError: the message cannot be sent; nothing was sent.
            IndeterminateWriteError: it may be there, and that cannot be found out. If the handler does not catch it, it
                runs again later, and replies with the same external ID.
            CallError: this run has not added it.
        """
        if self._send_reply is None:
            raise UsageError("only a context that a receiver has made can reply")
        return await self._send_reply(message)


SendReply: TypeAlias = "Callable[[NewMessageContent | OutboundMessage], Awaitable[OnceResult[AddedMessage]]]"
"""Sends a reply of one run of a handler."""

Function: TypeAlias = Callable[[E], Coroutine[Any, Any, None]]
"""A handler that takes the event alone."""
FunctionWithContext: TypeAlias = Callable[[E, Context[E]], Coroutine[Any, Any, None]]
"""A handler that takes the event and its context."""


@attrs.frozen(kw_only=True)
class Handler:
    """A handler as it is registered."""

    name: str
    event_types: frozenset[WebhookEvent]
    """The events that it wants; an empty set means all."""
    function: Callable[..., Awaitable[None]]
    takes_context: bool
    when: Callable[[Any], bool] | None
    burst: bool
    include_own: bool

    def is_for(self, event_type: WebhookEvent) -> bool:
        """Whether it wants events of a kind, whatever its predicate says."""
        return not self.event_types or event_type in self.event_types

    def wants(self, event: Event) -> bool:
        """Whether it wants an event.

        Args:
            event: the event.

        Returns:
            Whether it is of its kind and its predicate holds. An event that cannot be read is wanted, since no
            predicate can say otherwise.

        Raises:
            Exception: the predicate raised.
        """
        if not self.is_for(event.event_type):
            return False
        return self.when is None or self._unreadable(event) or self.when(event)

    async def call(self, context: Context[Event]) -> None:
        """Call the function.

        Args:
            context: the context, with the event.

        Raises:
            UnreadableEventError: an event does not fit the class that the function takes.
            Exception: the function raised.
        """
        for event in context.events:
            if isinstance(event, OtherEvent) and self._unreadable(event):
                raise UnreadableEventError(event.event_type.name, event.reason or "")
        arguments = (context.event, context) if self.takes_context else (context.event,)
        await self.function(*arguments)

    def _unreadable(self, event: Event) -> bool:
        """Whether an event is of a class that the function takes, and came in another form."""
        return isinstance(event, OtherEvent) and len(self.event_types) == 1 and event.event_type in EVENT_CLASSES


class HandlerDecorator(Generic[E]):
    """Registers a function as a handler."""

    def __init__(self, register: Callable[[Any], None]) -> None:
        self._register = register

    @overload
    def __call__(self, function: Function[E], /) -> Function[E]: ...
    @overload
    def __call__(self, function: FunctionWithContext[E], /) -> FunctionWithContext[E]: ...
    def __call__(self, function: Any, /) -> Any:
        """Register a function.

        Args:
            function: ``async def handler(event)`` or ``async def handler(event, context)``.

        Returns:
            The same function.

        Raises:
            HandlerError: it cannot be a handler.
        """
        self._register(function)
        return function


def make_handler(
    function: Any,
    event_types: Sequence[WebhookEvent],
    *,
    name: str | None,
    when: Callable[[Any], bool] | None,
    burst: bool,
    include_own: bool,
) -> Handler:
    """Check a function, and make a handler of it.

    Args:
        function: the function.
        event_types: the events that it wants; an empty sequence means all.
        name: its name; None means that of the function.
        when: its predicate.
        burst: whether it takes several events of a conversation in one call.
        include_own: whether it wants the bot's own messages.

    Returns:
        The handler.

    Raises:
        HandlerError: it cannot be a handler.
    """
    called = name if name is not None else getattr(function, "__name__", "")
    if not isinstance(called, str) or not 0 < len(called) <= 100:
        raise HandlerError("a handler needs a name of 1 to 100 characters: pass on(..., name=)")
    if when is not None and (not callable(when) or _is_async(when)):
        raise HandlerError(f"when of the handler {called!r} must be a plain function of the event that returns a bool")
    return Handler(
        name=called,
        event_types=frozenset(event_types),
        function=function,
        takes_context=_takes_context(called, function, _classes_of(event_types)),
        when=when,
        burst=burst,
        include_own=include_own,
    )


def _classes_of(event_types: Sequence[WebhookEvent]) -> Sequence[type[KnownEvent | OtherEvent]]:
    """The classes of events that a handler can be called with."""
    if len(event_types) == 1:
        return (EVENT_CLASSES.get(event_types[0], OtherEvent),)
    if not event_types:
        return _ALL_CLASSES
    return [*(EVENT_CLASSES[each] for each in event_types if each in EVENT_CLASSES), OtherEvent]


def _takes_context(name: str, function: Any, classes: Sequence[type]) -> bool:
    """Whether a function takes the context too. It refuses one that cannot be called as a handler."""
    if not callable(function) or not _is_async(function):
        raise HandlerError(f"the handler {name!r} must be a coroutine function: {_FORMS}")
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        raise HandlerError(f"the handler {name!r} must be {_FORMS}; its arguments cannot be read") from None
    with_context = not _can_be_bound(signature, 1)
    if with_context and not _can_be_bound(signature, 2):
        raise HandlerError(f"the handler {name!r} must be {_FORMS}, not one with the arguments {signature}")
    hints = _hints(function, signature)
    wrong = [cls.__name__ for cls in classes if hints and not _accepts(hints[0], cls)]
    if wrong:
        raise HandlerError(f"the handler {name!r} is registered for {' and '.join(wrong)}, but is annotated otherwise")
    if with_context and len(hints) > 1 and not _accepts(get_origin(hints[1]) or hints[1], Context):
        raise HandlerError(f"the second argument of the handler {name!r} is annotated otherwise than as a Context")
    return with_context


def _is_async(function: Any) -> bool:
    while isinstance(function, partial):
        function = function.func  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return any(map(inspect.iscoroutinefunction, (function, getattr(function, "__call__", None))))  # noqa: B004


def _can_be_bound(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*(None,) * count)
    except TypeError:
        return False
    return True


def _hints(function: Any, signature: inspect.Signature) -> list[Any]:
    """The annotations of the positional arguments, in order; Any for one that cannot be read."""
    try:
        hints = get_type_hints(function if inspect.isroutine(function) else getattr(function, "__call__", function))  # noqa: B004
    except Exception:  # an annotation may name what is imported for type checkers only
        return []
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [hints.get(each.name, Any) for each in signature.parameters.values() if each.kind in kinds]


def _accepts(hint: Any, cls: type) -> bool:
    if hint is Any:  # a class, too
        return True
    if isinstance(hint, type):
        return issubclass(cls, hint)
    members = get_args(hint)
    if not members or get_origin(hint) is None:  # Any, a type variable
        return True
    origin = get_origin(hint)
    if isinstance(origin, type) and origin.__module__ != "types":  # a generic class
        return issubclass(cls, origin)
    return any(_accepts(get_origin(member) or member, cls) for member in members)
