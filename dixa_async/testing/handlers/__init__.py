"""The operations of the server: one module for each section of the API. Not public."""

from collections.abc import Mapping
from typing import Final

from ..http.request_log import OperationKey
from ..http.routing import Handler
from . import (
    agents,
    analytics,
    anonymization,
    article_translations,
    articles,
    attachments,
    business_hours,
    collections,
    contact_endpoints,
    conversation_actions,
    conversation_import,
    conversation_lists,
    conversations,
    custom_attributes,
    end_users,
    internal_notes,
    messages,
    organization,
    presence,
    queues,
    ratings,
    search,
    tags,
    teams,
    templates,
    webhooks,
)

ROUTES: Final = (
    agents.routes,
    analytics.routes,
    anonymization.routes,
    article_translations.routes,
    articles.routes,
    attachments.routes,
    business_hours.routes,
    collections.routes,
    contact_endpoints.routes,
    conversation_actions.routes,
    conversation_import.routes,
    conversation_lists.routes,
    conversations.routes,
    custom_attributes.routes,
    end_users.routes,
    internal_notes.routes,
    messages.routes,
    organization.routes,
    presence.routes,
    queues.routes,
    ratings.routes,
    search.routes,
    tags.routes,
    teams.routes,
    templates.routes,
    webhooks.routes,
)

OPERATIONS: Final[Mapping[OperationKey, Handler]] = {
    operation: handler for routes in ROUTES for operation, handler in routes.handlers.items()
}
"""The handler of each operation."""
