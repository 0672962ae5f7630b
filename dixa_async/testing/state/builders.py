"""How a test or a demo puts its own data into the server."""

import threading
from collections.abc import Sequence
from typing import Final, TypeVar

from ...models.agents import Agent
from ...models.common import Channel, Direction
from ...models.conversations import ConversationState, EmailConversation
from ...models.custom_attributes import (
    CustomAttributeDefinition,
    CustomAttributeEntity,
    SelectAttributeInput,
    SelectOption,
    TextAttributeInput,
)
from ...models.end_users import EndUser
from ...models.messages import EmailAttributes, EmailContact, Message, RegularEmailContent, TextContent
from ...models.queues import Queue, SlaCalculationMethod
from ...models.tags import Tag, TagState
from ...models.teams import Team
from .locking import locked
from .seed_organization import custom_attribute
from .seed_people import populate
from .state import KnownConversation, State, integration_email_of

_MAILBOX: Final = "support@example.com"

AnyConversation = TypeVar("AnyConversation", bound=KnownConversation)


class Seeding:
    """The part of `FakeDixa` that takes data.

    What its methods return is what the server keeps. Change it, and the next response shows the change.

    Args:
        state: everything that the server knows.
        seed_data: whether there is something from the start.

    Attributes:
        state: everything that the server knows.
        lock: held while a request is carried out, and by the methods here.
    """

    def __init__(self, state: State, *, seed_data: bool) -> None:
        self.lock = threading.RLock()
        self.state = state
        if seed_data:
            populate(self.state)

    @property
    @locked
    def agents(self) -> list[Agent]:
        """The agents, in the order in which they are listed."""
        return list(self.state.agents.values())

    @property
    @locked
    def end_users(self) -> list[EndUser]:
        """The end users, in the order in which they are listed."""
        return list(self.state.end_users.values())

    @property
    @locked
    def tags(self) -> list[Tag]:
        """The tags, in the order in which they are listed."""
        return list(self.state.tags.values())

    @property
    @locked
    def queues(self) -> list[Queue]:
        """The queues, in the order in which they are listed."""
        return list(self.state.queues.values())

    @property
    @locked
    def teams(self) -> list[Team]:
        """The teams, in the order in which they are listed."""
        return list(self.state.teams.values())

    @property
    @locked
    def custom_attributes(self) -> list[CustomAttributeDefinition]:
        """The definitions of custom attributes, in the order in which they are listed."""
        return list(self.state.custom_attributes.values())

    @locked
    def add_agent(self, name: str, *, email: str, phone_number: str | None = None) -> Agent:
        """Add an agent.

        Args:
            name: the name to show.
            email: the address.
            phone_number: the number.

        Returns:
            The agent.
        """
        state = self.state
        agent = Agent(
            id=state.new_id(),
            created_at=state.now(),
            display_name=name,
            email=email,
            phone_number=phone_number,
            roles=["Agent"],
        )
        state.agents[agent.id] = agent
        return agent

    @locked
    def add_end_user(
        self,
        name: str | None = None,
        *,
        email: str | None = None,
        phone_number: str | None = None,
        external_id: str | None = None,
    ) -> EndUser:
        """Add an end user.

        Args:
            name: the name to show.
            email: the address.
            phone_number: the number.
            external_id: the id in your own system.

        Returns:
            The end user.
        """
        state = self.state
        user = EndUser(
            id=state.new_id(),
            created_at=state.now(),
            display_name=name,
            email=email,
            phone_number=phone_number,
            external_id=external_id,
        )
        state.end_users[user.id] = user
        return user

    @locked
    def add_conversation(self, conversation: AnyConversation, messages: Sequence[Message] = ()) -> AnyConversation:
        """Add a conversation, of a kind that cannot be created through the API for instance.

        ::

            dixa_server.add_conversation(
                WhatsAppConversation(
                    id=7, requester_id=user.id, channel=Channel.WHATS_APP, created_at=datetime.now(UTC)
                )
            )

        Args:
            conversation: the conversation.
            messages: its messages, the oldest first.

        Returns:
            The conversation.

        Raises:
            ValueError: its number is taken, or its requester is not an end user of this server.
        """
        if conversation.id in self.state.conversations:
            raise ValueError(f"there is a conversation {conversation.id} already")
        if conversation.requester_id not in self.state.end_users:
            raise ValueError(f"there is no end user {conversation.requester_id}: add one first")
        self.state.keep_conversation(conversation, list(messages))
        return conversation

    @locked
    def add_email(self, requester: EndUser, subject: str, texts: Sequence[str] = ()) -> EmailConversation:
        """Add an email conversation with messages of the end user.

        ::

            dixa_server.add_email(dixa_server.end_users[0], "My order", ["Where is it?", "It is there."])

        Args:
            requester: the end user.
            subject: the subject.
            texts: the texts of the messages, the oldest first.

        Returns:
            The conversation.
        """
        state, address = self.state, requester.email or ""
        conversation = EmailConversation(
            id=state.new_conversation_id(),
            requester_id=requester.id,
            channel=Channel.EMAIL,
            created_at=state.now(),
            direction=Direction.INBOUND,
            state=ConversationState.OPEN,
            state_updated_at=state.now(),
            subject=subject,
            from_email=address,
            to_email=_MAILBOX,
            integration_email=integration_email_of(_MAILBOX),
        )
        return self.add_conversation(conversation, [self._email(requester, text) for text in texts])

    def _email(self, author: EndUser, text: str) -> Message:
        attributes = EmailAttributes(
            email_content=RegularEmailContent(content=TextContent(text)),
            direction=Direction.INBOUND,
            from_=EmailContact(email=author.email or ""),
            to=[EmailContact(email=_MAILBOX)],
            cc=[],
            bcc=[],
            attachments=[],
            inline_images=[],
            is_auto_reply=False,
        )
        return Message(id=self.state.new_id(), author_id=author.id, created_at=self.state.now(), attributes=attributes)

    @locked
    def add_tag(self, name: str, *, color: str | None = None, active: bool = True) -> Tag:
        """Add a tag.

        Args:
            name: its name.
            color: its color.
            active: whether conversations can be marked with it.

        Returns:
            The tag.
        """
        state = TagState.ACTIVE if active else TagState.INACTIVE
        tag = Tag(id=self.state.new_id(), name=name, state=state, color=color)
        self.state.tags[tag.id] = tag
        return tag

    @locked
    def add_queue(self, name: str, members: Sequence[Agent] = (), *, is_default: bool = False) -> Queue:
        """Add a queue.

        Args:
            name: its name.
            members: the agents who work on it.
            is_default: whether conversations go there that belong to no other queue.

        Returns:
            The queue.
        """
        queue = Queue(
            id=self.state.new_id(),
            name=name,
            is_default=is_default,
            organization_id=self.state.organization.id,
            queue_thresholds={},
            sla_calculation_method=SlaCalculationMethod.ABANDONED_IGNORED,
            do_not_offer_timeouts={},
            is_do_not_offer_enabled=False,
        )
        self.state.queues[queue.id] = queue
        self.state.queue_members[queue.id] = [agent.id for agent in members]
        return queue

    @locked
    def add_team(self, name: str, members: Sequence[Agent] = ()) -> Team:
        """Add a team.

        Args:
            name: its name.
            members: the agents in it.

        Returns:
            The team.
        """
        team = Team(id=self.state.new_id(), name=name)
        self.state.teams[team.id] = team
        self.state.team_members[team.id] = [agent.id for agent in members]
        return team

    @locked
    def add_custom_attribute(
        self, label: str, entity: CustomAttributeEntity, options: Sequence[SelectOption] | None = None
    ) -> CustomAttributeDefinition:
        """Add the definition of a custom attribute.

        Args:
            label: its name.
            entity: what it belongs to.
            options: what can be selected; None: it is a text.

        Returns:
            The definition.
        """
        how = TextAttributeInput() if options is None else SelectAttributeInput(options=list(options))
        definition = custom_attribute(self.state, label, entity, how)
        self.state.custom_attributes[definition.id] = definition
        return definition
