"""How a test or a demo adds its own data to the server."""

import threading
from collections.abc import Iterable, Sequence

from ...models.agents import Agent
from ...models.common import File
from ...models.conversations import EmailConversation
from ...models.custom_attributes import (
    CustomAttributeDefinition,
    CustomAttributeEntity,
    SelectAttributeInput,
    SelectOption,
    TextAttributeInput,
)
from ...models.end_users import EndUser
from ...models.messages import Message
from ...models.queues import Queue
from ...models.tags import Tag
from ...models.teams import Team
from ...models.webhooks import WebhookEvent, WebhookSubscription
from . import builders
from .builders import AnyConversation
from .locking import locked
from .server_state import State
from .urls import is_http_url


class BuilderMethods:
    """The methods of `FakeDixa` that read and add data: the `builders`, under its lock.

    They return the objects that the server keeps: a change to one shows in the next response.

    Args:
        state: all data of the server.

    Attributes:
        state: all data of the server.
        lock: held by these methods, and while a request is handled.
    """

    def __init__(self, state: State) -> None:
        self.lock: threading.RLock = threading.RLock()
        self.state = state

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
            name: the display name.
            email: the email address.
            phone_number: the phone number.

        Returns:
            The agent.
        """
        return builders.add_agent(self.state, name, email=email, phone_number=phone_number)

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
            name: the display name.
            email: the email address.
            phone_number: the phone number.
            external_id: the id in your own system.

        Returns:
            The end user.
        """
        return builders.add_end_user(self.state, name, email=email, phone_number=phone_number, external_id=external_id)

    @locked
    def add_conversation(self, conversation: AnyConversation, messages: Sequence[Message] = ()) -> AnyConversation:
        """Add a conversation, for instance one of a channel in which the API cannot create any.

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
            ValueError: its ID is taken, or its requester is not an end user of this server.
        """
        return builders.add_conversation(self.state, conversation, messages)

    @locked
    def add_email(self, requester: EndUser, subject: str, texts: Sequence[str] = ()) -> EmailConversation:
        """Add an email conversation with messages of the end user.

        ::

            dixa_server.add_email(dixa_server.end_users[0], "My order", ["Where is it?", "It has arrived."])

        Args:
            requester: the end user.
            subject: the subject.
            texts: the texts of the messages, the oldest first.

        Returns:
            The conversation.
        """
        return builders.add_email(self.state, requester, subject, texts)

    @locked
    def add_tag(self, name: str, *, color: str | None = None, active: bool = True) -> Tag:
        """Add a tag.

        Args:
            name: its name.
            color: its color.
            active: whether it can be added to conversations.

        Returns:
            The tag.
        """
        return builders.add_tag(self.state, name, color=color, active=active)

    @locked
    def add_queue(self, name: str, members: Sequence[Agent] = (), *, is_default: bool = False) -> Queue:
        """Add a queue.

        Args:
            name: its name.
            members: the agents who work on it.
            is_default: whether it receives the conversations that belong to no other queue.

        Returns:
            The queue.
        """
        return builders.add_queue(self.state, name, members, is_default=is_default)

    @locked
    def add_team(self, name: str, members: Sequence[Agent] = ()) -> Team:
        """Add a team.

        Args:
            name: its name.
            members: the agents in it.

        Returns:
            The team.
        """
        return builders.add_team(self.state, name, members)

    @locked
    def add_custom_attribute(
        self, label: str, entity: CustomAttributeEntity, options: Sequence[SelectOption] | None = None
    ) -> CustomAttributeDefinition:
        """Add the definition of a custom attribute.

        Args:
            label: its name.
            entity: what it belongs to.
            options: the options to select from; defaults to None, which makes it a text.

        Returns:
            The definition.
        """
        how = TextAttributeInput() if options is None else SelectAttributeInput(options=list(options))
        return builders.add_custom_attribute(self.state, label, entity, how)

    @locked
    def add_webhook(
        self, url: str, events: Iterable[WebhookEvent] | None = None, *, name: str = "FakeDixa"
    ) -> WebhookSubscription:
        """Add a webhook subscription, as the API would.

        ::

            subscription = dixa_server.add_webhook("http://127.0.0.1:8000/webhooks")
            receiver = Receiver(subscription.secret_key)

        Args:
            url: where events are delivered, an http or https URL.
            events: which events; defaults to all of them.
            name: its name.

        Returns:
            The subscription. Its `secret_key` signs the deliveries.

        Raises:
            ValueError: the URL is not an http or https URL.
        """
        if not is_http_url(url):
            raise ValueError(f"url must be an http or https URL: {url!r}")
        return builders.add_webhook(self.state, name, url, list(WebhookEvent) if events is None else events)

    @locked
    def add_file(
        self,
        content: bytes,
        *,
        name: str | None = None,
        content_type: str = "application/octet-stream",
        is_private: bool = True,
    ) -> File:
        """Add a file, for `DixaClient.files` to download or for a message to name.

        ::

            file = dixa_server.add_file(b"%PDF-1.7 ...", name="invoice.pdf", content_type="application/pdf")
            await dixa.files.download(file.url, to="invoice.pdf")

        Args:
            content: its content.
            name: its name; defaults to None, for a file without one.
            content_type: its media type.
            is_private: whether it is for those who have the token only.

        Returns:
            The file, with the link that Dixa would send. `State.files` has its content and more settings.
        """
        return builders.add_file(self.state, content, name=name, content_type=content_type, is_private=is_private)
