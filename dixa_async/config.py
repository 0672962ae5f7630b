"""Settings: frozen, checked when they are made, and readable from the environment."""

import functools
import inspect
import ipaddress
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal, TypeAlias, TypeVar
from urllib.parse import SplitResult, urlsplit

import attrs
from typing_extensions import override

from .errors import CallInfo, ConfigurationError, UnreadableItem
from .secret import Secret

T = TypeVar("T")

ApiVersion: TypeAlias = Literal["beta", "v1"]
AuthScheme: TypeAlias = Literal["raw", "bearer"]
OnUnreadableItem: TypeAlias = Literal["raise"] | Callable[[UnreadableItem], object]
"""What is done with an item of a list that cannot be read: an error, or a call of this function."""

DEFAULT_BASE_URL: Final = "https://dev.dixa.io"
_API_VERSIONS: Final = ("beta", "v1")
_AUTH_SCHEMES: Final = ("raw", "bearer")
_PORTS: Final = {"https": 443, "http": 80}


def _positive(instance: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not value > 0:
        raise ConfigurationError(f"{type(instance).__name__}.{attribute.name} must be a number over 0, not {value!r}")
    if isinstance(value, int) and value > sys.float_info.max:
        raise ConfigurationError(f"{type(instance).__name__}.{attribute.name} must be finite and at most 1e308")


def _seconds(instance: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    _positive(instance, attribute, value)
    if value > sys.float_info.max:  # aiohttp cannot count with it
        raise ConfigurationError(f"{type(instance).__name__}.{attribute.name} must be finite; None means no limit")


_OPTIONAL_SECONDS: Any = attrs.validators.optional(_seconds)


def _at_least_one(instance: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ConfigurationError(
            f"{type(instance).__name__}.{attribute.name} must be a whole number of 1 or more, not {value!r}"
        )


_OPTIONAL_COUNT: Any = attrs.validators.optional(_at_least_one)


@attrs.frozen(kw_only=True)
class Timeout:
    """How long a call may take. All times are in seconds; None means no limit.

    The wait for the rate limit is never charged to `connect` or `attempt`.
    """

    total: float | None = attrs.field(default=None, validator=_OPTIONAL_SECONDS)
    """The whole call: waiting for the rate limit, all attempts, and the pauses between them."""
    attempt: float | None = attrs.field(default=30.0, validator=_OPTIONAL_SECONDS)
    """One attempt, from the connection to the last byte."""
    connect: float | None = attrs.field(default=10.0, validator=_OPTIONAL_SECONDS)
    """Making a connection, in one attempt: the look-up of the server's name is part of it."""


def _to_statuses(statuses: Iterable[int]) -> frozenset[int]:
    try:
        return frozenset(statuses)
    except TypeError:
        raise ConfigurationError(f"RetryPolicy.statuses must be a set of numbers, not {statuses!r}") from None


def _check_statuses(_: object, __: object, statuses: frozenset[Any]) -> None:
    if not all(type(status) is int and 100 <= status <= 599 for status in statuses):
        raise ConfigurationError(f"RetryPolicy.statuses must be whole numbers such as 503, not {set(statuses)!r}")


@attrs.frozen(kw_only=True)
class RetryEvent:
    """An attempt has failed, and another one will be made."""

    call: CallInfo
    """Which call, and what its attempts came to so far."""
    attempt: int
    """The number of the attempt that failed, from 1."""
    pause: float
    """Seconds until the next one. Its wait for the rate limit comes on top."""
    status: int | None
    """The status of the response, if there was one."""
    error: str | None
    """The name of the error, if no response arrived."""


def _is_plain_function(hook: Any) -> bool:
    # An object can be called too, by a method of its class.
    return callable(hook) and not any(map(inspect.iscoroutinefunction, (hook, type(hook).__call__)))


def _check_on_retry(_: object, __: object, hook: Any) -> None:
    if hook is not None and not _is_plain_function(hook):
        raise ConfigurationError("RetryPolicy.on_retry must be a plain function, which nobody awaits")


def _check_handler(_: object, __: object, handler: Any) -> None:
    if handler != "raise" and not _is_plain_function(handler):
        raise ConfigurationError("on_unreadable_item must be 'raise' or a plain function, which nobody awaits")


_RAISE_OR_HANDLER: Any = _check_handler


def _to_operations(operations: Mapping[str, "RetryPolicy"]) -> dict[str, "RetryPolicy"]:
    try:
        return dict(operations)
    except (TypeError, ValueError):
        name = type(operations).__name__
        raise ConfigurationError(f"RetryPolicy.operations must map operations to policies, not be a {name}") from None


def _check_operations(_: object, __: object, operations: Mapping[Any, Any]) -> None:
    for name, policy in operations.items():
        if not isinstance(name, str) or not re.fullmatch(r"[A-Z]+ /\S*", name):
            raise ConfigurationError(
                f"RetryPolicy.operations: {name!r} must be a method and a path template, such as"
                " 'POST /conversations/{conversationId}/messages'"
            )
        if not isinstance(policy, RetryPolicy) or policy.operations:
            raise ConfigurationError(f"RetryPolicy.operations: {name} must have a RetryPolicy without `operations`")


@attrs.frozen(kw_only=True)
class RetryPolicy:
    """When a failed attempt is retried.

    Every request is retried after a failed connection, a 429, and a 503 with Retry-After: in these cases Dixa has
    not acted. GET, PUT and DELETE are retried also after a lost connection, a timeout, and a status in `statuses`,
    and so is a POST that only reads. Any other POST is not, nor is PATCH: no one can tell whether Dixa has acted.
    Nothing is retried when the daily quota is used up.
    """

    max_attempts: int = attrs.field(default=4, validator=_at_least_one)
    """Attempts in all; 1 means no retry."""
    base_delay: float = attrs.field(default=0.5, validator=_positive)
    """Seconds. The wait before retry n is drawn from 0 to `base_delay` x 2^(n-1)."""
    max_delay: float = attrs.field(default=20.0, validator=_positive)
    """Seconds. The wait is never drawn from more than this."""
    max_retry_after: float = attrs.field(default=60.0, validator=_positive)
    """Seconds. If Dixa asks for a longer wait, the call fails at once and says so."""
    statuses: frozenset[int] = attrs.field(
        default=frozenset({408, 500, 502, 503, 504}), converter=_to_statuses, validator=_check_statuses
    )
    """Statuses after which a GET, PUT or DELETE is retried."""
    operations: Mapping[str, "RetryPolicy"] = attrs.field(
        factory=dict[str, "RetryPolicy"], converter=_to_operations, validator=_check_operations, hash=False
    )
    """Policies for single operations, by method and path template, such as ``GET /agents/{agentId}``."""
    on_retry: Callable[[RetryEvent], object] | None = attrs.field(default=None, validator=_check_on_retry, repr=False)
    """Called before each pause. An error in it is logged, and the call goes on."""

    def for_operation(self, method: str, path: str) -> "RetryPolicy":
        """The policy for an operation.

        Args:
            method: its method.
            path: its path template.

        Returns:
            Its own one, if there is one. If that has no `on_retry`, it is called with this policy's.
        """
        own = self.operations.get(f"{method} {path}") if self.operations else None
        if own is None:
            return self
        return own if own.on_retry is not None else attrs.evolve(own, on_retry=self.on_retry)


@attrs.frozen(kw_only=True)
class RateLimit:
    """How fast requests are sent.

    All clients of a process with the same server and token share one limit, which the client made last with a limit of
    its own sets for all. Without a client it is kept while it counts: on the UTC day of a request, to midnight.
    """

    per_second: float = attrs.field(default=10.0, validator=_positive)
    """Requests a second. Dixa allows 10 for each token; `math.inf` switches the limit off."""
    burst: int = attrs.field(default=3, validator=_at_least_one)
    """Requests that may go at once after a pause. Dixa allows 4; one is kept for the jitter of the network."""
    max_wait: float | None = attrs.field(default=None, validator=_OPTIONAL_SECONDS)
    """Seconds. A call that would wait longer for its turn fails with `RateLimitTimeoutError`, at once if that can be
    foreseen; None: it waits. Waits for a slot and for the look-up of the server's name count too, and those for a
    connection if the session is not the client's own. A retry may wait as long again."""
    daily_quota: int | None = attrs.field(default=864_000, validator=_OPTIONAL_COUNT)
    """Requests a UTC day. They are counted: the log warns at 90 % and at the end; None: there is no quota."""


DEFAULT_RATE_LIMIT: Final = RateLimit()
"""Stands where nobody asked for a limit: it changes nothing of one that another client of the process asked for."""


def _to_rate_limit(value: Any) -> Any:
    """A plain number means requests a second."""
    return RateLimit(per_second=value) if isinstance(value, int | float) else value


def _hide_key(cls: type[T]) -> type[T]:
    """Let the constructor of attrs, and so reports of its errors, see the key as a secret only."""
    initialize: Callable[..., None] = cls.__init__

    @functools.wraps(initialize)
    def initialize_with_secret(self: Any, *, api_key: str | Secret, **settings: Any) -> None:
        key = Secret.of(api_key)
        del api_key
        initialize(self, api_key=key, **settings)

    cls.__init__ = initialize_with_secret  # type: ignore[assignment]
    return cls


def _to_secret(key: str | Secret) -> Secret:
    return Secret.of(key)


def _check_api_key(_: object, __: object, key: Secret) -> None:
    # The key itself is in no message and no variable.
    how = "pass api_key=… or set DIXA_API_KEY"
    if not isinstance(key.reveal(), str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError(f"the API key must be a str, not {type(key.reveal()).__name__}: {how}")
    if not key.reveal():
        raise ConfigurationError(f"there is no API key: {how}")
    if re.match(r"bearer\b", key.reveal(), re.IGNORECASE):
        raise ConfigurationError(
            'pass the API key without "Bearer"; auth_scheme="bearer" sends it with that word before it'
        )
    if not re.fullmatch(r"[!-~]+", key.reveal()):
        raise ConfigurationError(
            "the API key holds a space, a line break or a character that no key has: check its ends"
        )


def _to_base_url(url: str) -> str:
    """Check a URL, and write it in the one way that is the same for all who mean the same server."""
    parts = _checked_url(url)
    host, port = parts.hostname or "", parts.port
    if ":" in host:
        host = f"[{host}]"
    if port is not None and port != _PORTS[parts.scheme]:
        host = f"{host}:{port}"
    return f"{parts.scheme}://{host}{parts.path.rstrip('/')}"


def _checked_url(url: Any) -> SplitResult:
    if not isinstance(url, str):
        raise ConfigurationError(f"base_url must be a str, not {type(url).__name__}")
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
        (host or "").encode("idna")  # as it is looked up
    except ValueError as error:
        raise ConfigurationError(f"base_url is not a URL: {error}") from None
    if parts.scheme not in ("https", "http") or not host or not re.fullmatch(r"[!-~]+", url) or "\\" in url:
        raise ConfigurationError(f"base_url must be an https URL such as {DEFAULT_BASE_URL}")
    if parts.path.rstrip("/").rpartition("/")[2] in _API_VERSIONS:
        raise ConfigurationError("base_url must not hold the version: pass api_version='beta' or 'v1'")
    if parts.username is not None or "?" in url or "#" in url:
        raise ConfigurationError("base_url must have no user, query or fragment")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ConfigurationError("base_url must be https: plain http to another machine would show the API key")
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _one_of(allowed: tuple[str, ...]) -> Any:
    def check(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        if value not in allowed:
            raise ConfigurationError(f"{attribute.name} must be one of {', '.join(allowed)}, not {value!r}")

    return check


def _a(kind: type, instead: str = "") -> Any:
    """Check the type of a setting; `instead` says what else it takes, or how one is made."""

    def check(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        if not isinstance(value, kind):
            raise ConfigurationError(f"{attribute.name} must be a {kind.__name__}{instead}, not {type(value).__name__}")

    return check


def _to_timeout(value: Any) -> Any:
    """A plain number of seconds means the time of one attempt."""
    return Timeout(attempt=value) if isinstance(value, int | float) else value


@_hide_key
@attrs.frozen(kw_only=True)
class ClientConfig:
    """All settings of a client."""

    api_key: Secret = attrs.field(repr=False, converter=_to_secret, validator=_check_api_key)
    """The token of an API integration in Dixa. `api_key.reveal()` shows it."""
    base_url: str = attrs.field(default=DEFAULT_BASE_URL, converter=_to_base_url)
    """The server; https, or http on this machine."""
    api_version: ApiVersion = attrs.field(default="beta", validator=_one_of(_API_VERSIONS))
    """``beta`` or ``v1``: both have the same operations, and what is new comes to beta first."""
    auth_scheme: AuthScheme = attrs.field(default="raw", validator=_one_of(_AUTH_SCHEMES))
    """``raw`` sends the token alone, as Dixa describes it; ``bearer`` writes "Bearer" before it."""
    timeout: Timeout = attrs.field(
        factory=Timeout, converter=_to_timeout, validator=_a(Timeout, " or a number of seconds")
    )
    retry: RetryPolicy = attrs.field(
        factory=RetryPolicy, validator=_a(RetryPolicy, " such as RetryPolicy(max_attempts=3)")
    )
    rate_limit: RateLimit = attrs.field(
        default=DEFAULT_RATE_LIMIT,
        converter=_to_rate_limit,
        validator=_a(RateLimit, " or a number of requests a second"),
    )
    max_concurrency: int = attrs.field(default=100, validator=_at_least_one)
    """Requests under way at once."""
    max_response_bytes: int = attrs.field(default=16 * 1024 * 1024, validator=_at_least_one)
    """The largest response that is read, in bytes after decompression; also sets how many JSON values it may hold:
    2**20, or one for every 16 bytes of this limit, whichever is more."""
    log_bodies: bool = attrs.field(default=False, validator=_a(bool))
    """Whether bodies are logged at DEBUG. They hold personal data."""
    on_unreadable_item: OnUnreadableItem = attrs.field(default="raise", validator=_RAISE_OR_HANDLER, repr=False)
    """What is done with an item of a list that cannot be read: ``raise``, or a function that is called with it."""

    @classmethod
    def from_env(cls) -> "ClientConfig":
        """Make the settings from the environment and the defaults.

        The environment is DIXA_API_KEY, DIXA_BASE_URL, DIXA_API_VERSION, DIXA_AUTH_SCHEME, DIXA_TIMEOUT (seconds for
        one attempt), DIXA_RATE_LIMIT (requests a second) and DIXA_MAX_ATTEMPTS.

        Returns:
            The settings.

        Raises:
            ConfigurationError: there is no API key, or a setting cannot work.
        """
        return resolve_config({})

    @override
    def __str__(self) -> str:
        return f"{self.base_url}/{self.api_version}"


def resolve_config(given: Mapping[str, object]) -> ClientConfig:
    """Make the settings from what is given, then the environment, then the defaults.

    Args:
        given: fields of `ClientConfig`; None stands for "not given".

    Returns:
        The settings.

    Raises:
        ConfigurationError: a setting cannot work.
    """
    settings = {name: value for name, value in given.items() if value is not None}
    for name, (variable, read) in _ENVIRONMENT.items():
        if name not in settings and os.environ.get(variable):
            settings[name] = _from_variable(variable, read)
    return ClientConfig(**{"api_key": Secret(""), **settings})  # type: ignore[arg-type]


_ENVIRONMENT: Final[Mapping[str, tuple[str, Callable[[str], object]]]] = {
    "api_key": ("DIXA_API_KEY", Secret),
    "base_url": ("DIXA_BASE_URL", str),
    "api_version": ("DIXA_API_VERSION", str),
    "auth_scheme": ("DIXA_AUTH_SCHEME", str),
    "timeout": ("DIXA_TIMEOUT", lambda text: Timeout(attempt=float(text))),
    "rate_limit": ("DIXA_RATE_LIMIT", lambda text: RateLimit(per_second=float(text))),
    "retry": ("DIXA_MAX_ATTEMPTS", lambda text: RetryPolicy(max_attempts=int(text))),
}
"""The variables of the environment, by setting, and how they are read."""


def _from_variable(variable: str, read: Callable[[str], object]) -> object:
    text = os.environ[variable]
    try:
        return read(text)
    except ConfigurationError as error:
        raise ConfigurationError(f"{variable}: {error}") from None
    except ValueError:
        raise ConfigurationError(f"{variable} must be a number, not {text!r}") from None
