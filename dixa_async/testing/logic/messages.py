"""Creation of messages: what each channel accepts, and what is kept of it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from ...models.base import Unset
from ...models.common import Direction, File
from ...models.conversations import (
    ChatConversation,
    ContactFormConversation,
    EmailConversation,
    FacebookMessengerConversation,
    GenericConversation,
    MessengerConversation,
    SmsConversation,
    TwitterConversation,
    WhatsAppConversation,
)
from ...models.end_users import EndUser
from ...models.messages import (
    ChatAttributes,
    ContactFormAttributes,
    EmailAttributes,
    EmailContact,
    FacebookMessengerAttributes,
    GenericAttributes,
    Message,
    MessageAttributes,
    RegularEmailContent,
    SmsAttributes,
    TwitterAttributes,
    WhatsAppAttributes,
)
from ...models.new_messages import (
    InboundMessage,
    MarkdownContent,
    NewMessage,
    NewMessageContent,
    OutboundMessage,
    TextContent,
)
from ..http.errors import bad_request, not_found
from ..http.routing import HandlerCall, given
from ..state.server_state import KnownConversation, State
from ..state.stored_files import DIXA_FILES, copy_of

_WHATS_APP_FILES: Final = (".jpg", ".jpeg", ".png", ".pdf", ".doc", ".docx", ".pptx", ".xlsx")

_ATTRIBUTES: Final[Mapping[type[KnownConversation], Callable[..., MessageAttributes]]] = {
    ChatConversation: partial(ChatAttributes, is_automated=False),
    FacebookMessengerConversation: FacebookMessengerAttributes,
    GenericConversation: GenericAttributes,
    MessengerConversation: partial(ChatAttributes, is_automated=False),
    SmsConversation: SmsAttributes,
    TwitterConversation: TwitterAttributes,
    WhatsAppConversation: WhatsAppAttributes,
}
"""The attributes of messages, by conversation. Emails are built separately, and phone calls have no messages."""


def make_message(call: HandlerCall, conversation: KnownConversation, new: NewMessage) -> Message:
    """Make the message that Dixa would keep, without storing it.

    Args:
        call: the request.
        conversation: the conversation that it is added to.
        new: the message in the request.

    Returns:
        The message.

    Raises:
        ApiError: the conversation does not accept the message, or the message names someone who does not exist.
    """
    state = call.state
    external_id = given(new.external_id)
    if external_id in state.message_external_ids and not state.accept_duplicate_external_ids:
        raise bad_request("Duplicate externalId")
    content = content_of(new)
    if content is None and call.version == "v1":
        raise bad_request("The body cannot be read: the message has no content")
    author_id, message_id = _author(state, conversation, new), state.new_id()
    return Message(
        id=message_id,
        author_id=author_id,
        created_at=state.now(),
        attributes=_attributes(
            state, conversation, new, content, _stored(state, given(new.attachments) or [], message_id)
        ),
        external_id=external_id,
    )


def message_of_end_user(state: State, conversation: KnownConversation, text: str) -> Message:
    """Make a message that the end user wrote, by whatever channel. Nothing is stored yet.

    Args:
        state: everything that the server knows.
        conversation: where the message belongs.
        text: what it says.

    Returns:
        The message.

    Raises:
        ValueError: a conversation of this kind takes no messages.
    """
    new = InboundMessage(content=TextContent(text))
    if isinstance(conversation, EmailConversation | ContactFormConversation):
        attributes: MessageAttributes = _email(state, conversation, new, new.content, [])
    elif (make := _ATTRIBUTES.get(type(conversation))) is not None:
        attributes = make(content=new.content, direction=Direction.INBOUND, attachments=[])
    else:
        raise ValueError("a conversation of this channel takes no messages")
    return Message(
        id=state.new_id(), author_id=conversation.requester_id, created_at=state.now(), attributes=attributes
    )


def content_of(new: NewMessage) -> NewMessageContent | None:
    """The content of a message; None if it has none."""
    return None if isinstance(new.content, Unset) else new.content


def direction_of(new: NewMessage) -> Direction:
    """The direction of a message."""
    return Direction.INBOUND if isinstance(new, InboundMessage) else Direction.OUTBOUND


def can_be_fetched(file: File) -> bool:
    """Whether the server could download a file."""
    return file.url.startswith(("https://", "http://"))


def _author(state: State, conversation: KnownConversation, new: NewMessage) -> str:
    if isinstance(new, InboundMessage):
        return conversation.requester_id
    if new.agent_id not in state.agents:
        raise not_found(f"agent {new.agent_id}")
    return new.agent_id


def _stored(state: State, files: list[File], message_id: str) -> list[File]:
    """The files as Dixa keeps them: downloaded, and stored under its own URLs."""
    if not all(map(can_be_fetched, files)):
        raise bad_request("An attachment cannot be fetched: its url must be an http or https URL")
    stored: list[File] = []
    for number, file in enumerate(files, 1):
        path = f"/private/{message_id}/{number}"
        state.files[path] = copy_of(file.url, file.pretty_name)
        stored.append(File(url=DIXA_FILES + path, pretty_name=file.pretty_name))
    return stored


def _attributes(
    state: State,
    conversation: KnownConversation,
    new: NewMessage,
    content: NewMessageContent | None,
    attachments: list[File],
) -> MessageAttributes:
    direction = direction_of(new)
    if isinstance(conversation, EmailConversation | ContactFormConversation):
        return _email(state, conversation, new, content, attachments)
    if isinstance(conversation, SmsConversation) and direction is Direction.INBOUND:
        raise bad_request("An SMS message must be outbound")
    if isinstance(conversation, WhatsAppConversation):
        _check_whats_app(new, content)
    make = _ATTRIBUTES.get(type(conversation))
    if make is None:
        raise bad_request("A conversation of this channel accepts no messages")
    return make(content=content, direction=direction, attachments=attachments)


def _check_whats_app(new: NewMessage, content: NewMessageContent | None) -> None:
    if isinstance(new, InboundMessage):
        raise bad_request("A WhatsApp message must be outbound")
    if content is not None and not isinstance(content, MarkdownContent):
        raise bad_request("The content of a WhatsApp message must be Markdown")
    files = given(new.attachments) or []
    if len(files) > 1 or any(not file.url.lower().endswith(_WHATS_APP_FILES) for file in files):
        raise bad_request(f"A WhatsApp message can have one attachment, of the type {', '.join(_WHATS_APP_FILES)}")


def _email(
    state: State,
    conversation: EmailConversation | ContactFormConversation,
    new: NewMessage,
    content: NewMessageContent | None,
    attachments: list[File],
) -> EmailAttributes | ContactFormAttributes:
    end_user = _contact(state.end_users[conversation.requester_id], conversation.from_email)
    endpoint = EmailContact(email=given(new.integration_email) or conversation.integration_email or "")
    if isinstance(new, OutboundMessage):
        sender, receiver = endpoint, end_user
        cc, bcc = _recipients(state, given(new.cc)), _recipients(state, given(new.bcc))
    else:
        sender, receiver = end_user, endpoint
        cc, bcc = [], []
    make = EmailAttributes if isinstance(conversation, EmailConversation) else ContactFormAttributes
    return make(
        from_=sender,
        to=[receiver],
        cc=cc,
        bcc=bcc,
        is_auto_reply=False,
        email_content=None if content is None else RegularEmailContent(content=content),
        inline_images=[],
        attachments=attachments,
        direction=direction_of(new),
    )


def _contact(user: EndUser, address: str) -> EmailContact:
    return EmailContact(email=user.email or address, name=user.display_name)


def _recipients(state: State, user_ids: list[str] | None) -> list[EmailContact]:
    contacts: list[EmailContact] = []
    for user_id in user_ids or []:
        user = state.end_users.get(user_id)
        if user is None:
            raise not_found(f"end user {user_id}")
        if user.email is None:
            raise bad_request(f"The end user {user_id} has no email address")
        contacts.append(_contact(user, user.email))
    return contacts
