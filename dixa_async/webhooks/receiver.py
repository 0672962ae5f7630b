"""The receiver: takes deliveries into the inbox, and gives what is in it to handlers. It knows no web framework."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Final, NoReturn, Self

from .._error_text import stack_of
from ..errors import ConfigurationError, UsageError
from ..secret import Secret
from .catch_up import CatchUpResult, Intake, catch_up, polls
from .dispatcher import Backoff, Dispatcher, RetryRule
from .errors import RefusalReason, WebhookRefusedError
from .events import Event, parse_event
from .handlers import Context, Handler
from .headers import Headers, read_headers
from .inbox.errors import InboxClosedError, InboxFullError, InvalidEventError
from .inbox.memory import MemoryInbox
from .inbox.protocol import Batch, Inbox
from .loaded_event import LoadedEvent, incoming
from .observer import ObservedInbox, ReceiverObserver, observed_call
from .own_messages import EXTERNAL_ID_PREFIX, OwnMessages
from .registry import HandlerRegistry
from .reply import HandlerRun, Replies, ReplyOutcome
from .results import ACCEPTED, ReceiveResult, refuse, unavailable
from .signature import (
    MAX_BODY_SIZE,
    TOLERANCE,
    Authorization,
    SigningSecrets,
    check_authorization,
    check_headers,
    verify,
)

if TYPE_CHECKING:
    from ..client import DixaClient
    from ..resources.once import Dedupe

_logger = logging.getLogger("dixa_async.webhooks")

_BACKOFF: Final = Backoff()


def _now() -> datetime:
    return datetime.now(UTC)


class Receiver(HandlerRegistry):
    """Takes deliveries of webhooks, and calls handlers with their events.

    A delivery is acknowledged only when its event is safe in the inbox. It is an async context manager: while it is
    open, so is the inbox, and handlers are called. On leaving, it takes no more, and handlers that run have `grace`
    seconds to end; what is not handled stays in the inbox.

    ::

        receiver = Receiver(secret_key, SqliteInbox("bot.inbox"), agent_ids=[bot_agent_id])

        @receiver.on(WebhookEvent.CONVERSATION_MESSAGE_ADDED, when=inbound)
        async def hear(event: MessageAdded) -> None: ...

    Args:
        secrets: the `secret_key` of the subscription in hex, or several while it is rotated.
        inbox: keeps the events until they are handled; defaults to a `MemoryInbox`, which loses them with the process.
        dixa: the client that handlers find in their `Context`, and that `Context.reply` uses.
        authorization: what the subscription sends as authorization; None: it is not looked at.
        agent_ids: the agents as whom the bot writes. Their messages and notes do not reach handlers, unless one asks
            for them. Without any, no outbound message does, for it may be the bot's own. The first of them writes the
            replies.
        external_id_prefix: what the external IDs of the bot's messages begin with.
        reply_dedupe: what keeps a reply from being there twice, as for ``messages.add_once``.
        max_body_size: the largest body that is read, in bytes.
        body_timeout: seconds that a body may take to arrive.
        tolerance: how far the time of a signature may be from now. A first delivery can be most of a minute old.
        clock: returns the time, with a zone.
        concurrency: how many conversations are handled at a time.
        max_attempts: how often an event is given to its handlers at most, if they raise. It is then parked.
        retry: a `Backoff`, or a function that says when to retry.
        grace: seconds that handlers have to end when the receiver is closed.
        observer: told of what happens, for telemetry.

    Raises:
        ConfigurationError: a secret is not hex, or a setting cannot work. The text does not show a secret.
    """

    def __init__(
        self,
        secrets: SigningSecrets | str | Secret | Iterable[str | Secret],
        inbox: Inbox | None = None,
        *,
        dixa: "DixaClient | None" = None,
        authorization: Authorization | None = None,
        agent_ids: Iterable[str] = (),
        external_id_prefix: str = EXTERNAL_ID_PREFIX,
        reply_dedupe: "Dedupe" = "external_id",
        max_body_size: int = MAX_BODY_SIZE,
        body_timeout: float = 30.0,
        tolerance: timedelta = TOLERANCE,
        clock: Callable[[], datetime] = _now,
        concurrency: int = 16,
        max_attempts: int = 10,
        retry: RetryRule = _BACKOFF,
        grace: float = 30.0,
        observer: ReceiverObserver | None = None,
    ) -> None:
        super().__init__()
        _check_limits(max_body_size, body_timeout, tolerance)
        check_authorization(authorization)
        if isinstance(agent_ids, str):
            raise ConfigurationError("agent_ids must be a list of agent IDs, not a str")
        if not external_id_prefix:
            raise ConfigurationError("external_id_prefix must not be empty: every message would be the bot's own")
        self.max_body_size = max_body_size
        self.body_timeout = body_timeout
        self._secrets = SigningSecrets.of(secrets)
        inbox = MemoryInbox() if inbox is None else inbox
        self._inbox = inbox if observer is None else ObservedInbox(inbox, observer)
        self._observer = observer
        self._dispatcher = Dispatcher(
            self._inbox, self.handle, concurrency=concurrency, max_attempts=max_attempts, retry=retry, grace=grace
        )
        self._dixa = dixa
        self._authorization = authorization
        agents = tuple(agent_ids)
        self._own = OwnMessages(agents, external_id_prefix)
        self._replies = Replies(
            dixa,
            agent_id=next(iter(agents), None),
            prefix=external_id_prefix,
            dedupe=reply_dedupe,
            on_outcome=None if observer is None else observer.on_reply,
        )
        self._tolerance = tolerance
        self._clock = clock
        self._opened: AsyncExitStack | None = None
        self._closing = False

    async def __aenter__(self) -> Self:
        if self._opened is not None:
            raise UsageError("the receiver is open already; a server that runs it opens it by itself")
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._inbox)
            await stack.enter_async_context(self._dispatcher)
            self._opened = stack.pop_all()
        self._closing = False
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closing = True
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.__aexit__(kind, error, traceback)

    @property
    def reply_counts(self) -> Mapping[ReplyOutcome, int]:
        """How many replies of handlers came to which outcome, since the receiver was made."""
        return dict(self._replies.counts)

    def check(self, headers: Headers) -> ReceiveResult | None:
        """See by its headers whether a delivery is worth reading. `receive` checks them once more.

        Args:
            headers: all headers.

        Returns:
            What to respond with at once; None: read the body.
        """
        if self._closing:
            return self._unavailable("closing")
        try:
            check_headers(read_headers(headers), authorization=self._authorization, max_size=self.max_body_size)
        except WebhookRefusedError as error:
            return self.refuse(error.reason)
        return None

    async def receive(self, headers: Headers, body: bytes) -> ReceiveResult:
        """Take a delivery.

        Args:
            headers: all headers.
            body: the body as it was received.

        Returns:
            What to respond with: 204 when the event is safe in the inbox, or no handler wants it. It raises nothing.
        """
        if self._closing:
            return self._unavailable("closing")
        try:
            now = self._clock()
            verify(
                body,
                headers,
                self._secrets,
                tolerance=self._tolerance,
                now=now,
                authorization=self._authorization,
                max_size=self.max_body_size,
            )
            event = LoadedEvent(bytes(body))
            if any(self._may_want_loaded(handler, event) for handler in self.handlers):
                await self._inbox.put(event.incoming(now))
        except WebhookRefusedError as error:
            return self.refuse(error.reason)
        except InvalidEventError:
            return self.refuse(RefusalReason.NOT_AN_EVENT)
        except InboxFullError:
            return self._unavailable("full")
        except InboxClosedError:
            return self._unavailable("closing")
        except Exception as error:  # whatever went wrong, Dixa has to deliver it again
            # What the error says can be personal.
            _logger.error("An event could not be put into the inbox: %s", stack_of(error))  # noqa: TRY400
            return self._unavailable("inbox failure")
        return ACCEPTED

    def refuse(self, reason: RefusalReason) -> ReceiveResult:
        """Refuse a delivery whose body cannot be read, so that `receive` cannot be called.

        Args:
            reason: why.

        Returns:
            What to respond with.
        """
        result = refuse(reason)
        if self._observer is not None:
            self._observer.on_refused(result.status, reason.value)
        return result

    async def take_in(self, event: Event) -> Intake:
        """Take in an event that is known to come from Dixa. Nothing is verified.

        Args:
            event: the event.

        Returns:
            Whether it is new.

        Raises:
            InvalidEventError: no inbox can keep it.
            InboxFullError: the inbox is full.
            InboxClosedError: the receiver is not open.
            InboxError: the inbox cannot be written. To take it in again is safe.
        """
        if not self.wants(event):
            return Intake.UNWANTED
        return Intake.NEW if await self._inbox.put(incoming(event, self._clock())) else Intake.DUPLICATE

    async def catch_up(
        self, dixa: "DixaClient | None" = None, *, since: datetime, subscription_ids: Iterable[str] = ()
    ) -> CatchUpResult:
        """Take in what was delivered, or should have been, from the delivery logs of Dixa: after an outage.

        What the inbox has had is dropped, so `since` can be somewhat too early. It must not be earlier than the inbox
        remembers (its `retention`), or events are handled again. Dixa logs the latest deliveries; how many, and how far
        back, is not known. It costs a request for each kind of event that a handler wants.

        Args:
            dixa: the client; defaults to that of the receiver.
            since: deliveries from then on are taken in, by the clock of Dixa; a datetime with a time zone.
            subscription_ids: the webhook subscriptions; defaults to those whose secret the receiver has.

        Returns:
            How many events were new, duplicates, wanted by no handler, or unreadable.

        Raises:
            InvalidRequestError: `since` has no time zone.
            UsageError: the receiver is not open, there is no client, or no subscription is the receiver's.
            CallError: something cannot be read. What was taken in stays, and it can be called again.
            InboxError: the inbox is in trouble, or was closed meanwhile.
        """
        client = dixa or self._dixa
        if client is None:
            raise UsageError("to catch up, a receiver needs a client: catch_up(dixa, ...) or Receiver(dixa=...)")
        if self._opened is None:
            raise UsageError("to catch up, open the receiver first: async with receiver")
        ids = frozenset(subscription_ids)
        all_kinds = any(not handler.event_types for handler in self.handlers)
        return await catch_up(
            client,
            self.take_in,
            since=since,
            events=() if all_kinds else [kind for each in self.handlers for kind in each.event_types],
            is_ours=lambda each: each.id in ids if ids else self._secrets.has(each.secret_key),
        )

    async def listen(self, dixa: "DixaClient | None" = None, *, interval: float = 5.0) -> NoReturn:
        """Take in what is delivered from now on from the delivery logs, until it is cancelled: for development.

        A machine without a public address gets no deliveries, but Dixa logs those that it has tried. The subscription
        needs an address for it, any that can be had. It costs the requests of `catch_up` for each poll. A call that
        fails for a while is logged, and the next poll makes up for it.

        Args:
            dixa: the client; defaults to that of the receiver.
            interval: seconds between two polls.

        Raises:
            ConfigurationError: `interval` is not over 0.
            UsageError: as from `catch_up`.
            CallError: as from `catch_up`, where another poll does not help, such as a wrong token.
            InboxError: the inbox is in trouble, or was closed.
        """
        if not interval > 0:
            raise ConfigurationError("interval must be over 0")
        async for _ in polls(lambda since: self.catch_up(dixa, since=since), interval=interval, clock=self._clock):
            pass
        raise AssertionError("polls have no end")

    def wants(self, event: Event) -> bool:
        """Whether any handler wants an event.

        Args:
            event: the event.

        Returns:
            Whether one does. A predicate that raises counts as one that holds: the event is then retried and parked,
            where it can be seen.
        """
        return any(self._may_want(handler, event) for handler in self.handlers)

    async def handle(self, batch: Batch) -> None:
        """Call all handlers that want the events of a batch, in the order in which they were registered.

        Args:
            batch: the batch, as the inbox gave it.

        Raises:
            Exception: a handler raised. The others were called all the same.
            ExceptionGroup: several raised.
        """
        events = [parse_event(incoming.body) for incoming in batch.events]
        errors: list[Exception] = []
        for handler in self.handlers:
            try:
                await self._call(handler, events, batch.attempt)
            except Exception as error:
                errors.append(error)
        if len(errors) == 1:
            raise errors[0]
        if errors:
            raise ExceptionGroup("several handlers raised", errors)

    def _may_want_loaded(self, handler: Handler, loaded: LoadedEvent) -> bool:
        """The same as `_may_want`. The models of the event are made only if the handler looks into them."""
        if not handler.is_for(loaded.event_type):
            return False
        needs_models = handler.when is not None or (loaded.may_be_own and not handler.include_own)
        return not needs_models or self._may_want(handler, loaded.event)

    def _unavailable(self, why: str) -> ReceiveResult:
        if self._observer is not None:
            self._observer.on_refused(503, why.replace(" ", "_"))
        return unavailable(why)

    def _may_want(self, handler: Handler, event: Event) -> bool:
        try:
            return self._reaches(handler, event)
        except Exception:
            return True

    def _reaches(self, handler: Handler, event: Event) -> bool:
        return (handler.include_own or not self._own.has(event)) and handler.wants(event)

    async def _call(self, handler: Handler, events: Sequence[Event], attempt: int) -> None:
        wanted = tuple(event for event in events if self._reaches(handler, event))
        call = handler.call if self._observer is None else partial(observed_call, self._observer, handler)
        calls = [wanted] if handler.burst and wanted else [(event,) for event in wanted]
        for each in calls:
            run = HandlerRun(event=each[-1], handler_name=handler.name, attempt=attempt)
            await call(
                Context(
                    event=each[-1],
                    events=each,
                    attempt=attempt,
                    handler_name=handler.name,
                    dixa=self._dixa,
                    send_reply=partial(self._replies.send, run),
                )
            )


def _check_limits(max_body_size: object, body_timeout: object, tolerance: object) -> None:
    if type(max_body_size) is not int or max_body_size < 1:
        raise ConfigurationError("max_body_size must be a whole number of bytes, 1 or more")
    if not isinstance(body_timeout, int | float) or not body_timeout > 0:
        raise ConfigurationError("body_timeout must be a number of seconds over 0")
    if not isinstance(tolerance, timedelta) or not tolerance > timedelta(0):
        raise ConfigurationError("tolerance must be a timedelta over 0")
