"""The operators of search filters, such as one of some values, empty, or between two times, and their enums.

The filters make these by themselves: ``TagFilter.includes_all(tag_id)``.
"""

from datetime import datetime
from typing import ClassVar, Generic, TypeAlias, TypeVar

from .base import Model, OpenEnum, define


@define(kw_only=True)
class FieldFilter(Model):
    """Base class of the filters of a search. Each is for one field of a conversation."""


_Values = TypeVar("_Values")
"""The list that belongs to the field."""


class SearchChannel(OpenEnum):
    """The channels of a search. The values are not those of `Channel`."""

    ADA_CHAT = "adachat"
    CALLBACK = "callback"
    CHAT = "chat"
    CONTACT_FORM = "contactform"
    DIGITAL_GENIUS_CHAT = "digitalgeniuschat"
    DIXA_MESSENGER = "dixamessenger"
    EMAIL = "email"
    FACEBOOK_MESSENGER = "facebookmessenger"
    GENERIC_API_MESSAGING = "genericapimessaging"
    KINDLY_CHAT = "kindlychat"
    PHONE = "phone"
    SMS = "sms"
    TRUSTPILOT = "trustpilot"
    VOICEMAIL = "voicemail"
    WHATS_APP = "whatsapp"
    YOTPO = "yotpo"


class SearchDirection(OpenEnum):
    """The directions of a search. The values are not those of `Direction`."""

    INBOUND = "inbound"
    INTERNAL = "internal"
    OUTBOUND = "outbound"


class SearchStatus(OpenEnum):
    """The conversation states of a search. The values are not those of `ConversationState`."""

    CLOSED = "closed"
    OPEN = "open"
    PENDING = "pending"


@define(kw_only=True)
class IsEmpty(Model):
    """The conversation has no value in this field."""

    _type: ClassVar[str] = "IsEmpty"


@define(kw_only=True)
class IsNotEmpty(Model):
    """The conversation has a value in this field."""

    _type: ClassVar[str] = "IsNotEmpty"


@define
class IsOneOf(Model, Generic[_Values]):
    """The value is one of these. ``IsOneOf[list[str]]`` is for values that are lists of str."""

    _type: ClassVar[str] = "IsOneOf"
    values: _Values


@define
class IsNotOneOf(Model, Generic[_Values]):
    """The value is none of these. ``IsNotOneOf[list[str]]`` is for values that are lists of str."""

    _type: ClassVar[str] = "IsNotOneOf"
    values: _Values


@define
class IncludesAll(Model):
    """All of these are among the values."""

    _type: ClassVar[str] = "IncludesAll"
    values: list[str]


@define
class IncludesOne(Model):
    """At least one of these is among the values."""

    _type: ClassVar[str] = "IncludesOne"
    values: list[str]


@define
class ExcludesAll(Model):
    """All of these are missing from the values."""

    _type: ClassVar[str] = "ExcludesAll"
    values: list[str]


@define
class ExcludesOne(Model):
    """At least one of these is missing from the values."""

    _type: ClassVar[str] = "ExcludesOne"
    values: list[str]


@define(kw_only=True)
class TimeBetween(Model):
    """The time lies between two others (``Between``)."""

    _type: ClassVar[str] = "Between"
    timestamp_from: datetime
    timestamp_to: datetime


@define
class Since(Model):
    """The time is this one or later."""

    _type: ClassVar[str] = "Since"
    timestamp: datetime


@define
class Until(Model):
    """The time is this one or earlier."""

    _type: ClassVar[str] = "Until"
    timestamp: datetime


@define(kw_only=True)
class DurationBetween(Model):
    """The duration is between two others (``Between``)."""

    _type: ClassVar[str] = "Between"
    min: int
    """Milliseconds."""
    max: int
    """Milliseconds."""


@define
class LongerThanOrEqualTo(Model):
    """The duration is this one or longer."""

    _type: ClassVar[str] = "LongerThanOrEqualTo"
    duration: int
    """Milliseconds."""


@define
class ShorterThanOrEqualTo(Model):
    """The duration is this one or shorter."""

    _type: ClassVar[str] = "ShorterThanOrEqualTo"
    duration: int
    """Milliseconds."""


IdOperator: TypeAlias = IsOneOf[list[str]] | IsNotOneOf[list[str]]
"""For a field that always has one ID (``FieldHasSingleValueOperator``)."""

OptionalIdOperator: TypeAlias = IsEmpty | IsNotEmpty | IsNotOneOf[list[str]] | IsOneOf[list[str]]
"""For a field that has one ID or none (``FieldCanHaveSingleValueOrBeEmptyOperator``)."""

IdListOperator: TypeAlias = ExcludesAll | ExcludesOne | IncludesAll | IncludesOne | IsEmpty | IsNotEmpty
"""For a field that has any number of IDs (``FieldCanHaveMultipleValuesOrBeEmptyOperator``)."""

PathOperator: TypeAlias = IsEmpty | IsNotEmpty | IsNotOneOf[list[list[str]]] | IsOneOf[list[list[str]]]
"""For a custom attribute, whose values are paths (``CustomAttributeOperator``)."""

TimeOperator: TypeAlias = TimeBetween | Since | Until
"""For a time (``TimestampOperator``)."""

DurationOperator: TypeAlias = DurationBetween | LongerThanOrEqualTo | ShorterThanOrEqualTo
"""For a duration."""
