"""Webhook subscriptions as they should be: which one is meant, what differs, and its successor with another secret."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import attrs

from .. import models
from ..errors import InvalidRequestError, UsageError
from ..models.base import UNSET
from ..validation import check_list
from .base import none_to_unset

NEXT: Final = " (next)"
"""What the name of a successor ends with until it takes over."""
OLD: Final = " (old)"
"""What the name of a subscription ends with whose successor has taken over."""
_FIELDS: Final = ("name", "url", "events", "enabled", "authorization", "custom_headers", "filters")
_AUTHORIZATION: Final = "authorization"


@attrs.frozen(kw_only=True)
class EnsuredSubscription:
    """A subscription that is as it should be now."""

    subscription: models.WebhookSubscription
    """The subscription, with the `secret_key` that signs its deliveries."""
    created: bool
    """Whether it was created now."""
    changed: tuple[str, ...] = ()
    """What was otherwise and was changed: ``name``, ``url``, ``events``, ``enabled``, ``authorization``,
    ``custom_headers``, ``filters``."""


@attrs.frozen(kw_only=True)
class WantedSubscription:
    """How a subscription should be. None: as it is; a new one has none."""

    name: str
    url: str
    events: Sequence[models.WebhookEvent]
    enabled: bool
    authorization: models.WebhookAuthorization | None
    custom_headers: Mapping[str, str] | None
    filters: Mapping[str, models.WebhookFilters] | None

    def new(self) -> models.NewWebhookSubscription:
        """What creates it."""
        return models.NewWebhookSubscription(
            name=self.name,
            url=self.url,
            authorization=self.authorization or models.NoAuthorization(),
            custom_headers=dict(self.custom_headers or {}),
            events=list(self.events),
            enabled=self.enabled,
            filters=none_to_unset(self.filters),
        )

    def drift(self, actual: models.WebhookSubscription) -> models.WebhookSubscriptionPatch:
        """What must be changed of a subscription.

        Args:
            actual: how it is.

        Returns:
            The patch; an empty one if nothing must be.
        """
        authorization, custom = _read_headers(actual.headers)
        patch = models.WebhookSubscriptionPatch()
        if actual.name != self.name:
            patch.name = self.name
        if actual.url != self.url:
            patch.url = self.url
        if set(actual.subscribed_events or ()) != set(self.events):
            patch.events = list(self.events)
        if actual.enabled != self.enabled:
            patch.enabled = self.enabled
        if self.authorization is not None and authorization != _header_of(self.authorization):
            patch.authorization = self.authorization
        if self.custom_headers is not None and _folded(custom) != _folded(self.custom_headers):
            patch.custom_headers = dict(self.custom_headers)
        if self.filters is not None and (actual.filters or {}) != dict(self.filters):
            patch.filters = dict(self.filters)
        return patch


def check_events(events: Iterable[models.WebhookEvent]) -> list[models.WebhookEvent]:
    """Check the events of a subscription.

    Args:
        events: the events, maybe as texts.

    Returns:
        Each of them once.

    Raises:
        InvalidRequestError: there is none, or one is no text.
    """
    listed = check_list("events", events)
    if not listed or not all(isinstance(event, str) for event in listed):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRequestError("events must be a list of one WebhookEvent or more")
    return list(dict.fromkeys(map(models.WebhookEvent, listed)))


def changed_fields(patch: models.WebhookSubscriptionPatch) -> tuple[str, ...]:
    """The names of the fields that a patch changes."""
    return tuple(name for name in _FIELDS if getattr(patch, name) is not UNSET)


def choose(found: Iterable[models.WebhookSubscription], *, name: str, url: str) -> models.WebhookSubscription | None:
    """Find the subscription that is meant: the one with the name, else the one with the address.

    Args:
        found: all subscriptions.
        name: the name.
        url: the address.

    Returns:
        The subscription; None if there is none.

    Raises:
        UsageError: several could be meant.
    """
    everything = list(found)
    named = [each for each in everything if each.name == name]
    with_url = [each for each in everything if each.url == url and not each.name.endswith((NEXT, OLD))]
    several = named or with_url
    if len(several) > 1:
        ids = ", ".join(each.id for each in several)
        raise UsageError(f"several webhook subscriptions have this name or address, so delete all but one: {ids}")
    return several[0] if several else None


def successor_name(name: str) -> str:
    """The name of the successor of a subscription, until it takes over."""
    return f"{name}{NEXT}"


def copy_of(actual: models.WebhookSubscription) -> models.NewWebhookSubscription:
    """Make the successor of a subscription, which delivers nothing yet.

    Args:
        actual: the subscription.

    Returns:
        What creates the successor.
    """
    authorization, custom = _split_headers(actual.headers)
    return models.NewWebhookSubscription(
        name=successor_name(actual.name),
        url=actual.url,
        authorization=authorization,
        custom_headers=custom,
        events=none_to_unset(actual.subscribed_events),
        enabled=False,
        filters=none_to_unset(actual.filters),
    )


def take_over(actual: models.WebhookSubscription) -> models.WebhookSubscriptionPatch:
    """What makes a successor take over from a subscription, as that is now.

    Args:
        actual: the subscription.

    Returns:
        The patch.
    """
    authorization, custom = _split_headers(actual.headers)
    return models.WebhookSubscriptionPatch(
        name=actual.name,
        url=actual.url,
        authorization=authorization,
        custom_headers=custom,
        events=none_to_unset(actual.subscribed_events),
        enabled=True,
        filters=none_to_unset(actual.filters),
    )


def find_successor(
    found: Iterable[models.WebhookSubscription], old: models.WebhookSubscription
) -> models.WebhookSubscription:
    """Find the successor of a subscription, whether or not it has taken over.

    Args:
        found: all subscriptions.
        old: the subscription.

    Returns:
        The successor.

    Raises:
        UsageError: there is none, or there are several.
    """
    name = old.name.removesuffix(OLD)
    successors = [each for each in found if each.id != old.id and each.name in (name, successor_name(name))]
    if len(successors) != 1:
        raise UsageError(
            f"the webhook subscription {old.id} has {len(successors)} successors, not one: call start_rotation first,"
            f" or delete all but one of those that are named as it is, or so with {NEXT!r} at the end"
        )
    return successors[0]


def _split_headers(headers: Mapping[str, str] | None) -> tuple[models.WebhookAuthorization, dict[str, str]]:
    """The authorization and the custom headers, as they are sent, of those that come back."""
    header, custom = _read_headers(headers)
    if header is None:
        return models.NoAuthorization(), custom
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return models.TokenAuthorization(value), custom
    if scheme.lower() == "basic":
        try:
            username, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            colon = username = password = ""
        if colon:
            return models.BasicAuthorization(username=username, password=password), custom
    return models.NoAuthorization(), dict(headers or {})


def _read_headers(headers: Mapping[str, str] | None) -> tuple[str | None, dict[str, str]]:
    """The header of the authorization, and the others."""
    authorization: str | None = None
    custom: dict[str, str] = {}
    for name, value in (headers or {}).items():
        if name.lower() == _AUTHORIZATION:
            authorization = value
        else:
            custom[name] = value
    return authorization, custom


def _header_of(authorization: models.WebhookAuthorization) -> str | None:
    if isinstance(authorization, models.BasicAuthorization):
        credentials = f"{authorization.username}:{authorization.password}"
        return f"Basic {base64.b64encode(credentials.encode()).decode()}"
    return f"Bearer {authorization.value}" if isinstance(authorization, models.TokenAuthorization) else None


def _folded(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
