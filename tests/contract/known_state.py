"""A `FakeDixa` that has something of everything, and the values by which that is requested."""

import contextlib
import math
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from dixa_async.models import (
    NewArticle,
    NewArticleTranslation,
    NewWebhookSubscription,
    NoAuthorization,
    WebhookEvent,
)
from dixa_async.testing import FakeDixa
from dixa_async.testing.logic.metrics import METRICS, RECORD_TYPES

from ..helpers.clients import NOW, connect
from .sent_requests import TOKEN

_CONVERSATIONS: Final = 12


@contextlib.asynccontextmanager
async def furnished() -> AsyncIterator[FakeDixa]:
    """A server without a rate limit, with a small company and what such a company lacks at first.

    Yields:
        The server. Each one is the same.
    """
    async with (
        FakeDixa(company=_CONVERSATIONS, rate=math.inf, api_key=TOKEN, clock=NOW.timestamp) as server,
        connect(server) as dixa,
    ):
        for title in ("Returns", "Delivery"):
            text = NewArticleTranslation(language_id="en", title=title, content=f"<p>{title}</p>")
            await dixa.knowledge.create_article(NewArticle(translations=[text]))
        await dixa.webhooks.create(
            NewWebhookSubscription(
                name="bot", url="http://127.0.0.1:9/", authorization=NoAuthorization(), custom_headers={}, enabled=False
            )
        )
        await dixa.end_users.anonymize(server.end_users[-1].id, force=True)
        yield server


def known_values(server: FakeDixa) -> Mapping[str, Sequence[Any]]:
    """Values that the server knows, by the names of their fields and arguments on the wire."""
    state = server.state
    agents, end_users, conversations = list(state.agents), list(state.end_users), list(state.conversations)
    people = [*agents[:3], *end_users[:3]]
    mailboxes = list(state.contact_endpoints)
    return {
        "conversationId": conversations,
        "agentId": agents,
        "agentIds": agents,
        "assignedAgentId": agents,
        "userId": people,
        "id": people,
        "requesterId": end_users,
        "entityId": [*map(str, conversations[:3]), *people],
        "queueId": list(state.queues),
        "teamId": list(state.teams),
        "tagId": list(state.tags),
        "names": [tag.name for tag in state.tags.values()],
        "customAttributeId": list(state.custom_attributes),
        "contactEndpointId": mailboxes,
        "emailIntegrationId": mailboxes,
        "integrationEmail": mailboxes,
        "templateId": list(state.templates),
        "scheduleId": list(state.schedules),
        "webhookSubscriptionId": list(state.webhooks),
        "requestId": list(state.anonymizations),
        "messageId": [message.id for messages in state.messages.values() for message in messages[:2]],
        "ratingId": [rating.id for ratings in state.ratings.values() for rating in ratings],
        "articleId": list(state.knowledge.articles),
        "categoryId": list(state.knowledge.categories),
        "collectionId": list(state.knowledge.collections),
        "parentId": [*conversations[:2], *state.knowledge.categories],
        "languageId": ["en", "da"],
        "language": ["en", "da"],
        "event": [event.value for event in WebhookEvent],
        "timezone": ["UTC", "Europe/Copenhagen"],
        "metricId": list(METRICS),
        "recordId": list(RECORD_TYPES),
    }
