"""Checks of single settings, as validators and converters of attrs."""

import functools
import inspect
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias, TypeVar

import attrs

from .errors import ConfigurationError
from .secret import Secret

T = TypeVar("T")

_Attribute: TypeAlias = "attrs.Attribute[Any]"


def positive(instance: object, attribute: _Attribute, value: Any) -> None:
    """Check a number over 0, which may be infinite."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not value > 0:
        raise ConfigurationError(f"{type(instance).__name__}.{attribute.name} must be a number over 0, not {value!r}")
    if isinstance(value, int) and value > sys.float_info.max:
        raise ConfigurationError(f"{type(instance).__name__}.{attribute.name} must be finite and at most 1e308")


def _seconds(instance: object, attribute: _Attribute, value: Any) -> None:
    positive(instance, attribute, value)
    if value > sys.float_info.max:  # aiohttp cannot calculate with it
        raise ConfigurationError(f"{type(instance).__name__}.{attribute.name} must be finite; None means no limit")


def at_least_one(instance: object, attribute: _Attribute, value: Any) -> None:
    """Check a whole number of 1 or more."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ConfigurationError(
            f"{type(instance).__name__}.{attribute.name} must be a whole number of 1 or more, not {value!r}"
        )


optional_seconds: Final[Any] = attrs.validators.optional(_seconds)
optional_count: Final[Any] = attrs.validators.optional(at_least_one)


def one_of(allowed: tuple[str, ...]) -> Any:
    """Make the check of a setting with few values."""

    def check(_: object, attribute: _Attribute, value: object) -> None:
        if value not in allowed:
            raise ConfigurationError(f"{attribute.name} must be one of {', '.join(allowed)}, not {value!r}")

    return check


def instance_of(cls: type, hint: str = "") -> Any:
    """Make the check of the type of a setting; `hint` says what else it takes, or how one is made."""

    def check(_: object, attribute: _Attribute, value: object) -> None:
        if not isinstance(value, cls):
            raise ConfigurationError(f"{attribute.name} must be a {cls.__name__}{hint}, not {type(value).__name__}")

    return check


def to_statuses(statuses: Iterable[int]) -> frozenset[int]:
    """Convert `RetryPolicy.statuses`."""
    try:
        return frozenset(statuses)
    except TypeError:
        raise ConfigurationError(f"RetryPolicy.statuses must be a set of numbers, not {statuses!r}") from None


def check_statuses(_: object, __: object, statuses: frozenset[Any]) -> None:
    """Check `RetryPolicy.statuses`."""
    if not all(type(status) is int and 100 <= status <= 599 for status in statuses):
        raise ConfigurationError(f"RetryPolicy.statuses must be whole numbers such as 503, not {set(statuses)!r}")


def _is_plain_function(hook: Any) -> bool:
    # An object can be called too, by a method of its class.
    return callable(hook) and not any(map(inspect.iscoroutinefunction, (hook, type(hook).__call__)))


def check_on_retry(_: object, __: object, hook: Any) -> None:
    """Check `RetryPolicy.on_retry`."""
    if hook is not None and not _is_plain_function(hook):
        raise ConfigurationError("RetryPolicy.on_retry must be a plain function, not an async one: it is not awaited")


def _check_on_unreadable_item(_: object, __: object, handler: Any) -> None:
    if handler != "raise" and not _is_plain_function(handler):
        raise ConfigurationError(
            "on_unreadable_item must be 'raise' or a plain function, not an async one: it is not awaited"
        )


check_on_unreadable_item: Final[Any] = _check_on_unreadable_item  # Any, or pyright infers the type of the field from it


def hide_key(cls: type[T]) -> type[T]:
    """Wrap the API key in a `Secret` before the constructor of attrs gets it, so that no error report shows it."""
    initialize: Callable[..., None] = cls.__init__

    @functools.wraps(initialize)
    def initialize_with_secret(self: Any, *, api_key: str | Secret, **settings: Any) -> None:
        key = Secret.of(api_key)
        del api_key
        initialize(self, api_key=key, **settings)

    cls.__init__ = initialize_with_secret  # type: ignore[assignment]
    return cls


def to_secret(key: str | Secret) -> Secret:
    """Convert `ClientConfig.api_key`."""
    return Secret.of(key)


def check_api_key(_: object, __: object, key: Secret) -> None:
    """Check `ClientConfig.api_key`. The key itself is in no message and in no variable."""
    how = "set DIXA_API_KEY, or pass api_key=… to the client"
    if not isinstance(key.reveal(), str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError(f"the API key must be a str, not {type(key.reveal()).__name__}: {how}")
    if not key.reveal():
        raise ConfigurationError(f"there is no API key: {how}")
    if re.match(r"bearer\b", key.reveal(), re.IGNORECASE):
        raise ConfigurationError('pass the API key without "Bearer"; auth_scheme="bearer" adds it')
    if not re.fullmatch(r"[!-~]+", key.reveal()):
        raise ConfigurationError(
            "the API key has a space, a line break or another character that no key has: check its start and end"
        )
