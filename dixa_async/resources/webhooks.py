"""Webhooks: subscriptions to events, and the state of their deliveries."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from .. import models
from ..errors import InvalidRequestError
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from .base import Resource

_LIST: Operation[models.WebhookSubscription] = Operation(
    "getWebhooks", "GET", "/webhooks", response_type=LazyType(lambda: models.WebhookSubscription)
)
_GET: Operation[models.WebhookSubscription] = Operation(
    "getWebhooksWebhooksubscriptionid",
    "GET",
    "/webhooks/{webhookSubscriptionId}",
    response_type=LazyType(lambda: models.WebhookSubscription),
)
_CREATE: Operation[models.WebhookSubscription] = Operation(
    "postWebhooks",
    "POST",
    "/webhooks",
    body=LazyType(lambda: models.NewWebhookSubscription),
    response_type=LazyType(lambda: models.WebhookSubscription),
)
_PATCH: Operation[models.WebhookSubscription] = Operation(
    "patchWebhooksWebhooksubscriptionid",
    "PATCH",
    "/webhooks/{webhookSubscriptionId}",
    body=LazyType(lambda: models.WebhookSubscriptionPatch),
    response_type=LazyType(lambda: models.WebhookSubscription),
)
_DELETE: Operation[None] = Operation(
    "deleteWebhooksWebhooksubscriptionid", "DELETE", "/webhooks/{webhookSubscriptionId}"
)
_LIST_DELIVERY_STATUSES: Operation[models.EventDeliveryStatus] = Operation(
    "getWebhooksWebhooksubscriptionidDelivery-status",
    "GET",
    "/webhooks/{webhookSubscriptionId}/delivery-status",
    response_type=LazyType(lambda: models.EventDeliveryStatus),
)
_LIST_DELIVERY_LOGS: Operation[models.EventDeliveryLog] = Operation(
    "getWebhooksWebhooksubscriptionidDelivery-statusLogsEvent",
    "GET",
    "/webhooks/{webhookSubscriptionId}/delivery-status/logs/{event}",
    response_type=LazyType(lambda: models.EventDeliveryLog),
)


class Webhooks(Resource):
    """Webhook subscriptions: events that Dixa sends to your server."""

    def list(self) -> Pager[models.WebhookSubscription]:
        """List all subscriptions.

        Dixa sends them all in one page.

        Returns:
            A pager over the subscriptions.

        Raises:
            BadRequestError: Dixa could not read the request.
            TransportError: no response arrived.

        ``GET /webhooks``
        """
        return self._caller.pages(_LIST)

    async def get(self, webhook_subscription_id: str) -> models.WebhookSubscription:
        """Read a subscription.

        Args:
            webhook_subscription_id: the ID (UUID) of the subscription.

        Returns:
            The subscription, with the key that signs its deliveries.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such subscription.
            TransportError: no response arrived.

        ``GET /webhooks/{webhookSubscriptionId}``
        """
        return await self._caller.call(_GET, path={"webhookSubscriptionId": webhook_subscription_id})

    async def create(self, subscription: models.NewWebhookSubscription) -> models.WebhookSubscription:
        """Create a subscription.

        It is not idempotent, so it is not retried when the response is lost.

        Args:
            subscription: the subscription. A filter needs at least one condition, a condition at least one value.

        Returns:
            The subscription, with the key that signs its deliveries.

        Raises:
            InvalidRequestError: it has a field of the wrong type or an empty filter; nothing was sent.
            BadRequestError: Dixa rejected a value.
            TransportError: no response arrived; `maybe_applied` says whether it may have been created.

        ``POST /webhooks``
        """
        _check_filters(getattr(subscription, "filters", None))
        return await self._caller.call(_CREATE, body=subscription)

    async def patch(
        self, webhook_subscription_id: str, patch: models.WebhookSubscriptionPatch
    ) -> models.WebhookSubscription:
        """Change some fields of a subscription.

        Args:
            webhook_subscription_id: the ID (UUID) of the subscription.
            patch: the fields to change. A filter needs at least one condition, a condition at least one value.

        Returns:
            The subscription as it is now.

        Raises:
            InvalidRequestError: the ID is empty, a field has the wrong type, or a filter is empty; nothing was sent.
            BadRequestError: Dixa rejected a value.
            NotFoundError: there is no such subscription.
            TransportError: no response arrived; `maybe_applied` says whether it may have been changed.

        ``PATCH /webhooks/{webhookSubscriptionId}``
        """
        _check_filters(getattr(patch, "filters", None))
        return await self._caller.call(_PATCH, path={"webhookSubscriptionId": webhook_subscription_id}, body=patch)

    async def delete(self, webhook_subscription_id: str) -> None:
        """Delete a subscription.

        Args:
            webhook_subscription_id: the ID (UUID) of the subscription.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such subscription.
            TransportError: no response arrived.

        ``DELETE /webhooks/{webhookSubscriptionId}``
        """
        await self._caller.call(_DELETE, path={"webhookSubscriptionId": webhook_subscription_id})

    def list_delivery_statuses(self, webhook_subscription_id: str) -> Pager[models.EventDeliveryStatus]:
        """List the status of the last delivery of each kind of event.

        Dixa sends them all in one page.

        Args:
            webhook_subscription_id: the ID (UUID) of the subscription.

        Returns:
            A pager over the events of the subscription.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such subscription.
            TransportError: no response arrived.

        ``GET /webhooks/{webhookSubscriptionId}/delivery-status``
        """
        return self._caller.pages(_LIST_DELIVERY_STATUSES, path={"webhookSubscriptionId": webhook_subscription_id})

    def list_delivery_logs(
        self, webhook_subscription_id: str, event: models.WebhookEvent | str
    ) -> Pager[models.EventDeliveryLog]:
        """List the latest deliveries of one kind of event.

        Dixa sends them all in one page.

        Args:
            webhook_subscription_id: the ID (UUID) of the subscription.
            event: the kind of event, such as `WebhookEvent.CONVERSATION_CREATED`.

        Returns:
            A pager over the deliveries.

        Raises:
            InvalidRequestError: the ID or the event is empty.
            BadRequestError: there is no such kind of event.
            NotFoundError: there is no such subscription.
            TransportError: no response arrived.

        ``GET /webhooks/{webhookSubscriptionId}/delivery-status/logs/{event}``
        """
        path = {"webhookSubscriptionId": webhook_subscription_id, "event": event}
        return self._caller.pages(_LIST_DELIVERY_LOGS, path=path)


def _check_filters(filters: Any) -> None:
    """Reject filters without conditions and conditions without values."""
    with suppress(AttributeError, TypeError):  # a value of the wrong type is reported by the check of the whole body
        for kind, combined in filters.items():
            place = f"$.filters[{kind!r}].conditions"
            if not combined.conditions:
                raise InvalidRequestError("a filter needs at least one condition", path=place)
            for index, condition in enumerate(combined.conditions):
                if not condition.values:
                    raise InvalidRequestError("a condition needs at least one value", path=f"{place}[{index}].values")
