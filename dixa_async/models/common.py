"""What several sections of the API have in common."""

from .base import Model, OpenEnum, define


class Direction(OpenEnum):
    """Who wrote or called: the end user (inbound), an agent (outbound), or agents among themselves (internal)."""

    INBOUND = "Inbound"
    INTERNAL = "Internal"
    OUTBOUND = "Outbound"


class Channel(OpenEnum):
    """The channel of a conversation."""

    CALLBACK = "Callback"
    CONTACT_FORM = "ContactForm"
    EMAIL = "Email"
    FACEBOOK_MESSENGER = "FacebookMessenger"
    MESSENGER = "Messenger"
    PSTN_PHONE = "PstnPhone"
    SMS = "Sms"
    TWITTER = "Twitter"
    VOICEMAIL = "Voicemail"
    WHATS_APP = "WhatsApp"
    WIDGET_CHAT = "WidgetChat"


@define(kw_only=True)
class File(Model):
    """A file, identified by its URL."""

    url: str
    """Where it is. In a request: where Dixa can fetch it; Dixa keeps a copy."""
    pretty_name: str | None = None
    """The name to show."""


@define(kw_only=True)
class BrowserInfo(Model):
    """The browser that an end user chats from."""

    name: str
    version: str | None = None
    ip_address: str | None = None
    originating_url: str | None = None
    """The page that the chat was opened on."""
