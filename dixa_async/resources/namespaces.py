"""The sections of the API, as attributes of a client. Each is imported on first use."""

from functools import cached_property
from typing import TYPE_CHECKING

from ..caller.http_caller import HttpCaller

if TYPE_CHECKING:
    from .agents import Agents
    from .analytics import Analytics
    from .anonymization import Anonymization
    from .business_hours import BusinessHours
    from .contact_endpoints import ContactEndpoints
    from .conversations import Conversations
    from .custom_attributes import CustomAttributes
    from .end_users import EndUsers
    from .internal_notes import InternalNotes
    from .knowledge import Knowledge
    from .messages import Messages
    from .organization import Organizations
    from .queues import Queues
    from .ratings import Ratings
    from .search import Search
    from .tags import Tags
    from .teams import Teams
    from .templates import Templates
    from .webhooks import Webhooks


class ResourceNamespaces:
    """The part of `DixaClient` that holds the resources."""

    _caller: HttpCaller

    @cached_property
    def agents(self) -> "Agents":
        """Agents: the people who reply to end users."""
        from .agents import Agents

        return Agents(self._caller)

    @cached_property
    def analytics(self) -> "Analytics":
        """Analytics: metrics and records."""
        from .analytics import Analytics

        return Analytics(self._caller)

    @cached_property
    def anonymization(self) -> "Anonymization":
        """Anonymization requests for conversations and end users."""
        from .anonymization import Anonymization

        return Anonymization(self._caller)

    @cached_property
    def business_hours(self) -> "BusinessHours":
        """Business hours: when the organization is open."""
        from .business_hours import BusinessHours

        return BusinessHours(self._caller)

    @cached_property
    def contact_endpoints(self) -> "ContactEndpoints":
        """The email addresses and phone numbers of the organization."""
        from .contact_endpoints import ContactEndpoints

        return ContactEndpoints(self._caller)

    @cached_property
    def conversations(self) -> "Conversations":
        """Conversations of all channels."""
        from .conversations import Conversations

        return Conversations(self._caller)

    @cached_property
    def custom_attributes(self) -> "CustomAttributes":
        """The definitions of custom attributes."""
        from .custom_attributes import CustomAttributes

        return CustomAttributes(self._caller)

    @cached_property
    def end_users(self) -> "EndUsers":
        """End users: the people whom agents reply to."""
        from .end_users import EndUsers

        return EndUsers(self._caller)

    @cached_property
    def internal_notes(self) -> "InternalNotes":
        """Internal notes in conversations, for agents only."""
        from .internal_notes import InternalNotes

        return InternalNotes(self._caller)

    @cached_property
    def knowledge(self) -> "Knowledge":
        """The knowledge base."""
        from .knowledge import Knowledge

        return Knowledge(self._caller)

    @cached_property
    def messages(self) -> "Messages":
        """The messages of a conversation."""
        from .messages import Messages

        return Messages(self._caller)

    @cached_property
    def organization(self) -> "Organizations":
        """The organization that the token belongs to."""
        from .organization import Organizations

        return Organizations(self._caller)

    @cached_property
    def queues(self) -> "Queues":
        """Queues and their members."""
        from .queues import Queues

        return Queues(self._caller)

    @cached_property
    def ratings(self) -> "Ratings":
        """Ratings of conversations."""
        from .ratings import Ratings

        return Ratings(self._caller)

    @cached_property
    def search(self) -> "Search":
        """Search for conversations."""
        from .search import Search

        return Search(self._caller)

    @cached_property
    def tags(self) -> "Tags":
        """Tags, and the conversations that have them."""
        from .tags import Tags

        return Tags(self._caller)

    @cached_property
    def teams(self) -> "Teams":
        """Teams of agents."""
        from .teams import Teams

        return Teams(self._caller)

    @cached_property
    def templates(self) -> "Templates":
        """Templates of messages."""
        from .templates import Templates

        return Templates(self._caller)

    @cached_property
    def webhooks(self) -> "Webhooks":
        """Webhook subscriptions: events that Dixa sends to your server."""
        from .webhooks import Webhooks

        return Webhooks(self._caller)
