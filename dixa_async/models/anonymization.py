"""Anonymization: personal data is removed permanently."""

from datetime import datetime

from attrs import field

from .base import UNSET, Model, OpenEnum, Unset, define, on_wire


class AnonymizationType(OpenEnum):
    """What is anonymized."""

    CONVERSATION = "Conversation"
    MESSAGE = "Message"
    USER = "User"


class AnonymizationEntityType(OpenEnum):
    """What is anonymized, with the older values that `AnonymizationType` replaces (``DeprecatedAnonymizationType``)."""

    CONVERSATION = "ConversationAnonymizationType"
    MESSAGE = "MessageAnonymizationType"
    UNKNOWN = "UnknownAnonymizationType"
    USER = "UserAnonymizationType"


@define(kw_only=True)
class AnonymizationRequest(Model):
    """An anonymization request and its state (``AnonymizationRequestStatus``)."""

    id: str
    entity_type: AnonymizationEntityType | None = None
    """The older form of `type`, deprecated by Dixa."""
    type: AnonymizationType = field(metadata=on_wire("_type"))
    initiated_at: datetime
    target_entity_id: str
    """The ID of the end user or the message, or the conversation ID."""
    requested_by: str
    """The ID of the user whose token was used."""
    processed_at: datetime | None = None
    """When it was done, or None if it is not done yet."""


@define(kw_only=True)
class NewAnonymization(Model):
    """An entity to anonymize (``AnonymizeEntityInput``)."""

    entity_id: str
    type: AnonymizationType | Unset = field(metadata=on_wire("_type"), default=UNSET)
    entity_type: AnonymizationEntityType | Unset = UNSET
    """The older form of `type`."""
    force_anonymization: bool | Unset = UNSET
    """Whether conversations that are not closed are anonymized too."""
