"""Webhooks: which events Dixa sends to which server, and the outcomes of the deliveries."""

import functools
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Self, TypeAlias

from attrs import field
from typing_extensions import override

from .base import UNSET, Model, OpenEnum, SharedField, Unknown, Unset, define


class WebhookEvent(OpenEnum):
    """What can happen. Subscriptions name it ``ConversationCreated``, deliveries ``CONVERSATION_CREATED``.

    Both names are read as the same member, in any spelling with or without capitals and ``_``. Dixa is sent the first.
    """

    AGENT_BANNED_ENDUSER = "AgentBannedEnduser"
    AGENT_BANNED_IP = "AgentBannedIp"
    AGENT_UNBANNED_ENDUSER = "AgentUnbannedEnduser"
    AGENT_UNBANNED_IP = "AgentUnbannedIp"
    CONVERSATION_ABANDONED = "ConversationAbandoned"
    CONVERSATION_ASSIGNED = "ConversationAssigned"
    CONVERSATION_CLOSED = "ConversationClosed"
    CONVERSATION_CREATED = "ConversationCreated"
    CONVERSATION_CUSTOM_ATTRIBUTE_UPDATED = "ConversationCustomAttributeUpdated"
    CONVERSATION_END_USER_REPLACED = "ConversationEndUserReplaced"
    CONVERSATION_ENQUEUED = "ConversationEnqueued"
    CONVERSATION_MESSAGE_ADDED = "ConversationMessageAdded"
    CONVERSATION_MESSAGE_DELIVERY_DELIVERED = "ConversationMessageDeliveryDelivered"
    CONVERSATION_MESSAGE_DELIVERY_FAILED = "ConversationMessageDeliveryFailed"
    CONVERSATION_MESSAGE_DELIVERY_INFO = "ConversationMessageDeliveryInfo"
    CONVERSATION_MESSAGE_DELIVERY_SEEN = "ConversationMessageDeliverySeen"
    CONVERSATION_MESSAGE_DELIVERY_SENT = "ConversationMessageDeliverySent"
    CONVERSATION_MESSAGE_DELIVERY_SPAM_COMPLAINT = "ConversationMessageDeliverySpamComplaint"
    CONVERSATION_NOTE_ADDED = "ConversationNoteAdded"
    CONVERSATION_OPEN = "ConversationOpen"
    CONVERSATION_PENDING = "ConversationPending"
    CONVERSATION_PENDING_EXPIRED = "ConversationPendingExpired"
    CONVERSATION_RATED = "ConversationRated"
    CONVERSATION_TAG_ADDED = "ConversationTagAdded"
    CONVERSATION_TAG_REMOVED = "ConversationTagRemoved"
    CONVERSATION_TRANSFERRED = "ConversationTransferred"
    CONVERSATION_UNASSIGNED = "ConversationUnassigned"
    SLA_EVALUATION_ACHIEVED = "SLAEvaluationAchieved"
    SLA_EVALUATION_BREACHED = "SLAEvaluationBreached"
    SLA_EVALUATION_PENDING = "SLAEvaluationPending"
    SLA_EVALUATION_VOIDED = "SLAEvaluationVoided"
    TYPING_STARTED = "TypingStarted"

    @classmethod
    @override
    def _missing_(cls, value: object) -> Self | None:
        known = _event_names().get(_folded(value)) if isinstance(value, str) else None
        return super()._missing_(value) if known is None else cls(known)


def _folded(name: str) -> str:
    return name.replace("_", "").lower()


@functools.cache
def _event_names() -> dict[str, str]:
    return {_folded(event.value): event.value for event in WebhookEvent}


class WebhookFilterField(OpenEnum):
    """What a condition looks at."""

    INITIAL_CHANNEL = "InitialChannel"
    OPERATION_ORIGIN = "OperationOrigin"
    QUEUE_ID = "QueueId"


class WebhookFilterStrategy(OpenEnum):
    """Whether all conditions must hold, or any of them."""

    ALL = "All"
    ANY = "Any"


@define(kw_only=True)
class WebhookIsOneOf(Model):
    """Matches if the field is one of the values (``IsOneOf``)."""

    _type: ClassVar[str] = "IsOneOf"
    field: WebhookFilterField
    values: list[str]
    """At least one. Channels are in lower case, with ``_`` between words."""


@define(kw_only=True)
class WebhookIsNotOneOf(Model):
    """Matches if the field is none of the values (``IsNotOneOf``)."""

    _type: ClassVar[str] = "IsNotOneOf"
    field: WebhookFilterField
    values: list[str]
    """At least one. Channels are in lower case, with ``_`` between words."""


@define(kw_only=True)
class UnknownWebhookCondition(Unknown):
    """A condition of a kind that this version cannot read."""

    field: ClassVar[SharedField[WebhookFilterField]] = SharedField()
    values: ClassVar[SharedField[list[str]]] = SharedField()


WebhookCondition: TypeAlias = WebhookIsOneOf | WebhookIsNotOneOf | UnknownWebhookCondition
"""What must hold for an event to be sent (``Condition``)."""


@define(kw_only=True)
class CombinedWebhookFilters(Model):
    """Conditions that are combined to decide whether an event is sent (``CombinedFilters``)."""

    _type: ClassVar[str] = "CombinedFilters"
    strategy: WebhookFilterStrategy
    conditions: list[WebhookCondition]
    """One or more."""


@define(kw_only=True)
class UnknownWebhookFilters(Unknown):
    """Filters of a kind that this version cannot read."""

    strategy: ClassVar[SharedField[WebhookFilterStrategy]] = SharedField()
    conditions: ClassVar[SharedField[list[WebhookCondition]]] = SharedField()


WebhookFilters: TypeAlias = CombinedWebhookFilters | UnknownWebhookFilters
"""Which events of an entity are sent (``Filters``)."""


@define(kw_only=True)
class BasicAuthorization(Model):
    """Deliveries carry a user name and a password, as HTTP Basic (``BasicAuth``)."""

    _type: ClassVar[str] = "BasicAuth"
    username: str
    password: str = field(repr=False)


@define
class TokenAuthorization(Model):
    """Deliveries carry a token, as ``Bearer`` (``TokenAuth``)."""

    _type: ClassVar[str] = "TokenAuth"
    value: str = field(repr=False)


@define(kw_only=True)
class NoAuthorization(Model):
    """Deliveries carry no authorization (``NoAuth``)."""

    _type: ClassVar[str] = "NoAuth"


WebhookAuthorization: TypeAlias = BasicAuthorization | TokenAuthorization | NoAuthorization
"""The authorization of deliveries, in addition to their signature."""


@define(kw_only=True)
class WebhookSubscription(Model):
    """A subscription: events that Dixa sends to a server."""

    id: str
    name: str
    url: str
    """Where the events are sent."""
    secret_key: str = field(repr=False)
    """The key that signs deliveries."""
    enabled: bool
    created_at: datetime
    created_by: str
    """The ID of a user."""
    updated_at: datetime
    updated_by: str
    """The ID of a user."""
    subscribed_events: list[WebhookEvent] | None = None
    headers: dict[str, str] | None = field(repr=False, default=None)
    """What deliveries carry: the custom headers, and the authorization if there is one."""
    filters: dict[str, WebhookFilters] | None = None
    """Which events are sent, by entity, such as ``Conversation``."""


@define(kw_only=True)
class NewWebhookSubscription(Model):
    """A subscription to create (``CreateWebhookSubscriptionInput``)."""

    name: str
    url: str
    """Where the events are to be sent."""
    authorization: WebhookAuthorization
    custom_headers: dict[str, str] = field(repr=False)
    """Headers for every delivery; it may be empty."""
    events: list[WebhookEvent] | Unset = UNSET
    enabled: bool | Unset = UNSET
    """Dixa enables it if this is left out."""
    filters: Mapping[str, WebhookFilters] | Unset = UNSET
    """Which events are sent, by entity, such as ``Conversation``. Without filters, all are sent."""


@define(kw_only=True)
class WebhookSubscriptionPatch(Model):
    """What to change in a subscription (``PatchWebhookSubscriptionInput``). None clears what can be empty."""

    name: str | Unset = UNSET
    events: list[WebhookEvent] | Unset | None = UNSET
    """All events, not only further ones."""
    url: str | Unset = UNSET
    authorization: WebhookAuthorization | Unset = UNSET
    """`NoAuthorization` removes it."""
    custom_headers: dict[str, str] | Unset | None = field(repr=False, default=UNSET)
    enabled: bool | Unset = UNSET
    filters: Mapping[str, WebhookFilters] | Unset | None = UNSET


@define(kw_only=True)
class DeliveryDetail(Model):
    """A delivery, and the response of the server."""

    _type: ClassVar[str] = "DeliveryDetail"
    delivery_timestamp: datetime
    success: bool
    response_code: int
    """The HTTP status."""
    response_text: str


@define(kw_only=True)
class NoRecentDelivery(Model):
    """The event was not delivered recently."""

    _type: ClassVar[str] = "NoRecentDelivery"


DeliveryStatus: TypeAlias = DeliveryDetail | NoRecentDelivery | Unknown
"""The outcome of the last delivery."""


@define(kw_only=True)
class EventDeliveryStatus(Model):
    """The status of the last delivery of one kind of event."""

    event: WebhookEvent
    delivery_status: DeliveryStatus


@define(kw_only=True)
class EventDeliveryLog(Model):
    """A delivery, with its body."""

    delivery_detail: DeliveryDetail
    payload: str
    """The body that was sent: an event, as JSON."""
