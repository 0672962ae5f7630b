"""Which field of which model holds what, and so what is written of it.

Only strings need a decision: enums, times, numbers and flags are kept by their types. A test fails if a model has a
string that is not decided here; at run time, such a string is hidden like personal data.
"""

from enum import Enum, auto
from typing import Any, Final

from .pseudonyms import is_uuid


class Kind(Enum):
    """What a string is, and what is written of it."""

    PERSONAL = auto()
    """Names, addresses, numbers, texts, URLs, and IDs of other systems: a pseudonym."""
    SECRET = auto()
    """Passwords, tokens and keys: a pseudonym that shows nothing of its shape."""
    ID = auto()
    """An ID of Dixa: kept, unless it does not look like one."""
    WORD = auto()
    """A word of the organization or of Dixa, such as the name of a queue: kept, unless it looks like an address, a
    number of a person or a URL."""
    TIME = auto()
    """A time or a date: kept, unless it does not look like one."""
    JSON = auto()
    """JSON in a string: redacted like JSON of which nothing is known."""


def _all(kind: Kind, names: str) -> dict[str, Kind]:
    return dict.fromkeys(names.split(), kind)


_BY_FIELD: Final[dict[str, Kind]] = {
    **_all(
        Kind.PERSONAL,
        """
        additional_emails additional_phone_numbers address agent_name agent_names attributes avatar_url bcc cc
        channel_reference claimed_from_label comment contact_endpoint_id contact_point_twitter_id content
        delivery_failure_reason destination_label display_name email email_integration_id end_user_twitter_id
        evaluation_filters external_id failure_reason first_name from_ from_contact_point_id from_email from_endpoint
        from_number highlight highlights html integration_email ip_address label last_name message middle_names name
        new_subject number old_subject original_filename originating_url phone_number plaintext pretty_name
        rating_comment reason recording response_text sender_override subject title to to_contact_point_id to_email
        to_number updated_attribute_values url value
        """,
    ),
    **_all(Kind.SECRET, "custom_headers headers hex password secret_key username"),
    **_all(
        Kind.WORD,
        """
        add algorithm attribute channel claimed_from_type color description destination_type field filter_attribute
        from_category from_collection generic_channel_name holiday identifier language language_id link_type locale
        parent_category parent_collections placeholder primary queue_label queue_name remove reservation_type roles
        status sub subdomain tag tags template_name timezone transfer_type usages values version
        """,
    ),
    **_all(Kind.TIME, "end_time next_date rating_scheduled_time start_date start_time valid_until"),
    "payload": Kind.JSON,
}
"""By the name of the field, in any model that does not decide for itself."""

_BY_MODEL: Final[dict[str, dict[str, Kind]]] = {
    **{
        model: {"name": Kind.WORD}
        for model in (
            "BrowserInfo",
            "BusinessHoursSchedule",
            "BusinessHoursScheduleDefinition",
            "BusinessHoursUpcomingSchedule",
            "ConversationFlow",
            "CustomAttribute",
            "EmailEndpoint",
            "HelpCenterLink",
            "NewQueue",
            "NewTag",
            "NewTeam",
            "NewWebhookSubscription",
            "Organization",
            "PrimaryTimestamp",
            "Queue",
            "RecordField",
            "Tag",
            "TagName",
            "Team",
            "TelephonyEndpoint",
            "TimestampField",
            "WebhookSubscription",
            "WebhookSubscriptionPatch",
            "_BusinessHours",
            "_Template",
        )
    },
    "CustomAttributeDefinition": {"label": Kind.WORD},
    "CustomAttributeFilter": {"operator": Kind.PERSONAL},
    "FormSubmission": {"values": Kind.PERSONAL},
    "IsNotOneOf": {"values": Kind.ID},
    "IsOneOf": {"values": Kind.ID},
    "MetricFilterValue": {"value": Kind.ID},
    "SelectOption": {"label": Kind.WORD, "value": Kind.WORD},
    "Success": {"data": Kind.ID},
    "TokenAuthorization": {"value": Kind.SECRET},
    "UuidField": {"value": Kind.ID},
}
"""By model, where the name of a field does not say it. A base class decides for the classes that inherit from it.

What is personal or secret here is that with all that is below it, whatever the models below it say."""

_KEYS: Final[dict[str, Kind]] = {
    "agentIds": Kind.ID,
    "channel": Kind.WORD,
    "contactEndpointId": Kind.PERSONAL,
    "event": Kind.WORD,
    "externalId": Kind.PERSONAL,
    "filterAttribute": Kind.WORD,
    "language": Kind.WORD,
    "languageId": Kind.WORD,
    "pageKey": Kind.SECRET,
    "query": Kind.PERSONAL,
    "type": Kind.WORD,
}
"""Arguments of paths and queries, and keys of JSON that no model describes."""


def decided_kind(model: type, field: str) -> Kind | None:
    """What the strings of a field are.

    Args:
        model: the class of the model.
        field: the name of the field in Python.

    Returns:
        Their kind; None if it is not decided.
    """
    for cls in model.__mro__:
        if kind := _BY_MODEL.get(cls.__name__, {}).get(field):
            return kind
    if kind := _BY_FIELD.get(field):
        return kind
    return Kind.ID if field == "id" or field.endswith(("_id", "_ids", "_by")) else None


def forced_kind(model: type, field: str) -> Kind | None:
    """What all strings below a field are, whatever the models below it say; None if it is up to them."""
    kind: Any = _BY_MODEL.get(model.__name__, {}).get(field)
    return kind if kind in (Kind.PERSONAL, Kind.SECRET) else None


def is_personal_even_if_a_time(key: str) -> bool:
    """Whether a time under a key that no model describes may be a date of birth, or one that a customer has given."""
    return key == "value" or "birth" in key.lower() or is_uuid(key)


def kind_of_key(key: str) -> Kind | None:
    """What the value of an argument, or of a key that no model describes, is; None if it must be judged by itself."""
    if kind := _KEYS.get(key):
        return kind
    return Kind.ID if key == "id" or key.endswith(("Id", "_id")) else None
