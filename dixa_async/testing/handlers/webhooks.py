"""Webhook subscriptions."""

import base64
from collections.abc import Mapping, Sequence

from ...models.base import UNSET, Unset
from ...models.webhooks import (
    BasicAuthorization,
    CombinedWebhookFilters,
    EventDeliveryStatus,
    NewWebhookSubscription,
    NoRecentDelivery,
    TokenAuthorization,
    WebhookAuthorization,
    WebhookEvent,
    WebhookFilters,
    WebhookSubscription,
    WebhookSubscriptionPatch,
)
from ..http.errors import EmptyPatchError, bad_request
from ..http.responses import HandlerResponse, data, nothing
from ..http.routing import HandlerCall, Routes, given
from ..state.builders import add_webhook

routes: Routes = Routes()

_AUTHORIZATION = "Authorization"


@routes("GET", "/webhooks")
def list_subscriptions(call: HandlerCall) -> HandlerResponse:
    """List all subscriptions."""
    return data(list(call.state.webhooks.values()))


@routes("GET", "/webhooks/{webhookSubscriptionId}")
def get_subscription(call: HandlerCall) -> HandlerResponse:
    """Get a subscription."""
    return data(_subscription(call))


@routes("POST", "/webhooks")
def create_subscription(call: HandlerCall) -> HandlerResponse:
    """Create a subscription."""
    new: NewWebhookSubscription = call.body(NewWebhookSubscription)
    name, url = _validated(new.name, new.url, given(new.events), given(new.filters))
    subscription = add_webhook(
        call.state,
        name,
        url,
        given(new.events) or [],
        headers=new.custom_headers | _header(new.authorization),
        filters=given(new.filters),
        enabled=new.enabled is not False,
    )
    return data(subscription, status=201)


@routes("PATCH", "/webhooks/{webhookSubscriptionId}")
def patch_subscription(call: HandlerCall) -> HandlerResponse:
    """Change some fields of a subscription."""
    subscription = _subscription(call)
    patch: WebhookSubscriptionPatch = call.body(WebhookSubscriptionPatch)
    if patch == WebhookSubscriptionPatch():
        raise EmptyPatchError
    name = subscription.name if isinstance(patch.name, Unset) else patch.name
    url = subscription.url if isinstance(patch.url, Unset) else patch.url
    subscription.name, subscription.url = _validated(name, url, given(patch.events), given(patch.filters))
    if patch.events is not UNSET:
        subscription.subscribed_events = patch.events or []
    if not isinstance(patch.enabled, Unset):
        subscription.enabled = patch.enabled
    if patch.filters is not UNSET:
        subscription.filters = _filters(patch.filters)
    subscription.headers = _patched_headers(subscription.headers or {}, patch)
    subscription.updated_at = call.state.now()
    return data(subscription)


@routes("DELETE", "/webhooks/{webhookSubscriptionId}")
def delete_subscription(call: HandlerCall) -> HandlerResponse:
    """Delete a subscription."""
    del call.state.webhooks[_subscription(call).id]
    return nothing()


@routes("GET", "/webhooks/{webhookSubscriptionId}/delivery-status")
def list_delivery_statuses(call: HandlerCall) -> HandlerResponse:
    """List the status of the latest delivery of each subscribed event."""
    subscription = _subscription(call)
    logs = {
        event: call.state.deliveries.get((subscription.id, event)) for event in subscription.subscribed_events or []
    }
    return data(
        [
            EventDeliveryStatus(event=event, delivery_status=log[0].delivery_detail if log else NoRecentDelivery())
            for event, log in logs.items()
        ]
    )


@routes("GET", "/webhooks/{webhookSubscriptionId}/delivery-status/logs/{event}")
def list_delivery_logs(call: HandlerCall) -> HandlerResponse:
    """List the latest deliveries of one event."""
    subscription, event = _subscription(call), WebhookEvent(call.arguments["event"])
    if not event.is_known:
        raise bad_request(f"There is no event {event}")
    return data(call.state.deliveries.get((subscription.id, event), []))


def _subscription(call: HandlerCall) -> WebhookSubscription:
    return call.find(call.state.webhooks, "webhookSubscriptionId", "subscription")


def _validated(
    name: str,
    url: str,
    events: Sequence[WebhookEvent] | None,
    filters: Mapping[str, WebhookFilters] | None,
) -> tuple[str, str]:
    """Validate a subscription, and return its name and URL."""
    if not name or not url.startswith(("https://", "http://")):
        raise bad_request("A subscription must have a name and an http or https URL")
    for event in events or ():
        if not event.is_known:
            raise bad_request(f"There is no event {event}")
    for combined in (filters or {}).values():
        if isinstance(combined, CombinedWebhookFilters) and not combined.conditions:
            raise bad_request("A filter must have at least one condition")
    return name, url


def _filters(filters: Mapping[str, WebhookFilters] | None) -> dict[str, WebhookFilters] | None:
    return None if filters is None else dict(filters)


def _patched_headers(headers: Mapping[str, str], patch: WebhookSubscriptionPatch) -> dict[str, str]:
    authorization = {name: value for name, value in headers.items() if name == _AUTHORIZATION}
    custom = {name: value for name, value in headers.items() if name != _AUTHORIZATION}
    if not isinstance(patch.authorization, Unset):
        authorization = _header(patch.authorization)
    if not isinstance(patch.custom_headers, Unset):
        custom = patch.custom_headers or {}
    return custom | authorization


def _header(authorization: WebhookAuthorization) -> dict[str, str]:
    """The header that authenticates deliveries."""
    match authorization:
        case BasicAuthorization(username=username, password=password):
            return {_AUTHORIZATION: f"Basic {base64.b64encode(f'{username}:{password}'.encode()).decode()}"}
        case TokenAuthorization(value=token):
            return {_AUTHORIZATION: f"Bearer {token}"}
        case _:
            return {}
