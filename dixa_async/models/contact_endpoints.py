"""Contact endpoints: the organization's own addresses and phone numbers."""

from typing import ClassVar, TypeAlias

from .base import Model, OpenEnum, SharedField, Unknown, define


class ContactEndpointType(OpenEnum):
    """The type of a contact endpoint. Only for filters: each type has its own class."""

    EMAIL = "EmailEndpoint"
    TELEPHONY = "TelephonyEndpoint"


class TelephonyFunction(OpenEnum):
    """What a phone number can be used for."""

    SMS = "Sms"
    VOICE_INBOUND = "VoiceInbound"
    VOICE_OUTBOUND = "VoiceOutbound"


@define(kw_only=True)
class EmailEndpoint(Model):
    """An email address."""

    _type: ClassVar[str] = "EmailEndpoint"
    address: str
    sender_override: str | None = None
    """The sender that emails show instead."""
    name: str | None = None


@define(kw_only=True)
class TelephonyEndpoint(Model):
    """A phone number."""

    _type: ClassVar[str] = "TelephonyEndpoint"
    number: str
    """With a plus and the country code."""
    functionality: list[TelephonyFunction] | None = None
    name: str | None = None


@define(kw_only=True)
class UnknownContactEndpoint(Unknown):
    """A contact endpoint of a kind that this version cannot read."""

    name: ClassVar[SharedField[str | None]] = SharedField()


ContactEndpoint: TypeAlias = EmailEndpoint | TelephonyEndpoint | UnknownContactEndpoint
"""An address or a phone number of the organization."""
