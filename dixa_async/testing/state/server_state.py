"""The data of the server: plain models of the package."""

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

import attrs

from ...models.activity import ActivityLogEntry, ActivityType, DeprecatedActivityType
from ...models.activity_attributes import (
    ActivityLogAttribute,
    ActivityLogUser,
    ConversationCreatedAttribute,
    MessageAddedAttribute,
)
from ...models.agents import Agent
from ...models.anonymization import AnonymizationRequest
from ...models.common import Direction
from ...models.contact_endpoints import ContactEndpoint
from ...models.conversation_flows import ConversationFlow
from ...models.conversations import (
    AnonymizedConversation,
    ChatConversation,
    ContactFormConversation,
    EmailConversation,
    FacebookMessengerConversation,
    GenericConversation,
    MessengerConversation,
    PstnPhoneConversation,
    SmsConversation,
    TwitterConversation,
    WhatsAppConversation,
)
from ...models.custom_attributes import CustomAttributeDefinition
from ...models.end_users import EndUser
from ...models.internal_notes import InternalNote
from ...models.messages import Message
from ...models.organization import Organization
from ...models.presence import Presence
from ...models.queues import Queue
from ...models.ratings import Rating
from ...models.tags import Tag
from ...models.teams import Team
from ...models.templates import EmailAutoReply, QuickResponse
from ...models.webhooks import EventDeliveryLog, WebhookEvent, WebhookSubscription
from .activity_index import ActivityIndex
from .agenda import Agenda
from .business_hours import Schedule
from .knowledge import KnowledgeBase
from .metadata import NOT_SAVED
from .stored_files import StoredFile

Clock: TypeAlias = Callable[[], float]
"""Returns the time in seconds since the epoch."""

ActiveConversation: TypeAlias = (
    ChatConversation
    | ContactFormConversation
    | EmailConversation
    | FacebookMessengerConversation
    | GenericConversation
    | MessengerConversation
    | PstnPhoneConversation
    | SmsConversation
    | TwitterConversation
    | WhatsAppConversation
)
"""A conversation of a known channel that can still be changed."""

KnownConversation: TypeAlias = AnonymizedConversation | ActiveConversation
"""A conversation of a known channel."""

KnownTemplate: TypeAlias = EmailAutoReply | QuickResponse
"""A template of a known type."""

Subject: TypeAlias = Message | InternalNote | Rating | Tag
"""What an event is about, besides its conversation."""

_NAMESPACE: Final = uuid.UUID("5d0a4f6e-6f1c-4b8e-9a55-0c8a5f1d2e37")


def make_id(name: str) -> str:
    """An id (UUID) that is always the same for the same name."""
    return str(uuid.uuid5(_NAMESPACE, name))


TOKEN_OWNER: Final = make_id("owner of the token")
"""The id of the user who owns the token."""


def time_of_day() -> float:
    """The time of day, in seconds since the epoch."""
    return time.time()  # looked up on each call: a test may have frozen it


@attrs.frozen(kw_only=True)
class Occurrence:
    """Something that happened to a conversation, of which webhooks are notified."""

    event: WebhookEvent
    conversation: KnownConversation
    subject: Subject | None = None
    author_id: str | None = None
    """The agent or the end user who did it, where the subject does not say."""
    origin: str | None = None
    """Where it comes from, for the filters of subscriptions: ``ApiImport``, or not known."""


@attrs.define(kw_only=True, eq=False)
class State:
    """All data of the server. A test may read and change it.

    All of it is saved to files, except for fields that are marked as `NOT_SAVED`.
    """

    clock: Clock = attrs.field(metadata=NOT_SAVED)
    organization: Organization
    agents: dict[str, Agent] = attrs.field(factory=dict[str, Agent])
    """By id, in the order in which they are listed."""
    end_users: dict[str, EndUser] = attrs.field(factory=dict[str, EndUser])
    """By id, in the order in which they are listed."""
    conversations: dict[int, KnownConversation] = attrs.field(factory=dict[int, KnownConversation])
    """By ID."""
    messages: dict[int, list[Message]] = attrs.field(factory=dict[int, list[Message]])
    """By the ID of their conversation, the oldest first."""
    message_external_ids: set[str] = attrs.field(factory=set[str])
    """The `external_id` of every message that has one."""
    activity: list[ActivityLogEntry] = attrs.field(factory=list[ActivityLogEntry])
    """The activity log of all conversations, in the order in which it was logged."""
    notes: dict[int, list[InternalNote]] = attrs.field(factory=dict[int, list[InternalNote]])
    """By the ID of their conversation, in the order in which they were added."""
    ratings: dict[int, list[Rating]] = attrs.field(factory=dict[int, list[Rating]])
    """By the ID of their conversation, in the order in which they were offered."""
    tags: dict[str, Tag] = attrs.field(factory=dict[str, Tag])
    conversation_tags: dict[int, list[str]] = attrs.field(factory=dict[int, list[str]])
    """The ids of the tags of each conversation, by its ID."""
    queues: dict[str, Queue] = attrs.field(factory=dict[str, Queue])
    queue_members: dict[str, list[str]] = attrs.field(factory=dict[str, list[str]])
    """The ids of the agents of each queue, by its id."""
    teams: dict[str, Team] = attrs.field(factory=dict[str, Team])
    team_members: dict[str, list[str]] = attrs.field(factory=dict[str, list[str]])
    """The ids of the agents of each team, by its id."""
    presences: dict[str, Presence] = attrs.field(factory=dict[str, Presence])
    """By the id of the agent. An agent without one is offline."""
    custom_attributes: dict[str, CustomAttributeDefinition] = attrs.field(factory=dict[str, CustomAttributeDefinition])
    contact_endpoints: dict[str, ContactEndpoint] = attrs.field(factory=dict[str, ContactEndpoint])
    """By address or number."""
    flows: list[ConversationFlow] = attrs.field(factory=list[ConversationFlow])
    templates: dict[str, KnownTemplate] = attrs.field(factory=dict[str, KnownTemplate])
    schedules: dict[str, Schedule] = attrs.field(factory=dict[str, Schedule])
    webhooks: dict[str, WebhookSubscription] = attrs.field(factory=dict[str, WebhookSubscription])
    deliveries: dict[tuple[str, str], list[EventDeliveryLog]] = attrs.field(
        factory=dict[tuple[str, str], list[EventDeliveryLog]]
    )
    """Deliveries to webhooks, the latest first, by the id of the subscription and the event."""
    on_event: Callable[[Occurrence], None] | None = attrs.field(default=None, metadata=NOT_SAVED)
    """Called with everything that webhooks are notified of, while there are subscriptions."""
    knowledge: KnowledgeBase = attrs.field(factory=KnowledgeBase)
    files: dict[str, StoredFile] = attrs.field(factory=dict[str, StoredFile])
    """By path, such as ``/private/…``. Images for articles are in `knowledge`."""
    anonymizations: dict[str, AnonymizationRequest] = attrs.field(factory=dict[str, AnonymizationRequest])
    polls_left: dict[str, int] = attrs.field(factory=dict[str, int])
    """How often the status of each unfinished one must still be requested until it is done, by its id."""
    anonymization_polls: int = attrs.field(default=1, metadata=NOT_SAVED)
    """How often the status of an anonymization must be requested until it is done."""
    agenda: Agenda = attrs.field(factory=Agenda)
    """What will happen on its own, and when."""
    clock_moved: float = 0.0
    """How many seconds `FakeClock.advance` has moved the clock ahead of its source."""
    accept_duplicate_external_ids: bool = attrs.field(default=False, metadata=NOT_SAVED)
    """Whether a new message may have the `external_id` of another one."""
    _activity_index: ActivityIndex = attrs.field(factory=ActivityIndex, metadata=NOT_SAVED)
    _last_id: int = 0
    _last_conversation_id: int = 1000
    _event_times: dict[int, datetime] = attrs.field(factory=dict[int, datetime])
    """The time of the last event of each conversation."""

    def now(self) -> datetime:
        """The current time, to the millisecond like Dixa's."""
        now = datetime.fromtimestamp(self.clock(), UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def activity_of(self, conversation_id: int) -> list[ActivityLogEntry]:
        """The activity log of a conversation, in the order in which it was logged."""
        return self._activity_index.entries(self.activity, conversation_id)

    def event_time(self, conversation_id: int) -> datetime:
        """The time of the next event of a conversation: now, but at least a millisecond after the one before.

        What happens at once in a test still has an order.
        """
        now, before = self.now(), self._event_times.get(conversation_id)
        time = now if before is None else max(now, before + timedelta(milliseconds=1))
        self._event_times[conversation_id] = time
        return time

    def new_id(self) -> str:
        """A new id (UUID). The ids of a server depend only on how many it has made."""
        self._last_id += 1
        return make_id(str(self._last_id))

    def new_conversation_id(self) -> int:
        """A new conversation ID."""
        self._last_conversation_id += 1
        while self._last_conversation_id in self.conversations:
            self._last_conversation_id += 1
        return self._last_conversation_id

    def keep_conversation(
        self, conversation: KnownConversation, messages: list[Message], *, origin: str | None = None
    ) -> None:
        """Store a new conversation, log it, and notify webhooks.

        Args:
            conversation: the conversation.
            messages: its messages.
            origin: where it comes from, see `Occurrence`.
        """
        self.conversations[conversation.id] = conversation
        self.messages[conversation.id] = []
        outbound = conversation.direction is Direction.OUTBOUND
        author_id = (messages[0].author_id if messages else None) if outbound else conversation.requester_id
        self.record(
            conversation.id,
            ActivityType.CONVERSATION_CREATED_BY_AGENT if outbound else ActivityType.CONVERSATION_CREATED_BY_CUSTOMER,
            author_id=author_id,
            attributes=ConversationCreatedAttribute(subject=subject_of(conversation)),
            at=conversation.created_at,
        )
        self.emit(WebhookEvent.CONVERSATION_CREATED, conversation, origin=origin)
        if not isinstance(conversation, AnonymizedConversation):
            if conversation.queue is not None:
                self.emit(WebhookEvent.CONVERSATION_ENQUEUED, conversation, origin=origin)
            if conversation.assignment is not None:
                self.emit(WebhookEvent.CONVERSATION_ASSIGNED, conversation, origin=origin)
        for message in messages:
            self.keep_message(conversation.id, message, origin=origin)

    def keep_message(self, conversation_id: int, message: Message, *, origin: str | None = None) -> None:
        """Store a new message, log it, and notify webhooks.

        Args:
            conversation_id: the ID of its conversation, which must exist.
            message: the message.
            origin: where it comes from, see `Occurrence`.
        """
        self.messages[conversation_id].append(message)
        if message.external_id is not None:
            self.message_external_ids.add(message.external_id)
        by_agent = message.author_id in self.agents
        self.record(
            conversation_id,
            ActivityType.MESSAGE_ADDED_BY_AGENT if by_agent else ActivityType.MESSAGE_ADDED_BY_CUSTOMER,
            author_id=message.author_id,
            attributes=MessageAddedAttribute(message_id=message.id),
            at=message.created_at,
        )
        conversation = self.conversations[conversation_id]
        self.emit(WebhookEvent.CONVERSATION_MESSAGE_ADDED, conversation, message, origin=origin)

    def emit(
        self,
        event: WebhookEvent,
        conversation: KnownConversation,
        subject: Subject | None = None,
        *,
        author_id: str | None = None,
        origin: str | None = None,
    ) -> None:
        """Notify webhooks of something, if there are any.

        Args:
            event: what happened.
            conversation: the conversation to which it happened, as it is now.
            subject: the message, note, tag or rating.
            author_id: the agent or the end user who did it, where the subject does not say.
            origin: where it comes from, see `Occurrence`.
        """
        if self.webhooks and self.on_event is not None:
            self.on_event(
                Occurrence(event=event, conversation=conversation, subject=subject, author_id=author_id, origin=origin)
            )

    def record(
        self,
        conversation_id: int,
        activity_type: ActivityType,
        *,
        author_id: str | None = None,
        attributes: ActivityLogAttribute | None = None,
        at: datetime | None = None,
    ) -> None:
        """Add an entry to the activity log.

        Args:
            conversation_id: the ID of the conversation.
            activity_type: what was done.
            author_id: the agent or the end user who did it.
            attributes: details of it.
            at: when; defaults to now.
        """
        self.activity.append(
            ActivityLogEntry(
                id=self.new_id(),
                conversation_id=conversation_id,
                activity_timestamp=at or self.now(),
                activity_type=DeprecatedActivityType.__members__.get(
                    activity_type.name, DeprecatedActivityType.UNKNOWN
                ),
                type=activity_type,
                author=None if author_id is None else self.user(author_id),
                attributes=attributes,
            )
        )

    def user(self, user_id: str) -> ActivityLogUser:
        """An agent or an end user, in the form of the activity log."""
        person = self.agents.get(user_id) or self.end_users.get(user_id)
        if person is None:
            return ActivityLogUser(id=user_id)
        return ActivityLogUser(
            id=user_id, name=person.display_name, email=person.email, phone_number=person.phone_number
        )


def subject_of(conversation: KnownConversation) -> str | None:
    """The subject of a conversation; None if its channel has none."""
    if isinstance(conversation, EmailConversation | ContactFormConversation):
        return conversation.subject
    return None


def integration_email_of(address: str) -> str:
    """Dixa's internal address for a mailbox, which responses have beside the public one."""
    return f"{address.partition('@')[0]}@email.dixa.io"
