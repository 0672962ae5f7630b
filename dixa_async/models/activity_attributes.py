"""The details of activity log entries, such as who was assigned or which tag was added."""

from typing import ClassVar, TypeAlias

from .base import Model, Unknown, define


@define(kw_only=True)
class ActivityLogUser(Model):
    """An agent or an end user."""

    id: str
    name: str | None = None
    email: str | None = None
    phone_number: str | None = None


@define(kw_only=True)
class ConversationAssignedAttribute(Model):
    """The conversation was assigned to an agent."""

    _type: ClassVar[str] = "ConversationAssignedAttribute"
    agent_id: str
    agent_name: str | None = None


@define(kw_only=True)
class ConversationAutoReplySentAttribute(Model):
    """An automatic reply was sent."""

    _type: ClassVar[str] = "ConversationAutoReplySentAttribute"
    template_name: str


@define(kw_only=True)
class ConversationChannelChangedAttribute(Model):
    """The conversation continues on another channel."""

    _type: ClassVar[str] = "ConversationChannelChangedAttribute"
    channel_reference: str


@define(kw_only=True)
class ConversationClaimedAttribute(Model):
    """An agent claimed the conversation."""

    _type: ClassVar[str] = "ConversationClaimedAttribute"
    claimed_from_label: str | None = None
    """The name of who or what had it."""
    claimed_from_type: str | None = None


@define(kw_only=True)
class ConversationCreatedAttribute(Model):
    """The conversation was created."""

    _type: ClassVar[str] = "ConversationCreatedAttribute"
    subject: str | None = None


@define(kw_only=True)
class ConversationCustomAttributesUpdatedAttribute(Model):
    """Custom attributes were changed."""

    _type: ClassVar[str] = "ConversationCustomAttributesUpdatedAttribute"
    updated_attribute_values: dict[str, str | list[str]]
    """A str, or the path of the selected option."""
    updated_attribute_ids: list[str] | None = None


@define(kw_only=True)
class ConversationEndUserReplacedAttribute(Model):
    """The conversation now belongs to another end user."""

    _type: ClassVar[str] = "ConversationEndUserReplacedAttribute"
    old_user: ActivityLogUser
    new_user: ActivityLogUser


@define(kw_only=True)
class ConversationLanguageUpdatedAttribute(Model):
    """The language of the conversation was changed."""

    _type: ClassVar[str] = "ConversationLanguageUpdatedAttribute"
    language: str


@define(kw_only=True)
class ConversationLinkedAttribute(Model):
    """Two conversations were linked, or are no longer."""

    _type: ClassVar[str] = "ConversationLinkedAttribute"
    child: int
    """The conversation ID of the child."""
    parent: int
    """The conversation ID of the parent."""
    link_type: str


@define(kw_only=True)
class ConversationOfferedAttribute(Model):
    """The conversation was offered to agents."""

    _type: ClassVar[str] = "ConversationOfferedAttribute"
    agent_names: list[str] | None = None
    queue_label: str | None = None
    """The name of the queue."""


@define(kw_only=True)
class ConversationRatedAttribute(Model):
    """The end user rated the conversation."""

    _type: ClassVar[str] = "ConversationRatedAttribute"
    agent: ActivityLogUser | None = None
    score: int | None = None
    message: str | None = None


@define(kw_only=True)
class ConversationRatingNotOfferedAttribute(Model):
    """The end user was not asked for a rating."""

    _type: ClassVar[str] = "ConversationRatingNotOfferedAttribute"
    evaluation_filters: str | None = None


@define(kw_only=True)
class ConversationRatingOfferedAttribute(Model):
    """The end user was asked for a rating."""

    _type: ClassVar[str] = "ConversationRatingOfferedAttribute"
    agent: ActivityLogUser
    """The agent who is rated."""
    user: ActivityLogUser


@define(kw_only=True)
class ConversationRatingScheduledAttribute(Model):
    """The end user will be asked for a rating."""

    _type: ClassVar[str] = "ConversationRatingScheduledAttribute"
    rating_scheduled_time: str
    """When. Dixa does not say in which form."""


@define(kw_only=True)
class ConversationReservedAttribute(Model):
    """The conversation is reserved for one agent."""

    _type: ClassVar[str] = "ConversationReservedAttribute"
    agent: ActivityLogUser
    queue_id: str
    queue_name: str
    reservation_type: str
    valid_until: str
    """Until when. Dixa does not say in which form."""


@define(kw_only=True)
class ConversationResolvedStateToggledAttribute(Model):
    """The conversation was marked as resolved, or no longer is."""

    _type: ClassVar[str] = "ConversationResolvedStateToggledAttribute"
    is_resolved: bool


@define(kw_only=True)
class ConversationSubjectUpdatedAttribute(Model):
    """The subject of the conversation was changed."""

    _type: ClassVar[str] = "ConversationSubjectUpdatedAttribute"
    old_subject: str
    new_subject: str


@define(kw_only=True)
class ConversationTranscriptionEndedAttribute(Model):
    """The transcription of a call ended."""

    _type: ClassVar[str] = "ConversationTranscriptionEndedAttribute"
    is_successful: bool
    failure_reason: str | None = None


@define(kw_only=True)
class ConversationTransferredAttribute(Model):
    """The conversation was transferred to another queue, agent or number, or the transfer failed."""

    _type: ClassVar[str] = "ConversationTransferredAttribute"
    transfer_type: str
    destination_type: str
    destination_id: str
    destination_label: str | None = None
    """The name of the destination."""
    reason: str | None = None


@define(kw_only=True)
class ConversationUnassignedAttribute(Model):
    """The conversation was unassigned from an agent."""

    _type: ClassVar[str] = "ConversationUnassignedAttribute"
    agent: ActivityLogUser


@define(kw_only=True)
class MessageAddedAttribute(Model):
    """A message was added."""

    _type: ClassVar[str] = "MessageAddedAttribute"
    message_id: str
    from_endpoint: str | None = None
    """The address or the number that it came from."""
    avatar_url: str | None = None


@define(kw_only=True)
class MessageRedactedAttribute(Model):
    """Something was removed from a message."""

    _type: ClassVar[str] = "MessageRedactedAttribute"
    message_id: str
    was_text_redacted: bool
    number_of_deleted_files: int


@define(kw_only=True)
class NoteAddedAttribute(Model):
    """An internal note was added."""

    _type: ClassVar[str] = "NoteAddedAttribute"
    message: str
    avatar_url: str | None = None


@define(kw_only=True)
class TagAddedAttribute(Model):
    """A tag was added."""

    _type: ClassVar[str] = "TagAddedAttribute"
    tag: str


@define(kw_only=True)
class TagRemovedAttribute(Model):
    """A tag was removed."""

    _type: ClassVar[str] = "TagRemovedAttribute"
    tag: str


ActivityLogAttribute: TypeAlias = (
    ConversationAssignedAttribute
    | ConversationAutoReplySentAttribute
    | ConversationChannelChangedAttribute
    | ConversationClaimedAttribute
    | ConversationCreatedAttribute
    | ConversationCustomAttributesUpdatedAttribute
    | ConversationEndUserReplacedAttribute
    | ConversationLanguageUpdatedAttribute
    | ConversationLinkedAttribute
    | ConversationOfferedAttribute
    | ConversationRatedAttribute
    | ConversationRatingNotOfferedAttribute
    | ConversationRatingOfferedAttribute
    | ConversationRatingScheduledAttribute
    | ConversationReservedAttribute
    | ConversationResolvedStateToggledAttribute
    | ConversationSubjectUpdatedAttribute
    | ConversationTranscriptionEndedAttribute
    | ConversationTransferredAttribute
    | ConversationUnassignedAttribute
    | MessageAddedAttribute
    | MessageRedactedAttribute
    | NoteAddedAttribute
    | TagAddedAttribute
    | TagRemovedAttribute
    | Unknown
)
"""The details of an activity log entry. Dixa adds new kinds."""
