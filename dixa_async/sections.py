"""The sections of the API, as attributes of a client. Each is imported when it is first used."""

from functools import cached_property
from typing import TYPE_CHECKING

from .calling import Caller

if TYPE_CHECKING:
    from .resources.agents import Agents
    from .resources.analytics import Analytics
    from .resources.anonymization import Anonymization
    from .resources.business_hours import BusinessHours
    from .resources.contact_endpoints import ContactEndpoints
    from .resources.conversations import Conversations
    from .resources.custom_attributes import CustomAttributes
    from .resources.end_users import EndUsers
    from .resources.internal_notes import InternalNotes
    from .resources.knowledge import Knowledge
    from .resources.messages import Messages
    from .resources.organization import OrganizationResource
    from .resources.queues import Queues
    from .resources.ratings import Ratings
    from .resources.search import Search
    from .resources.tags import Tags
    from .resources.teams import Teams
    from .resources.templates import Templates
    from .resources.webhooks import Webhooks


class Sections:
    """The part of `DixaClient` that holds the resources."""

    _caller: Caller

    @cached_property
    def agents(self) -> "Agents":
        """Agents: the people who answer."""
        from .resources.agents import Agents

        return Agents(self._caller)

    @cached_property
    def analytics(self) -> "Analytics":
        """Analytics: metrics and records."""
        from .resources.analytics import Analytics

        return Analytics(self._caller)

    @cached_property
    def anonymization(self) -> "Anonymization":
        """Requests to take everything personal out of a conversation or an end user."""
        from .resources.anonymization import Anonymization

        return Anonymization(self._caller)

    @cached_property
    def business_hours(self) -> "BusinessHours":
        """Business hours: when the organization is open."""
        from .resources.business_hours import BusinessHours

        return BusinessHours(self._caller)

    @cached_property
    def contact_endpoints(self) -> "ContactEndpoints":
        """The mail addresses and phone numbers of the organization."""
        from .resources.contact_endpoints import ContactEndpoints

        return ContactEndpoints(self._caller)

    @cached_property
    def conversations(self) -> "Conversations":
        """Conversations of all channels."""
        from .resources.conversations import Conversations

        return Conversations(self._caller)

    @cached_property
    def custom_attributes(self) -> "CustomAttributes":
        """The definitions of custom attributes."""
        from .resources.custom_attributes import CustomAttributes

        return CustomAttributes(self._caller)

    @cached_property
    def end_users(self) -> "EndUsers":
        """End users: the people who ask."""
        from .resources.end_users import EndUsers

        return EndUsers(self._caller)

    @cached_property
    def internal_notes(self) -> "InternalNotes":
        """Notes in conversations, for agents only."""
        from .resources.internal_notes import InternalNotes

        return InternalNotes(self._caller)

    @cached_property
    def knowledge(self) -> "Knowledge":
        """The knowledge base."""
        from .resources.knowledge import Knowledge

        return Knowledge(self._caller)

    @cached_property
    def messages(self) -> "Messages":
        """The messages of a conversation."""
        from .resources.messages import Messages

        return Messages(self._caller)

    @cached_property
    def organization(self) -> "OrganizationResource":
        """The organization that the token belongs to."""
        from .resources.organization import OrganizationResource

        return OrganizationResource(self._caller)

    @cached_property
    def queues(self) -> "Queues":
        """Queues, and who works on them."""
        from .resources.queues import Queues

        return Queues(self._caller)

    @cached_property
    def ratings(self) -> "Ratings":
        """Ratings of conversations."""
        from .resources.ratings import Ratings

        return Ratings(self._caller)

    @cached_property
    def search(self) -> "Search":
        """Search for conversations."""
        from .resources.search import Search

        return Search(self._caller)

    @cached_property
    def tags(self) -> "Tags":
        """Tags, and the conversations that have them."""
        from .resources.tags import Tags

        return Tags(self._caller)

    @cached_property
    def teams(self) -> "Teams":
        """Teams of agents."""
        from .resources.teams import Teams

        return Teams(self._caller)

    @cached_property
    def templates(self) -> "Templates":
        """Templates of answers."""
        from .resources.templates import Templates

        return Templates(self._caller)

    @cached_property
    def webhooks(self) -> "Webhooks":
        """Webhook subscriptions: events that Dixa sends to your server."""
        from .resources.webhooks import Webhooks

        return Webhooks(self._caller)
