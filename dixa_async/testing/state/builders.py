"""Builders of what an organization has. Both the seed data and the methods of `FakeDixa` use them.

Each adds to the state and returns what it added, which is the object that the server keeps. Without a
`fixed_id` it makes a new id, and without a time it takes the present.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar

from ...models.agents import Agent
from ...models.common import Channel, Direction, File
from ...models.conversations import ConversationState, EmailConversation
from ...models.custom_attributes import CustomAttributeDefinition, CustomAttributeEntity, CustomAttributeInput
from ...models.end_users import EndUser
from ...models.messages import EmailAttributes, EmailContact, Message, RegularEmailContent
from ...models.new_messages import TextContent
from ...models.queues import Queue, SlaCalculationMethod
from ...models.tags import Tag, TagState
from ...models.teams import Team
from ...models.webhooks import WebhookEvent, WebhookFilters, WebhookSubscription
from .server_state import TOKEN_OWNER, KnownConversation, State, integration_email_of, make_id
from .stored_files import DIXA_FILES, StoredFile

MAILBOX: Final = "support@example.com"
"""The address of the organization."""

AnyConversation = TypeVar("AnyConversation", bound=KnownConversation)


def add_agent(
    state: State,
    name: str,
    *,
    email: str,
    phone_number: str | None = None,
    roles: Iterable[str] = ("Agent",),
    fixed_id: str | None = None,
    created_at: datetime | None = None,
) -> Agent:
    """Add an agent."""
    agent = Agent(
        id=fixed_id or state.new_id(),
        created_at=created_at or state.now(),
        display_name=name,
        email=email,
        phone_number=phone_number,
        roles=[*roles],
    )
    state.agents[agent.id] = agent
    return agent


def add_end_user(
    state: State,
    name: str | None = None,
    *,
    email: str | None = None,
    phone_number: str | None = None,
    external_id: str | None = None,
    fixed_id: str | None = None,
    created_at: datetime | None = None,
) -> EndUser:
    """Add an end user."""
    user = EndUser(
        id=fixed_id or state.new_id(),
        created_at=created_at or state.now(),
        display_name=name,
        email=email,
        phone_number=phone_number,
        external_id=external_id,
    )
    state.end_users[user.id] = user
    return user


def add_conversation(state: State, conversation: AnyConversation, messages: Sequence[Message] = ()) -> AnyConversation:
    """Add a conversation with its messages.

    Raises:
        ValueError: its ID is taken, or its requester is not an end user of this server.
    """
    if conversation.id in state.conversations:
        raise ValueError(f"there is a conversation {conversation.id} already")
    if conversation.requester_id not in state.end_users:
        raise ValueError(f"there is no end user {conversation.requester_id}: add one first")
    state.keep_conversation(conversation, list(messages))
    return conversation


def add_email(state: State, requester: EndUser, subject: str, texts: Sequence[str] = ()) -> EmailConversation:
    """Add an email conversation with messages of the end user, the oldest first."""
    conversation = EmailConversation(
        id=state.new_conversation_id(),
        requester_id=requester.id,
        channel=Channel.EMAIL,
        created_at=state.now(),
        direction=Direction.INBOUND,
        state=ConversationState.OPEN,
        state_updated_at=state.now(),
        subject=subject,
        from_email=requester.email or "",
        to_email=MAILBOX,
        integration_email=integration_email_of(MAILBOX),
    )
    return add_conversation(state, conversation, [_email(state, requester, text) for text in texts])


def _email(state: State, author: EndUser, text: str) -> Message:
    attributes = EmailAttributes(
        email_content=RegularEmailContent(content=TextContent(text)),
        direction=Direction.INBOUND,
        from_=EmailContact(email=author.email or ""),
        to=[EmailContact(email=MAILBOX)],
        cc=[],
        bcc=[],
        attachments=[],
        inline_images=[],
        is_auto_reply=False,
    )
    return Message(id=state.new_id(), author_id=author.id, created_at=state.now(), attributes=attributes)


def add_tag(
    state: State, name: str, *, color: str | None = None, active: bool = True, fixed_id: str | None = None
) -> Tag:
    """Add a tag."""
    tag = Tag(
        id=fixed_id or state.new_id(), name=name, state=TagState.ACTIVE if active else TagState.INACTIVE, color=color
    )
    state.tags[tag.id] = tag
    return tag


def add_queue(
    state: State, name: str, members: Iterable[Agent] = (), *, is_default: bool = False, fixed_id: str | None = None
) -> Queue:
    """Add a queue with the agents who work on it."""
    queue = Queue(
        id=fixed_id or state.new_id(),
        name=name,
        is_default=is_default,
        organization_id=state.organization.id,
        queue_thresholds={},
        sla_calculation_method=SlaCalculationMethod.ABANDONED_IGNORED,
        do_not_offer_timeouts={},
        is_do_not_offer_enabled=False,
    )
    state.queues[queue.id] = queue
    state.queue_members[queue.id] = [agent.id for agent in members]
    return queue


def add_team(state: State, name: str, members: Iterable[Agent] = (), *, fixed_id: str | None = None) -> Team:
    """Add a team with the agents in it."""
    team = Team(id=fixed_id or state.new_id(), name=name)
    state.teams[team.id] = team
    state.team_members[team.id] = [agent.id for agent in members]
    return team


def add_custom_attribute(
    state: State,
    label: str,
    entity: CustomAttributeEntity,
    input_definition: CustomAttributeInput,
    *,
    created_at: datetime | None = None,
) -> CustomAttributeDefinition:
    """Add the definition of a custom attribute. Its id follows from its label and from what it belongs to."""
    definition = CustomAttributeDefinition(
        id=make_id(f"custom attribute {entity} {label}"),
        entity_type=entity,
        identifier=label.lower().replace(" ", "_"),
        label=label,
        input_definition=input_definition,
        created_at=created_at or state.now(),
        is_required=False,
        is_archived=False,
        is_deactivated=False,
    )
    state.custom_attributes[definition.id] = definition
    return definition


def add_webhook(
    state: State,
    name: str,
    url: str,
    events: Iterable[WebhookEvent],
    *,
    headers: Mapping[str, str] | None = None,
    filters: Mapping[str, WebhookFilters] | None = None,
    enabled: bool = True,
) -> WebhookSubscription:
    """Add a webhook subscription."""
    key = state.new_id()
    subscription = WebhookSubscription(
        id=key,
        name=name,
        url=url,
        secret_key=hashlib.sha256(key.encode()).hexdigest(),
        enabled=enabled,
        created_at=state.now(),
        created_by=TOKEN_OWNER,
        updated_at=state.now(),
        updated_by=TOKEN_OWNER,
        subscribed_events=list(events),
        headers=dict(headers or {}),
        filters=None if filters is None else dict(filters),
    )
    state.webhooks[key] = subscription
    return subscription


def add_file(state: State, content: bytes, *, name: str | None, content_type: str, is_private: bool) -> File:
    """Add a file. Its link is the one that Dixa would send."""
    path = f"/{'private' if is_private else 'public'}/{state.new_id()}"
    state.files[path] = StoredFile(content=content, name=name, content_type=content_type)
    return File(url=DIXA_FILES + path, pretty_name=name)
