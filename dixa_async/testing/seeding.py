"""How a test or a demo puts its own data into the server."""

from collections.abc import Sequence
from typing import TypeVar

from ..models.agents import Agent
from ..models.end_users import EndUser
from ..models.messages import Message
from .population import make_organization, populate
from .state import Clock, KnownConversation, State

AnyConversation = TypeVar("AnyConversation", bound=KnownConversation)


class Seeding:
    """The part of `FakeDixa` that takes data.

    What its methods return is what the server keeps. Change it, and the next answer shows the change.

    Args:
        clock: gives the time in seconds since the epoch.
        populated: whether there are people from the start.
    """

    def __init__(self, clock: Clock, *, populated: bool) -> None:
        self.state = State(clock=clock, organization=make_organization())
        if populated:
            populate(self.state)

    @property
    def agents(self) -> list[Agent]:
        """The agents, in the order in which they are listed."""
        return list(self.state.agents.values())

    @property
    def end_users(self) -> list[EndUser]:
        """The end users, in the order in which they are listed."""
        return list(self.state.end_users.values())

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
