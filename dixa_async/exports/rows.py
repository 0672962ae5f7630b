"""The rows of exports: conversations and messages.

Their names on the wire are in snake_case, their times are milliseconds since 1970, and their enum values are in lower
case, unlike those of the API. Only what identifies a row is required. Where the form of a value is not documented, the
value is an `Unknown` if it has another one: it does not make the row unreadable.
"""

from typing import TypeAlias

from attrs import field

from ..models.base import (
    EpochMilliseconds,
    Model,
    OpenEnum,
    StringOrNumber,
    Unknown,
    define,
    on_wire,
    snake_case,
)


class ExportChannel(OpenEnum):
    """The channel of a conversation, as exports write it."""

    CALLBACK = "callback"
    CONTACT_FORM = "contactform"
    EMAIL = "email"
    FACEBOOK_MESSENGER = "facebookmessenger"
    MESSENGER = "messenger"
    PSTN_PHONE = "pstnphone"
    SMS = "sms"
    TRUSTPILOT_REVIEWS = "trustpilotreviews"
    TWITTER = "twitter"
    VOICEMAIL = "voicemail"
    WHATS_APP = "whatsapp"
    WIDGET_CHAT = "widgetchat"


class ExportDirection(OpenEnum):
    """Who wrote or called: the end user (inbound), an agent (outbound), or agents among themselves (internal)."""

    INBOUND = "inbound"
    INTERNAL = "internal"
    OUTBOUND = "outbound"


@define(kw_only=True, field_transformer=snake_case)
class ExportedRating(Model):
    """A rating of a conversation."""

    rating_score: int | None = None
    rating_message: str | None = None
    rating_type: str | None = None
    """How it is given, such as ``CSAT``."""
    rating_status: str | None = None
    rating_language: str | None = None
    rating_created_timestamp: EpochMilliseconds | None = None
    rating_offered_timestamp: EpochMilliseconds | None = None
    rating_modified_timestamp: EpochMilliseconds | None = None
    rating_rated_timestamp: EpochMilliseconds | None = None
    rating_scheduled_timestamp: EpochMilliseconds | None = None
    rating_scheduled_for_timestamp: EpochMilliseconds | None = None
    rating_unscheduled_timestamp: EpochMilliseconds | None = None
    rating_cancelled_timestamp: EpochMilliseconds | None = None


@define(kw_only=True, field_transformer=snake_case)
class ExportedTag(Model):
    """A tag of a conversation."""

    id: str
    name: str | None = None
    is_deactivated: bool | None = None


@define(kw_only=True, field_transformer=snake_case)
class ExportedCustomField(Model):
    """The value of a custom attribute."""

    attribute_id: str | None = None
    identifier: str | None = None
    value: str | list[str] | Unknown | None = None
    data_type: str | None = None
    archived: bool | None = None


@define(kw_only=True, field_transformer=snake_case)
class ExportedConversation(Model):
    """A conversation in an export. Its messages are in the export of messages."""

    id: int
    """The conversation ID; the `csid` of its messages."""
    created_at: EpochMilliseconds
    initial_channel: ExportChannel
    requester_id: str
    """The end user."""
    requester_name: str | None = None
    requester_email: str | None = None
    requester_additional_emails: list[str] | None = None
    requester_phone_number: StringOrNumber | None = None
    requester_additional_phone_numbers: list[str] | None = None
    queued_at: EpochMilliseconds | None = None
    queue_id: str | None = None
    queue_name: str | None = None
    closed_at: EpochMilliseconds | None = None
    rating_score: int | None = None
    rating_message: str | None = None
    ratings: list[ExportedRating] | None = None
    direction: ExportDirection | None = None
    assigned_at: EpochMilliseconds | None = None
    assignee_id: str | None = None
    """The agent."""
    assignee_name: str | None = None
    assignee_email: str | None = None
    assignee_phone_number: StringOrNumber | None = None
    to_provisioned_phone_number_id: StringOrNumber | None = None
    to_provisioned_phone_number_name: str | None = None
    from_provisioned_phone_number_id: StringOrNumber | None = None
    from_provisioned_phone_number_name: str | None = None
    total_duration: int | float | None = None
    handling_duration: int | float | None = None
    dixa_email_integration_id: str | None = None
    dixa_email_integration_sender_name: str | None = None
    forwarding_email: str | None = None
    facebook_page_id: StringOrNumber | None = None
    facebook_page_name: str | None = None
    widget_id: StringOrNumber | None = None
    widget_name: str | None = None
    tags: list[str] | None = None
    """The names of its tags."""
    tags_info: list[ExportedTag] | None = None
    conversation_wrapup_notes: list[str | Unknown] | None = None
    """Its internal notes. They are not among the messages."""
    transferee_name: str | None = None
    transferee_number: StringOrNumber | None = None
    transfer_time: EpochMilliseconds | None = None
    originating_country: str | None = None
    status: str | None = None
    updated_at: EpochMilliseconds | None = None
    last_message_created_at: EpochMilliseconds | None = None
    subject: str | None = None
    anonymized_at: EpochMilliseconds | None = None
    """When its personal data was removed. The fields that held it are then null or replaced."""
    custom_fields: list[ExportedCustomField] | None = None


@define(kw_only=True, field_transformer=snake_case)
class ExportedFile(Model):
    """A file that is attached to a message."""

    url: str | None = None
    """Where it is."""
    pretty_name: str | None = None
    """The name to show."""


@define(kw_only=True, field_transformer=snake_case)
class ExportedFormSubmission(Model):
    """What an end user wrote into a contact form."""

    name: str | None = None
    email: str | None = None
    phone: StringOrNumber | None = None


Recipients: TypeAlias = list[str] | str | Unknown
"""The addresses of a message."""


@define(kw_only=True, field_transformer=snake_case)
class ExportedMessage(Model):
    """A message in an export."""

    id: str
    csid: int
    """The conversation ID."""
    created_at: EpochMilliseconds
    initial_channel: ExportChannel | None = None
    """The channel of the conversation."""
    author_name: str | None = None
    author_email: str | None = None
    direction: ExportDirection | None = None
    text: str | None = None
    from_phone_number: StringOrNumber | None = None
    to_phone_number: StringOrNumber | None = None
    duration: int | float | None = None
    """How long a call took."""
    recording_url: str | None = None
    voicemail_url: str | None = None
    to: Recipients | None = None
    from_: Recipients | None = field(default=None, metadata=on_wire("from"))
    cc: Recipients | None = None
    bcc: Recipients | None = None
    attached_files: list[ExportedFile | Unknown] | None = None
    is_automated_message: bool | None = None
    chat_input_question: str | None = None
    chat_input_answer: str | None = None
    chat_menu_text: str | None = None
    form_submission: ExportedFormSubmission | Unknown | None = None
