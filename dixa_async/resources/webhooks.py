"""Webhooks: subscriptions to events, and the state of their deliveries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from .. import models
from ..errors import CallInfo, InvalidRequestError, UsageError
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from ..validation import check_str
from .base import Resource
from .once import OnceOutcome, OnceResult, Write, write_once
from .webhook_subscriptions import (
    NEXT,
    OLD,
    EnsuredSubscription,
    WantedSubscription,
    changed_fields,
    check_events,
    choose,
    copy_of,
    find_successor,
    successor_name,
    take_over,
)

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

        It is not idempotent, so it is not retried when the response is lost; `ensure` finds out what happened.

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

    async def ensure(
        self,
        *,
        name: str,
        url: str,
        events: Iterable[models.WebhookEvent],
        enabled: bool = True,
        authorization: models.WebhookAuthorization | None = None,
        custom_headers: Mapping[str, str] | None = None,
        filters: Mapping[str, models.WebhookFilters] | None = None,
    ) -> EnsuredSubscription:
        """Create a subscription, or change an existing one, so that there is one with these settings.

        An existing subscription is found by its name, else by its address, and then gets the name. If there is neither,
        one is created; if the response is lost, it is looked for, and sent again only if it is not there. Settings
        that differ are changed, and no others. Call it from one place at a time, such as a deployment: two calls at
        once can both create one.

        Args:
            name: its name, by which it is found again.
            url: the address to which the events are sent.
            events: all events to deliver.
            enabled: whether events are delivered.
            authorization: the authorization of deliveries; defaults to None, which keeps the current one.
                `NoAuthorization` removes it.
            custom_headers: the complete custom headers of deliveries; defaults to None, which keeps the current ones.
            filters: which events are sent, by their kind; defaults to None, which keeps the current filters.

        Returns:
            The subscription, with its `secret_key`; whether it was created; and what was changed.

        Raises:
            InvalidRequestError: an argument cannot be sent, or `events` is empty; nothing was sent.
            UsageError: several subscriptions have the name or the address; nothing was changed.
            IndeterminateWriteError: it may have been created, and that cannot be found out.
            BadRequestError: Dixa rejected a value.
            TransportError: no response arrived. It can be called again.

        Made of ``GET /webhooks``, ``POST /webhooks`` and ``PATCH /webhooks/{webhookSubscriptionId}``.
        """
        if not check_str("name", name) or name.endswith((NEXT, OLD)) or not check_str("url", url):
            raise InvalidRequestError(
                f"url must not be empty, and name must neither be empty nor end with {NEXT!r} or {OLD!r}"
            )
        wanted = WantedSubscription(
            name=name,
            url=url,
            events=check_events(events),
            enabled=enabled,
            authorization=authorization,
            custom_headers=custom_headers,
            filters=filters,
        )
        _check_filters(filters)

        async def find() -> models.WebhookSubscription | None:
            return choose([each async for each in self.list()], name=name, url=url)

        result = await self._create_once(wanted.new(), find)
        if result.outcome is not OnceOutcome.FOUND:
            return EnsuredSubscription(subscription=result.value, created=True)
        patch = wanted.drift(result.value)
        changed = changed_fields(patch)
        subscription = await self.patch(result.value.id, patch) if changed else result.value
        return EnsuredSubscription(subscription=subscription, created=False, changed=changed)

    async def start_rotation(self, webhook_subscription_id: str) -> models.WebhookSubscription:
        """Start to replace the secret of a subscription: create its successor, which delivers nothing yet.

        Dixa generates the secret of a subscription when it is created, and has no operation that changes it. So another
        subscription takes over:

        1. ``start_rotation`` creates it, with all settings of the old one, and ``(next)`` at the end of its name.
        2. Give the receivers both secrets, the old one and that of the successor.
        3. ``finish_rotation`` lets the successor take over. For a moment both deliver: an event may come twice.
        4. When no more deliveries arrive that are signed with the old secret, remove it from the receivers, and
           `delete` the old subscription.

        Args:
            webhook_subscription_id: the ID (UUID) of the subscription.

        Returns:
            The successor, with its `secret_key`. If it was there already, it is returned as it is.

        Raises:
            InvalidRequestError: the ID is empty.
            UsageError: it is itself a successor, or has one that has taken over.
            IndeterminateWriteError: the successor may have been created, and that cannot be found out.
            NotFoundError: there is no such subscription.
            TransportError: no response arrived. It can be called again.

        Made of ``GET /webhooks/{webhookSubscriptionId}``, ``GET /webhooks`` and ``POST /webhooks``.
        """
        old = await self.get(webhook_subscription_id)
        if old.name.endswith((NEXT, OLD)):
            raise UsageError(f"the webhook subscription {old.id} is part of a rotation: {old.name!r}")

        async def find() -> models.WebhookSubscription | None:
            name = successor_name(old.name)
            return next((each for each in [each async for each in self.list()] if each.name == name), None)

        return (await self._create_once(copy_of(old), find)).value

    async def finish_rotation(self, webhook_subscription_id: str) -> models.WebhookSubscription:
        """Enable the successor of a subscription in its place. See `start_rotation`.

        The successor is enabled, and gets the name and the settings of the old one. Then the old one is disabled, and
        gets ``(old)`` at the end of its name. Both deliver in between, so that nothing is lost; the inbox of a
        `Receiver` drops an event that comes twice, by its event ID or message ID.

        Args:
            webhook_subscription_id: the ID (UUID) of the old subscription.

        Returns:
            The successor, as it is now.

        Raises:
            InvalidRequestError: the ID is empty.
            UsageError: it has no successor, or several.
            NotFoundError: there is no such subscription.
            TransportError: no response arrived. It can be called again, and continues where it was.

        Made of ``GET /webhooks/{webhookSubscriptionId}``, ``GET /webhooks`` and
        ``PATCH /webhooks/{webhookSubscriptionId}``.
        """
        old = await self.get(webhook_subscription_id)
        successor = find_successor([each async for each in self.list()], old)
        if old.name.endswith(OLD) and not old.enabled:
            return successor  # it has taken over
        successor = await self.patch(successor.id, take_over(old))
        await self.patch(old.id, models.WebhookSubscriptionPatch(name=f"{old.name}{OLD}", enabled=False))
        return successor

    async def _create_once(
        self, new: models.NewWebhookSubscription, find: Callable[[], Awaitable[models.WebhookSubscription | None]]
    ) -> OnceResult[models.WebhookSubscription]:
        async def send() -> models.WebhookSubscription:
            return await self.create(new)

        write = Write(
            call=CallInfo(operation=_CREATE.id, method=_CREATE.method, path=_CREATE.path), send=send, find=find
        )
        return await write_once(
            write, dedupe="read_back", max_attempts=4, look_first=True, time_limit=self._caller.time_limit
        )

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
