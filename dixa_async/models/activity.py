"""The activity log: what was done to conversations, when and by whom."""

from datetime import datetime

from attrs import field

from .activity_attributes import ActivityLogAttribute, ActivityLogUser
from .base import Model, OpenEnum, define, on_wire


class ActivityType(OpenEnum):
    """What was done. Dixa adds to these."""

    CONVERSATION_ASSIGNED = "ConversationAssigned"
    CONVERSATION_AUTOREPLY_SENT = "ConversationAutoreplySent"
    CONVERSATION_CHANNEL_CHANGED = "ConversationChannelChanged"
    CONVERSATION_CLAIMED = "ConversationClaimed"
    CONVERSATION_CLOSED = "ConversationClosed"
    CONVERSATION_CREATED_BY_AGENT = "ConversationCreatedByAgent"
    CONVERSATION_CREATED_BY_CUSTOMER = "ConversationCreatedByCustomer"
    CONVERSATION_CUSTOM_ATTRIBUTES_UPDATED = "ConversationCustomAttributesUpdated"
    CONVERSATION_END_USER_REPLACED = "ConversationEndUserReplaced"
    CONVERSATION_LANGUAGE_UPDATED = "ConversationLanguageUpdated"
    CONVERSATION_LINKED_FROM_CHILD = "ConversationLinkedFromChild"
    CONVERSATION_LINKED_TO_PARENT = "ConversationLinkedToParent"
    CONVERSATION_MESSAGE_REDACTED = "ConversationMessageRedacted"
    CONVERSATION_OFFER_ACCEPTED = "ConversationOfferAccepted"
    CONVERSATION_OFFER_REJECTED = "ConversationOfferRejected"
    CONVERSATION_OFFER_TIMEOUT = "ConversationOfferTimeout"
    CONVERSATION_OFFERED = "ConversationOffered"
    CONVERSATION_PENDING = "ConversationPending"
    CONVERSATION_RATED = "ConversationRated"
    CONVERSATION_RATING_CANCELLED = "ConversationRatingCancelled"
    CONVERSATION_RATING_NOT_OFFERED = "ConversationRatingNotOffered"
    CONVERSATION_RATING_OFFERED = "ConversationRatingOffered"
    CONVERSATION_RATING_SCHEDULED = "ConversationRatingScheduled"
    CONVERSATION_RATING_UNSCHEDULED = "ConversationRatingUnscheduled"
    CONVERSATION_REOPENED = "ConversationReopened"
    CONVERSATION_RESERVED = "ConversationReserved"
    CONVERSATION_RESOLVED_STATE_TOGGLED = "ConversationResolvedStateToggled"
    CONVERSATION_TRANSCRIPTION_ENDED = "ConversationTranscriptionEnded"
    CONVERSATION_TRANSCRIPTION_STARTED = "ConversationTranscriptionStarted"
    CONVERSATION_UNASSIGNED = "ConversationUnassigned"
    CONVERSATION_UNLINKED_FROM_CHILD = "ConversationUnlinkedFromChild"
    CONVERSATION_UNLINKED_TO_PARENT = "ConversationUnlinkedToParent"
    FOLLOWUP_ADDED = "FollowupAdded"
    FOLLOWUP_EXPIRED = "FollowupExpired"
    FOLLOWUP_REMOVED = "FollowupRemoved"
    MESSAGE_ADDED_BY_AGENT = "MessageAddedByAgent"
    MESSAGE_ADDED_BY_CUSTOMER = "MessageAddedByCustomer"
    NOTE_ADDED = "NoteAdded"
    TAG_ADDED = "TagAdded"
    TAG_REMOVED = "TagRemoved"
    TRANSFER_FAILED = "TransferFailed"
    TRANSFER_INITIATED = "TransferInitiated"
    TRANSFER_SUCCESSFUL = "TransferSuccessful"


class DeprecatedActivityType(OpenEnum):
    """What was done, with the older values that `ActivityType` replaces (``DeprecatedActivityLogType``)."""

    CONVERSATION_ASSIGNED = "ConversationAssignedActivityType"
    CONVERSATION_AUTOREPLY_SENT = "ConversationAutoreplySentActivityType"
    CONVERSATION_CLAIMED = "ConversationClaimedActivityType"
    CONVERSATION_CLOSED = "ConversationClosedActivityType"
    CONVERSATION_CREATED_BY_AGENT = "ConversationCreatedByAgentActivityType"
    CONVERSATION_CREATED_BY_CUSTOMER = "ConversationCreatedByCustomerActivityType"
    CONVERSATION_END_USER_REPLACED = "ConversationEndUserReplacedActivityType"
    CONVERSATION_LANGUAGE_UPDATED = "ConversationLanguageUpdatedActivityType"
    CONVERSATION_OFFER_ACCEPTED = "ConversationOfferAcceptedActivityType"
    CONVERSATION_OFFER_REJECTED = "ConversationOfferRejectedActivityType"
    CONVERSATION_OFFER_TIMEOUT = "ConversationOfferTimeoutActivityType"
    CONVERSATION_OFFERED = "ConversationOfferedActivityType"
    CONVERSATION_PENDING = "ConversationPendingActivityType"
    CONVERSATION_RATED = "ConversationRatedActivityType"
    CONVERSATION_RATING_CANCELLED = "ConversationRatingCancelledActivityType"
    CONVERSATION_RATING_OFFERED = "ConversationRatingOfferedActivityType"
    CONVERSATION_RATING_SCHEDULED = "ConversationRatingScheduledActivityType"
    CONVERSATION_RATING_UNSCHEDULED = "ConversationRatingUnscheduledActivityType"
    CONVERSATION_REOPENED = "ConversationReopenedActivityType"
    CONVERSATION_RESERVED = "ConversationReservedType"
    CONVERSATION_TRANSCRIPTION_ENDED = "ConversationTranscriptionEndedActivityType"
    CONVERSATION_TRANSCRIPTION_STARTED = "ConversationTranscriptionStartedActivityType"
    CONVERSATION_UNASSIGNED = "ConversationUnassignedActivityType"
    FOLLOWUP_ADDED = "FollowupAddedActivityType"
    FOLLOWUP_EXPIRED = "FollowupExpiredActivityType"
    FOLLOWUP_REMOVED = "FollowupRemovedActivityType"
    MESSAGE_ADDED_BY_AGENT = "MessageAddedByAgentActivityType"
    MESSAGE_ADDED_BY_CUSTOMER = "MessageAddedByCustomerActivityType"
    NOTE_ADDED = "NoteAddedActivityType"
    TAG_ADDED = "TagAddedActivityType"
    TAG_REMOVED = "TagRemovedActivityType"
    TRANSFER_FAILED = "TransferFailedActivityType"
    TRANSFER_INITIATED = "TransferInitiatedActivityType"
    TRANSFER_SUCCESSFUL = "TransferSuccessfulActivityType"
    UNKNOWN = "UnknownActivityType"


@define(kw_only=True)
class ActivityLogEntry(Model):
    """Something that was done to a conversation."""

    id: str
    conversation_id: int
    activity_timestamp: datetime
    """When it was done."""
    activity_type: DeprecatedActivityType | None = None
    """The older form of `type`, deprecated by Dixa."""
    type: ActivityType = field(metadata=on_wire("_type"))
    author: ActivityLogUser | None = None
    """Who did it."""
    attributes: ActivityLogAttribute | None = None
    """The details; the class depends on `type`."""
