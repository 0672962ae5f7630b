"""Which subscriptions want an event."""

import re
from typing import Final

from ...models.base import Unknown
from ...models.webhooks import (
    WebhookCondition,
    WebhookEvent,
    WebhookFilterField,
    WebhookFilterStrategy,
    WebhookIsOneOf,
    WebhookSubscription,
)
from ...webhooks.event_models import EventConversation

_INNER_CAPITAL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def snake(name: str) -> str:
    """Put ``_`` between the words of a name such as ``PstnPhone``."""
    return _INNER_CAPITAL.sub("_", name)


def wants(
    subscription: WebhookSubscription,
    event: WebhookEvent,
    conversation: EventConversation | None,
    origin: str | None,
) -> bool:
    """Whether an event is delivered to a subscription.

    Args:
        subscription: the subscription.
        event: what happened.
        conversation: where.
        origin: where it comes from; None: that is not known.

    Returns:
        Whether it is enabled, lists the event, and its filters of this kind of event hold. A filter that is not known
        holds.
    """
    if not subscription.enabled or event not in (subscription.subscribed_events or ()):
        return False
    values = {
        WebhookFilterField.INITIAL_CHANNEL: _channel(conversation),
        WebhookFilterField.OPERATION_ORIGIN: origin,
        WebhookFilterField.QUEUE_ID: _queue_id(conversation),
    }
    for kind, filters in (subscription.filters or {}).items():
        if isinstance(filters, Unknown) or not event.value.startswith(kind):
            continue
        combine = any if filters.strategy is WebhookFilterStrategy.ANY else all
        if not combine(_holds(condition, values) for condition in filters.conditions):
            return False
    return True


def _holds(condition: WebhookCondition, values: dict[WebhookFilterField, str | None]) -> bool:
    if isinstance(condition, Unknown) or condition.field not in values:
        return True
    return (values[condition.field] in condition.values) is isinstance(condition, WebhookIsOneOf)


def _channel(conversation: EventConversation | None) -> str | None:
    return None if conversation is None or conversation.channel is None else conversation.channel.value.lower()


def _queue_id(conversation: EventConversation | None) -> str | None:
    return None if conversation is None or conversation.queue is None else conversation.queue.id
