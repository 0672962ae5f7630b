"""Settings: immutable, checked when they are made, and readable from the environment."""

import os
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, TypeAlias

import attrs
from typing_extensions import override

from ._base_url import (
    API_VERSIONS,
    DEFAULT_BASE_URL,
    ApiVersion as ApiVersion,
    normalize_base_url,
    server_beside,
)
from ._config_checks import (
    at_least_one,
    check_api_key,
    check_on_retry,
    check_on_unreadable_item,
    check_statuses,
    hide_key,
    instance_of,
    one_of,
    optional_count,
    optional_seconds,
    positive,
    to_secret,
    to_statuses,
)
from .errors import CallInfo, ConfigurationError, UnreadableItem
from .secret import Secret

AuthScheme: TypeAlias = Literal["raw", "bearer"]
OnUnreadableItem: TypeAlias = Literal["raise"] | Callable[[UnreadableItem], object]
"""What to do with an item of a list that cannot be read: raise an error, or call this function."""


@attrs.frozen(kw_only=True)
class Timeout:
    """How long a call may take. All times are in seconds; None means no limit.

    The wait for the rate limit never counts against `connect` or `attempt`.
    """

    total: float | None = attrs.field(default=None, validator=optional_seconds)
    """The whole call: waiting for the rate limit, all attempts, and the pauses between them."""
    attempt: float | None = attrs.field(default=30.0, validator=optional_seconds)
    """One attempt, from the connection to the last byte."""
    connect: float | None = attrs.field(default=10.0, validator=optional_seconds)
    """Making a connection in one attempt, with the DNS lookup of the server."""


@attrs.frozen(kw_only=True)
class RetryEvent:
    """An attempt has failed, and another one will be made."""

    call: CallInfo
    """The call, with its attempts so far."""
    attempt: int
    """The number of the attempt that failed, from 1."""
    pause: float
    """Seconds until the next one. Its wait for the rate limit is added to them."""
    status: int | None
    """The status of the response, if there was one."""
    error: str | None
    """The class name of the error, if no response arrived."""


def _to_operations(operations: Mapping[str, "RetryPolicy"]) -> dict[str, "RetryPolicy"]:
    try:
        return dict(operations)
    except (TypeError, ValueError):
        name = type(operations).__name__
        raise ConfigurationError(
            f"RetryPolicy.operations must be a dict of policies by operation, not a {name}"
        ) from None


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
    not acted. GET, PUT, DELETE and a POST that only reads are also retried after a lost connection, a timeout, and a
    status in `statuses`. Any other POST is not, nor is PATCH, as nobody knows whether Dixa has acted. Nothing is
    retried once the daily quota is used up.
    """

    max_attempts: int = attrs.field(default=4, validator=at_least_one)
    """Attempts in all; 1 means no retry."""
    base_delay: float = attrs.field(default=0.5, validator=positive)
    """Seconds. The wait before retry n is drawn from 0 to `base_delay` x 2^(n-1)."""
    max_delay: float = attrs.field(default=20.0, validator=positive)
    """Seconds. The upper end of that range never exceeds this."""
    max_retry_after: float = attrs.field(default=60.0, validator=positive)
    """Seconds. If Dixa asks for a longer wait, the call fails at once."""
    statuses: frozenset[int] = attrs.field(
        default=frozenset({408, 500, 502, 503, 504}), converter=to_statuses, validator=check_statuses
    )
    """Statuses after which a GET, PUT or DELETE is retried."""
    operations: Mapping[str, "RetryPolicy"] = attrs.field(
        factory=dict[str, "RetryPolicy"], converter=_to_operations, validator=_check_operations, hash=False
    )
    """Policies for single operations, by method and path template, such as ``GET /agents/{agentId}``."""
    on_retry: Callable[[RetryEvent], object] | None = attrs.field(default=None, validator=check_on_retry, repr=False)
    """Called before each pause. An exception in it is logged, and the call continues."""

    def for_operation(self, method: str, path: str) -> "RetryPolicy":
        """The policy for an operation.

        Args:
            method: its HTTP method.
            path: its path template.

        Returns:
            Its policy in `operations`, with the `on_retry` of this policy unless it has its own; else this policy.
        """
        own = self.operations.get(f"{method} {path}") if self.operations else None
        if own is None:
            return self
        return own if own.on_retry is not None else attrs.evolve(own, on_retry=self.on_retry)


@attrs.frozen(kw_only=True)
class RateLimit:
    """How fast requests are sent.

    All clients of a process with the same server and token share one limit. A client that is made with a `RateLimit`
    changes it for all of them. It outlives the clients for as long as it matters: to the end of the UTC day.
    """

    per_second: float = attrs.field(default=10.0, validator=positive)
    """Requests a second. Dixa allows 10 for each token; `math.inf` switches the limit off."""
    burst: int = attrs.field(default=3, validator=at_least_one)
    """Requests that may be sent at once after a pause. Dixa allows 4; one is left for network jitter."""
    max_wait: float | None = attrs.field(default=None, validator=optional_seconds)
    """Seconds; None means no limit. A call that would wait longer for a permit fails with `RateLimitTimeoutError`, at
    once if that is foreseeable. Waits for a slot and for the DNS lookup count too, and those for a connection of a
    session that was passed to the client. A retry may wait as long again."""
    daily_quota: int | None = attrs.field(default=864_000, validator=optional_count)
    """Requests a UTC day; None means no quota. They are counted, and a warning is logged at 90 % and at 100 %."""


DEFAULT_RATE_LIMIT: Final = RateLimit()
"""The limit of a client that is made without one. It does not change that of other clients with the same token."""


def _to_rate_limit(value: Any) -> Any:
    """A plain number means requests a second."""
    return RateLimit(per_second=value) if isinstance(value, int | float) else value


def _to_exports_url(url: str | None) -> str | None:
    return None if url is None else normalize_base_url(url, "exports_url")


def _to_files_url(url: str | None) -> str | None:
    return None if url is None else normalize_base_url(url, "files_url")


def _to_timeout(value: Any) -> Any:
    """A plain number of seconds means the time of one attempt."""
    return Timeout(attempt=value) if isinstance(value, int | float) else value


@hide_key
@attrs.frozen(kw_only=True)
class ClientConfig:
    """All settings of a client, for `DixaClient(config=…)`. Change some with `attrs.evolve`."""

    api_key: Secret = attrs.field(repr=False, converter=to_secret, validator=check_api_key)
    """The token of an API integration in Dixa. `api_key.reveal()` shows it."""
    base_url: str = attrs.field(default=DEFAULT_BASE_URL, converter=normalize_base_url)
    """The server; https, or http on this machine."""
    api_version: ApiVersion = attrs.field(default="beta", validator=one_of(API_VERSIONS))
    """``beta`` or ``v1``. Both have the same operations; new ones come to beta first."""
    auth_scheme: AuthScheme = attrs.field(default="raw", validator=one_of(("raw", "bearer")))
    """``raw`` sends the token alone, as Dixa documents it; ``bearer`` sends "Bearer" before it."""
    timeout: Timeout = attrs.field(
        factory=Timeout, converter=_to_timeout, validator=instance_of(Timeout, " or a number of seconds")
    )
    retry: RetryPolicy = attrs.field(
        factory=RetryPolicy, validator=instance_of(RetryPolicy, " such as RetryPolicy(max_attempts=3)")
    )
    rate_limit: RateLimit = attrs.field(
        default=DEFAULT_RATE_LIMIT,
        converter=_to_rate_limit,
        validator=instance_of(RateLimit, " or a number of requests a second"),
    )
    max_concurrency: int = attrs.field(default=100, validator=at_least_one)
    """Requests under way at once."""
    max_response_bytes: int = attrs.field(default=16 * 1024 * 1024, validator=at_least_one)
    """The largest response that is read, in bytes after decompression. It may have 2**20 JSON values, or one for every
    16 bytes of this limit, whichever is more."""
    log_bodies: bool = attrs.field(default=False, validator=instance_of(bool))
    """Whether bodies are logged at DEBUG. They hold personal data."""
    on_unreadable_item: OnUnreadableItem = attrs.field(default="raise", validator=check_on_unreadable_item, repr=False)
    """What to do with an item of a list that cannot be read: ``raise``, or a function to call with it."""
    exports_url: str | None = attrs.field(default=None, converter=_to_exports_url)
    """The server of exports. None means that of Dixa, or the server of `base_url` if that is not one of Dixa's."""
    files_url: str | None = attrs.field(default=None, converter=_to_files_url)
    """The server of files. None means that of Dixa, or the server of `base_url` if that is not one of Dixa's."""
    exports_per_minute: float = attrs.field(default=10.0, validator=positive)
    """Requests for exports a minute. Dixa allows about 10 for each token; `math.inf` switches the limit off."""
    max_export_bytes: int = attrs.field(default=16 * 1024**3, validator=at_least_one)
    """The largest response of an export, in bytes after decompression. It is never in memory as a whole."""
    max_export_row_bytes: int = attrs.field(default=4 * 1024**2, validator=at_least_one)
    """The largest row of an export, in bytes."""
    max_file_bytes: int = attrs.field(default=512 * 1024**2, validator=at_least_one)
    """The largest file that is downloaded, in bytes. It is never in memory as a whole."""

    @property
    def exports_server(self) -> str:
        """The server of exports that is used: `exports_url` or its default."""
        return self.exports_url or server_beside(self.base_url, "exports")

    @property
    def files_server(self) -> str:
        """The server of files that is used: `files_url` or its default."""
        return self.files_url or server_beside(self.base_url, "files")

    @classmethod
    def from_env(cls) -> "ClientConfig":
        """Read the settings from environment variables, with the defaults for all others.

        The variables are DIXA_API_KEY, DIXA_BASE_URL, DIXA_EXPORTS_URL, DIXA_FILES_URL, DIXA_API_VERSION,
        DIXA_AUTH_SCHEME, DIXA_TIMEOUT (seconds for one attempt), DIXA_RATE_LIMIT (requests a second),
        DIXA_EXPORTS_PER_MINUTE and DIXA_MAX_ATTEMPTS.

        Returns:
            The settings.

        Raises:
            ConfigurationError: there is no API key, or a setting is invalid.
        """
        return resolve_config(None, {})

    @override
    def __str__(self) -> str:
        return f"{self.base_url}/{self.api_version}"


def resolve_config(config: ClientConfig | None, given: Mapping[str, object]) -> ClientConfig:
    """Find the settings of a client: a complete config, or arguments, then environment variables, then defaults.

    Args:
        config: all settings, or None to make them from the others.
        given: fields of `ClientConfig`; None means "not given".

    Returns:
        The settings.

    Raises:
        ConfigurationError: a setting is invalid, or passed beside `config`.
    """
    settings = {name: value for name, value in given.items() if value is not None}
    if config is not None:
        if not isinstance(config, ClientConfig):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError(f"config must be a ClientConfig, not {type(config).__name__}")
        if settings:
            names = ", ".join(settings)
            raise ConfigurationError(f"{names} cannot be passed beside config: use attrs.evolve(config, …) instead")
        return config
    for name, (variable, read) in _ENVIRONMENT.items():
        if name not in settings and os.environ.get(variable):
            settings[name] = _from_variable(variable, read)
    return ClientConfig(**{"api_key": Secret(""), **settings})  # type: ignore[arg-type]


def with_changes(config: ClientConfig, changes: Mapping[str, object]) -> ClientConfig:
    """A copy of settings with other values for some.

    `attrs.evolve` would check all of them again, and a view of a client may be made for each call.

    Args:
        config: the settings.
        changes: the other values, by field. They are not converted.

    Returns:
        The copy.

    Raises:
        ConfigurationError: one of the other values is invalid.
    """
    changed = object.__new__(ClientConfig)
    for field in attrs.fields(ClientConfig):
        value = getattr(config, field.name)
        if field.name in changes:
            value = changes[field.name]
            if field.validator is not None:
                field.validator(changed, field, value)
        object.__setattr__(changed, field.name, value)
    return changed


_ENVIRONMENT: Final[Mapping[str, tuple[str, Callable[[str], object]]]] = {
    "api_key": ("DIXA_API_KEY", Secret),
    "base_url": ("DIXA_BASE_URL", str),
    "exports_url": ("DIXA_EXPORTS_URL", str),
    "files_url": ("DIXA_FILES_URL", str),
    "api_version": ("DIXA_API_VERSION", str),
    "auth_scheme": ("DIXA_AUTH_SCHEME", str),
    "timeout": ("DIXA_TIMEOUT", lambda text: Timeout(attempt=float(text))),
    "rate_limit": ("DIXA_RATE_LIMIT", lambda text: RateLimit(per_second=float(text))),
    "exports_per_minute": ("DIXA_EXPORTS_PER_MINUTE", float),
    "retry": ("DIXA_MAX_ATTEMPTS", lambda text: RetryPolicy(max_attempts=int(text))),
}
"""The environment variable of each setting, and how it is read."""

ENVIRONMENT_VARIABLES: Final = tuple(variable for variable, _ in _ENVIRONMENT.values())
"""The environment variables that a client reads."""


def _from_variable(variable: str, read: Callable[[str], object]) -> object:
    text = os.environ[variable]
    try:
        return read(text)
    except ConfigurationError as error:
        raise ConfigurationError(f"{variable}: {error}") from None
    except ValueError:
        raise ConfigurationError(f"{variable} must be a number, not {text!r}") from None
