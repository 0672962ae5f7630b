"""Conversations and messages in the form of each channel."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import attrs

from ...models.common import BrowserInfo, Channel, Direction
from ...models.conversations import (
    ChatConversation,
    ContactFormConversation,
    EmailConversation,
    FacebookMessengerConversation,
    GenericConversation,
    MessengerConversation,
    PstnPhoneConversation,
    SmsConversation,
    TwitterConversation,
    TwitterConversationType,
    WhatsAppConversation,
)
from ...models.messages import (
    ChatAttributes,
    ContactFormAttributes,
    EmailAttributes,
    EmailContact,
    FacebookMessengerAttributes,
    GenericAttributes,
    MessageAttributes,
    MessageContent,
    PhoneAttributes,
    RegularEmailContent,
    SmsAttributes,
    TwitterAttributes,
    WhatsAppAttributes,
)
from ...models.new_messages import HtmlContent, MarkdownContent, TextContent
from ..state.builders import MAILBOX
from ..state.seed_organization import HOTLINE
from ..state.server_state import ActiveConversation, integration_email_of
from .chance import Chance
from .people import Person

_ENDPOINT: Final = EmailContact(email=MAILBOX, name="Support")
_BROWSERS: Final = ("Firefox", "Chrome", "Safari")


@attrs.frozen(kw_only=True)
class Opening:
    """How a conversation begins."""

    id: int
    requester: Person
    created_at: datetime
    direction: Direction
    subject: str


def _email(opening: Opening, _: Chance) -> EmailConversation:
    addresses = (opening.requester.contact.email, MAILBOX)
    from_email, to_email = addresses if opening.direction is Direction.INBOUND else reversed(addresses)
    return EmailConversation(
        id=opening.id,
        requester_id=opening.requester.id,
        channel=Channel.EMAIL,
        created_at=opening.created_at,
        direction=opening.direction,
        from_email=from_email,
        to_email=to_email,
        integration_email=integration_email_of(MAILBOX),
        language="en",
        subject=opening.subject,
    )


def _contact_form(opening: Opening, _: Chance) -> ContactFormConversation:
    return ContactFormConversation(
        id=opening.id,
        requester_id=opening.requester.id,
        channel=Channel.CONTACT_FORM,
        created_at=opening.created_at,
        direction=opening.direction,
        from_email=opening.requester.contact.email,
        to_email=MAILBOX,
        integration_email=integration_email_of(MAILBOX),
        language="en",
        subject=opening.subject,
    )


def _chat(opening: Opening, chance: Chance) -> ChatConversation:
    return ChatConversation(
        id=opening.id,
        requester_id=opening.requester.id,
        channel=Channel.WIDGET_CHAT,
        created_at=opening.created_at,
        direction=opening.direction,
        browser_info=BrowserInfo(name=chance.pick(_BROWSERS), originating_url="https://shop.example.com/help"),
        language="en",
    )


def _messenger(opening: Opening, chance: Chance) -> MessengerConversation:
    return MessengerConversation(
        id=opening.id,
        requester_id=opening.requester.id,
        channel=Channel.MESSENGER,
        created_at=opening.created_at,
        direction=opening.direction,
        browser_info=BrowserInfo(name=chance.pick(_BROWSERS), originating_url="https://shop.example.com/"),
        language="en",
    )


def _call(channel: Channel) -> "Callable[[Opening, Chance], PstnPhoneConversation]":
    return lambda opening, _: PstnPhoneConversation(
        id=opening.id,
        requester_id=opening.requester.id,
        channel=channel,
        created_at=opening.created_at,
        direction=opening.direction,
    )


def _sms(opening: Opening, _: Chance) -> SmsConversation:
    return SmsConversation(
        id=opening.id,
        requester_id=opening.requester.id,
        channel=Channel.SMS,
        created_at=opening.created_at,
        direction=opening.direction,
        from_number=opening.requester.phone_number,
        to_number=HOTLINE,
    )


def _twitter(opening: Opening, chance: Chance) -> TwitterConversation:
    return TwitterConversation(
        id=opening.id,
        requester_id=opening.requester.id,
        channel=Channel.TWITTER,
        created_at=opening.created_at,
        direction=opening.direction,
        conversation_type=chance.pick((TwitterConversationType.TWEET, TwitterConversationType.DIRECT_MESSAGE)),
        contact_point_twitter_id="example-shop",
        end_user_twitter_id=f"example-user-{chance.between(1000, 9999)}",
    )


def _plain(
    make: "type[FacebookMessengerConversation] | type[WhatsAppConversation] | type[GenericConversation]",
    channel: Channel,
) -> "Callable[[Opening, Chance], ActiveConversation]":
    return lambda opening, _: make(
        id=opening.id,
        requester_id=opening.requester.id,
        channel=channel,
        created_at=opening.created_at,
        direction=opening.direction,
    )


@attrs.frozen(kw_only=True)
class Medium:
    """A channel: how often it is used, how fast people write on it, and the form of a conversation."""

    share: int
    """Of 1000 conversations."""
    make: Callable[[Opening, Chance], ActiveConversation]
    reply_minutes: tuple[int, int]
    """How long a reply takes, at least and at most."""
    needs_phone: bool = False
    is_call: bool = False


_HOURS: Final = (15, 900)
_SOON: Final = (2, 90)
_LIVE: Final = (0, 6)

EMAIL: Final = Medium(share=380, make=_email, reply_minutes=_HOURS)
_MEDIA: Final = (
    EMAIL,
    Medium(share=150, make=_messenger, reply_minutes=_SOON),
    Medium(share=130, make=_chat, reply_minutes=_LIVE),
    Medium(share=90, make=_contact_form, reply_minutes=_HOURS),
    Medium(share=90, make=_call(Channel.PSTN_PHONE), reply_minutes=_LIVE, needs_phone=True, is_call=True),
    Medium(share=50, make=_plain(WhatsAppConversation, Channel.WHATS_APP), reply_minutes=_SOON, needs_phone=True),
    Medium(share=40, make=_plain(FacebookMessengerConversation, Channel.FACEBOOK_MESSENGER), reply_minutes=_SOON),
    Medium(share=20, make=_sms, reply_minutes=_SOON, needs_phone=True),
    Medium(share=15, make=_call(Channel.CALLBACK), reply_minutes=_SOON, needs_phone=True, is_call=True),
    Medium(share=15, make=_call(Channel.VOICEMAIL), reply_minutes=_SOON, needs_phone=True, is_call=True),
    Medium(share=10, make=_twitter, reply_minutes=_SOON),
    Medium(share=10, make=_plain(GenericConversation, Channel("genericapimessaging")), reply_minutes=_SOON),
)

ANY_MEDIUM: Final = tuple(medium for medium in _MEDIA for _ in range(medium.share // 5))
"""Each channel as often as its share says."""


def attributes_of(
    conversation: ActiveConversation, requester: Person, direction: Direction, text: str
) -> MessageAttributes:
    """The attributes of a message.

    Args:
        conversation: its conversation, which is no call.
        requester: the end user.
        direction: its direction.
        text: its text.

    Returns:
        The attributes.
    """
    if isinstance(conversation, EmailConversation | ContactFormConversation):
        return _email_attributes(conversation, requester, direction, text)
    if isinstance(conversation, WhatsAppConversation) and direction is Direction.OUTBOUND:
        content: MessageContent = MarkdownContent(text)
    else:
        content = TextContent(text)
    if isinstance(conversation, ChatConversation | MessengerConversation):
        return ChatAttributes(content=content, direction=direction, attachments=[], is_automated=False)
    return _ATTRIBUTES[type(conversation)](content=content, direction=direction, attachments=[])


def call_of(requester: Person, direction: Direction, seconds: int) -> PhoneAttributes:
    """The attributes of a phone call."""
    numbers = (requester.phone_number or "", HOTLINE)
    caller, called = numbers if direction is Direction.INBOUND else reversed(numbers)
    return PhoneAttributes(from_=caller, to=called, direction=direction, duration=seconds)


def _email_attributes(
    conversation: EmailConversation | ContactFormConversation, requester: Person, direction: Direction, text: str
) -> EmailAttributes | ContactFormAttributes:
    inbound = direction is Direction.INBOUND
    content: MessageContent = TextContent(text) if inbound else HtmlContent(f"<p>{text}</p>")
    make = EmailAttributes if isinstance(conversation, EmailConversation) else ContactFormAttributes
    return make(
        from_=requester.contact if inbound else _ENDPOINT,
        to=[_ENDPOINT if inbound else requester.contact],
        cc=[],
        bcc=[],
        is_auto_reply=False,
        email_content=RegularEmailContent(content=content),
        inline_images=[],
        attachments=[],
        direction=direction,
    )


_ATTRIBUTES: Final[Mapping[type[ActiveConversation], Callable[..., MessageAttributes]]] = {
    FacebookMessengerConversation: FacebookMessengerAttributes,
    GenericConversation: GenericAttributes,
    SmsConversation: SmsAttributes,
    TwitterConversation: TwitterAttributes,
    WhatsAppConversation: WhatsAppAttributes,
}
