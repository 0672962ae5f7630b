"""Webhooks: events of Dixa come in, and handlers are called with them.

- `Receiver`: accepts deliveries, and calls handlers with their events. `aiohttp_handler`, `aiohttp_app`, `AsgiApp`
  connect it to a server.
- `verify`, `sign`, `SigningSecrets`: check the signature of a delivery, without a receiver.
- `parse_event`, and a class for each event: `MessageAdded`, `ConversationRated` and so on.
- `MemoryInbox`, `SqliteInbox`, `RedisInbox`: store events until they are handled.
- `Context`: what a handler gets besides the event. `inbound`: whether an event is a message of the end user.

The rest of the package:

- `signature`: verifies deliveries. `headers`, `body`: what came in, whatever the server. `results`: the responses.
- `event_models`: what events contain. `own_messages`: which events are the bot's own.
- `handlers`, `registry`: functions that are handlers, and which events they want.
- `catch_up`, `delivery_logs`: events that were missed, from the logs of Dixa.
- `reply`: replies of handlers, each of which is sent once.
- `observer`: what a receiver reports. `telemetry`: an observer for OpenTelemetry; public, but imported by itself.
- `inbox`: stores events until they are handled, and drops duplicates (`put`). `dispatcher`: workers that take events
  out, retry and park them.

A name is imported on first use.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy_names
from .._lazy_index import INDEX

if TYPE_CHECKING:
    from .aiohttp_web import (
        aiohttp_app as aiohttp_app,
        aiohttp_handler as aiohttp_handler,
    )
    from .asgi import AsgiApp as AsgiApp
    from .catch_up import (
        CatchUpResult as CatchUpResult,
        Intake as Intake,
    )
    from .dispatcher import (
        Backoff as Backoff,
        Dispatcher as Dispatcher,
    )
    from .errors import (
        HandlerError as HandlerError,
        RefusalReason as RefusalReason,
        UnreadableEventError as UnreadableEventError,
        WebhookRefusedError as WebhookRefusedError,
    )
    from .event_models import (
        AbandonedData as AbandonedData,
        ConversationData as ConversationData,
        EventChannel as EventChannel,
        EventConversation as EventConversation,
        EventConversationStatus as EventConversationStatus,
        EventDirection as EventDirection,
        EventOrganization as EventOrganization,
        EventQueue as EventQueue,
        EventTag as EventTag,
        EventUser as EventUser,
        MessageAddedData as MessageAddedData,
        MessageDirection as MessageDirection,
        MessageEventAttachment as MessageEventAttachment,
        MessageEventContent as MessageEventContent,
        NoteAddedData as NoteAddedData,
        OtherData as OtherData,
        PendingExpiredData as PendingExpiredData,
        RatedData as RatedData,
        TagData as TagData,
    )
    from .events import (
        ConversationAbandoned as ConversationAbandoned,
        ConversationAssigned as ConversationAssigned,
        ConversationClosed as ConversationClosed,
        ConversationCreated as ConversationCreated,
        ConversationEnqueued as ConversationEnqueued,
        ConversationEvent as ConversationEvent,
        ConversationOpen as ConversationOpen,
        ConversationPending as ConversationPending,
        ConversationPendingExpired as ConversationPendingExpired,
        ConversationRated as ConversationRated,
        ConversationUnassigned as ConversationUnassigned,
        Event as Event,
        KnownEvent as KnownEvent,
        MessageAdded as MessageAdded,
        NoteAdded as NoteAdded,
        OtherEvent as OtherEvent,
        TagAdded as TagAdded,
        TagRemoved as TagRemoved,
        parse_event as parse_event,
    )
    from .handlers import Context as Context
    from .inbox.errors import (
        InboxClosedError as InboxClosedError,
        InboxError as InboxError,
        InboxFullError as InboxFullError,
        InvalidEventError as InvalidEventError,
        LeaseLostError as LeaseLostError,
        NotParkedError as NotParkedError,
    )
    from .inbox.memory import MemoryInbox as MemoryInbox
    from .inbox.protocol import (
        Batch as Batch,
        Inbox as Inbox,
        InboxStats as InboxStats,
        IncomingEvent as IncomingEvent,
        ParkedEvent as ParkedEvent,
    )
    from .inbox.redis import RedisInbox as RedisInbox
    from .inbox.rules import Burst as Burst
    from .inbox.sqlite import SqliteInbox as SqliteInbox
    from .observer import BatchOutcome as BatchOutcome, ReceiverObserver as ReceiverObserver
    from .own_messages import inbound as inbound
    from .receiver import Receiver as Receiver
    from .reply import ReplyOutcome as ReplyOutcome
    from .results import ReceiveResult as ReceiveResult
    from .signature import (
        SigningSecrets as SigningSecrets,
        VerifiedDelivery as VerifiedDelivery,
        sign as sign,
        verify as verify,
    )

if not TYPE_CHECKING:  # a type checker that saw it would accept any misspelled name
    __getattr__, __dir__ = lazy_names(__name__, INDEX[__name__])
