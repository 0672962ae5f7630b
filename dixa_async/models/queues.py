"""Queues: where conversations wait for an agent."""

from datetime import datetime
from typing import ClassVar, TypeAlias

from .base import UNSET, Model, OpenEnum, SharedField, Unknown, Unset, define


class MemberListType(OpenEnum):
    """How the members of a queue are chosen."""

    DEFAULT = "Default"
    SKILL_BASED = "SkillBased"


class OfferingAlgorithm(OpenEnum):
    """To which agents a conversation is offered first."""

    AGENT_PRIORITY_ALL_AT_ONCE = "AgentPriorityAllAtOnce"
    AGENT_PRIORITY_LONGEST_IDLE = "AgentPriorityLongestIdle"
    AGENT_PRIORITY_ONE_AT_A_TIME_RANDOM = "AgentPriorityOneAtATimeRandom"
    ALL_AT_ONCE = "AllAtOnce"
    LONGEST_IDLE = "LongestIdle"
    ONE_AT_A_TIME_RANDOM = "OneAtATimeRandom"


class QueueThreshold(OpenEnum):
    """What a queue has a threshold for."""

    AVAILABLE_AGENTS = "AvailableAgents"
    LONGEST_WAIT = "LongestWait"
    SLA_PERCENTAGE = "SlaPercentage"
    SLA_TIME_LIMIT = "SlaTimeLimit"
    WAITING_CONVERSATIONS = "WaitingConversations"


class SlaCalculationMethod(OpenEnum):
    """What counts when service levels are calculated."""

    ABANDONED_IGNORED = "AbandonedIgnored"


@define(kw_only=True)
class QueueUsages(Model):
    """Which contact endpoints lead to a queue."""

    queue_id: str
    usages: dict[str, list[str]]
    """Addresses, phone numbers and IDs of widgets by `Channel`."""


@define(kw_only=True)
class Queue(Model):
    """A queue. Its maps have enum values as keys: ``queue.do_not_offer_timeouts.get(Channel.EMAIL)``.

    Dixa does not name the unit of the timeouts. (``Queue1``)
    """

    id: str
    name: str
    is_default: bool
    organization_id: str
    queue_thresholds: dict[str, int]
    """By `QueueThreshold`."""
    sla_calculation_method: SlaCalculationMethod
    do_not_offer_timeouts: dict[str, int]
    """By `Channel`."""
    is_do_not_offer_enabled: bool
    offer_timeout: int | None = None
    offering_algorithm: OfferingAlgorithm | None = None
    member_list_type: MemberListType | None = None
    usages: QueueUsages | None = None
    wrapup_timeout: int | None = None
    priority: int | None = None
    offer_abandoned_conversations: bool | None = None
    is_preferred_agent_enabled: bool | None = None
    preferred_agent_timeouts: dict[str, int] | None = None
    """By `Channel`."""
    preferred_agent_offline_timeout: int | None = None
    personal_agent_offline_timeout: int | None = None
    is_restricted: bool | None = None


@define(kw_only=True)
class NewQueue(Model):
    """A queue to create (``CreateOrUpdateQueueRequest``). Dixa does not name the unit of the timeouts."""

    name: str
    call_functionality: bool
    """Whether it takes calls."""
    is_default: bool
    is_do_not_offer_enabled: bool
    queue_thresholds: dict[str, int] | Unset = UNSET
    """By `QueueThreshold`."""
    offer_timeout: int | Unset = UNSET
    offer_algorithm: OfferingAlgorithm | Unset = UNSET
    wrapup_timeout: int | Unset = UNSET
    priority: int | Unset = UNSET
    offer_abandoned_conversations: bool | Unset = UNSET
    do_not_offer_timeouts: dict[str, int] | Unset = UNSET
    """By `Channel`."""
    preferred_agent_timeouts: dict[str, int] | Unset = UNSET
    """By `Channel`."""
    is_preferred_agent_enabled: bool | Unset = UNSET
    preferred_agent_offline_timeout: int | Unset = UNSET
    personal_agent_offline_timeout: int | Unset = UNSET
    is_restricted: bool | Unset = UNSET


@define(kw_only=True)
class QueueMember(Model):
    """An agent who is offered the conversations of a queue."""

    agent_id: str
    priority: int | None = None


@define(kw_only=True)
class QueueMemberIds(Model):
    """Agents to add to a queue or to remove from it, at most 10 (``BulkQueueEndpointInput``)."""

    agent_ids: list[str] | Unset = UNSET


@define(kw_only=True)
class QueuePosition(Model):
    """The position of a conversation in its queue (``QueuedConversation``)."""

    queued_at: datetime
    position: int | None = None
    """Its approximate position."""


class Availability(OpenEnum):
    """Whether an agent is available for a conversation now."""

    AVAILABLE = "Available"
    NOT_AVAILABLE = "NotAvailable"


@define(kw_only=True)
class GenericChannelAvailability(Model):
    """Whether a queue takes conversations of a channel (``GenericChannel``)."""

    _type: ClassVar[str] = "GenericChannel"
    generic_channel_name: str
    availability: Availability
    queue_size: int | None = None
    """The number of conversations that wait, if it is not available."""


@define(kw_only=True)
class UnknownChannelAvailability(Unknown):
    """The availability of a channel that this version cannot read."""

    generic_channel_name: ClassVar[SharedField[str]] = SharedField()
    availability: ClassVar[SharedField[Availability]] = SharedField()
    queue_size: ClassVar[SharedField[int | None]] = SharedField()


ChannelAvailability: TypeAlias = GenericChannelAvailability | UnknownChannelAvailability
"""Whether a queue takes conversations of a channel."""


@define(kw_only=True)
class UnexpectedAvailabilityFault(Model):
    """Dixa could not find out whether a channel is available (``UnexpectedError``)."""

    _type: ClassVar[str] = "UnexpectedError"
    channel: str
    message: str


@define(kw_only=True)
class UnknownAvailabilityFault(Unknown):
    """A failure reason that this version cannot read."""

    channel: ClassVar[SharedField[str]] = SharedField()
    message: ClassVar[SharedField[str]] = SharedField()


AvailabilityFault: TypeAlias = UnexpectedAvailabilityFault | UnknownAvailabilityFault
"""Why nothing is known about a channel (``ChannelAvailabilityError``)."""


@define(kw_only=True)
class AvailabilityKnown(Model):
    """What is known about a channel (``Success``)."""

    _type: ClassVar[str] = "Success"
    channel_availability: ChannelAvailability


@define(kw_only=True)
class AvailabilityUnknown(Model):
    """The availability of a channel is not known (``Failure``)."""

    _type: ClassVar[str] = "Failure"
    error: AvailabilityFault


AvailabilityOutcome: TypeAlias = AvailabilityKnown | AvailabilityUnknown | Unknown
"""Whether a queue takes conversations of a channel, as far as it is known (``ChannelAvailabilityOutcome``)."""
