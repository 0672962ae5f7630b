"""Webhook subscriptions as they should be: which one is meant, what differs, and the successor with another secret."""

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
"""What the name of a subscription ends with once its successor has taken over."""
_FIELDS: Final = ("name", "url", "events", "enabled", "authorization", "custom_headers", "filters")
_AUTHORIZATION: Final = "authorization"


@attrs.frozen(kw_only=True)
class EnsuredSubscription:
    """The result of `ensure`: a subscription that is now as it should be."""

    subscription: models.WebhookSubscription
    """The subscription, with the `secret_key` that signs its deliveries."""
    created: bool
    """Whether it was created now."""
    changed: tuple[str, ...] = ()
    """The fields that differed and were changed: ``name``, ``url``, ``events``, ``enabled``, ``authorization``,
    ``custom_headers``, ``filters``."""


@attrs.frozen(kw_only=True)
class WantedSubscription:
    """How a subscription should be. None leaves a field as it is; a new subscription gets none."""

    name: str
    url: str
    events: Sequence[models.WebhookEvent]
    enabled: bool
    authorization: models.WebhookAuthorization | None
    custom_headers: Mapping[str, str] | None
    filters: Mapping[str, models.WebhookFilters] | None

    def new(self) -> models.NewWebhookSubscription:
        """The request that creates it."""
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
        """The changes that a subscription needs.

        Args:
            actual: how it is.

        Returns:
            The patch, which is empty if nothing has to change.
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
        events: the events, as members of the enum or as str.

    Returns:
        Each of them once.

    Raises:
        InvalidRequestError: the list is empty, or an event is not a str.
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
        The subscription, or None if none matches.

    Raises:
        UsageError: several match.
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
        The request that creates the successor.
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
    """The changes with which a successor takes over from a subscription.

    Args:
        actual: the subscription, as it is now.

    Returns:
        The patch for the successor.
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
        UsageError: it has no successor, or several.
    """
    name = old.name.removesuffix(OLD)
    successors = [each for each in found if each.id != old.id and each.name in (name, successor_name(name))]
    if len(successors) != 1:
        raise UsageError(
            f"the webhook subscription {old.id} has {len(successors)} successors, not one: call start_rotation first,"
            f" or delete all but one of those that have its name, with or without {NEXT!r} at the end"
        )
    return successors[0]


def _split_headers(headers: Mapping[str, str] | None) -> tuple[models.WebhookAuthorization, dict[str, str]]:
    """The authorization and the custom headers to send, from the headers of a subscription that was read."""
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
