"""An asyncio client for the Dixa API.

- `DixaClient` makes the calls.
- `dixa_async.models` has the models of requests and responses.
- `dixa_async.errors` has all errors of calls.
- `dixa_async.bulk` runs many calls as one job.
- `dixa_async.webhooks` receives the events that Dixa sends.
- `dixa_async.testing` has a fake Dixa for tests.

A name is imported when it is first used.
"""

from typing import TYPE_CHECKING

from ._lazy import lazy_names

if TYPE_CHECKING:
    from ._version import __version__ as __version__
    from .api_response import ApiResponse as ApiResponse, ResponseInfo as ResponseInfo
    from .client import DixaClient as DixaClient
    from .config import (
        ClientConfig as ClientConfig,
        OnUnreadableItem as OnUnreadableItem,
        RateLimit as RateLimit,
        RetryEvent as RetryEvent,
        RetryPolicy as RetryPolicy,
        Timeout as Timeout,
    )
    from .conversion import from_json as from_json, to_dict as to_dict, to_json as to_json
    from .errors import (
        Attempt as Attempt,
        AuthenticationError as AuthenticationError,
        BadRequestError as BadRequestError,
        CallError as CallError,
        CallInfo as CallInfo,
        CallTimeoutError as CallTimeoutError,
        ClientClosedError as ClientClosedError,
        ConfigurationError as ConfigurationError,
        ConflictError as ConflictError,
        ConnectError as ConnectError,
        ConnectionLostError as ConnectionLostError,
        DixaError as DixaError,
        DixaWarning as DixaWarning,
        InvalidRequestError as InvalidRequestError,
        NotFoundError as NotFoundError,
        PaginationError as PaginationError,
        PermissionDeniedError as PermissionDeniedError,
        QuotaExhaustedError as QuotaExhaustedError,
        RateLimitTimeoutError as RateLimitTimeoutError,
        RedirectError as RedirectError,
        ResponseDecodeError as ResponseDecodeError,
        ResponseError as ResponseError,
        ResponseTooLargeError as ResponseTooLargeError,
        SerializationError as SerializationError,
        ServerError as ServerError,
        StatusError as StatusError,
        TlsError as TlsError,
        TooManyRequestsError as TooManyRequestsError,
        TransportError as TransportError,
        UnprocessableEntityError as UnprocessableEntityError,
        UnreadableItem as UnreadableItem,
        UnreadableItemsError as UnreadableItemsError,
        UsageError as UsageError,
        WaitTooLongError as WaitTooLongError,
    )
    from .models.base import UNSET as UNSET, Model as Model, OpenEnum as OpenEnum, Unknown as Unknown, Unset as Unset
    from .pagination import Page as Page, Pager as Pager
    from .secret import Secret as Secret
    from .transport.http import Request as Request, Response as Response
    from .transport.limiter.protocol import Limiter as Limiter, LimiterState as LimiterState
    from .transport.limiter.redis.settings import RedisRateLimit as RedisRateLimit
    from .transport.middleware.chain import Middleware as Middleware, Send as Send
    from .transport.operation import Operation as Operation

_NAMES = {
    "_version": ("__version__",),
    "client": ("DixaClient",),
    "config": (
        "ClientConfig",
        "OnUnreadableItem",
        "RateLimit",
        "RetryEvent",
        "RetryPolicy",
        "Timeout",
    ),
    "conversion": (
        "from_json",
        "to_dict",
        "to_json",
    ),
    "errors": (
        "ResponseError",
        "Attempt",
        "AuthenticationError",
        "BadRequestError",
        "CallError",
        "CallInfo",
        "CallTimeoutError",
        "ConnectError",
        "ClientClosedError",
        "ConfigurationError",
        "ConflictError",
        "ConnectionLostError",
        "DixaError",
        "DixaWarning",
        "InvalidRequestError",
        "SerializationError",
        "NotFoundError",
        "PaginationError",
        "PermissionDeniedError",
        "QuotaExhaustedError",
        "RateLimitTimeoutError",
        "RedirectError",
        "ResponseDecodeError",
        "ResponseTooLargeError",
        "ServerError",
        "StatusError",
        "TlsError",
        "TooManyRequestsError",
        "TransportError",
        "UnprocessableEntityError",
        "UnreadableItem",
        "UnreadableItemsError",
        "UsageError",
        "WaitTooLongError",
    ),
    "models.base": (
        "UNSET",
        "Model",
        "OpenEnum",
        "Unknown",
        "Unset",
    ),
    "pagination": (
        "Page",
        "Pager",
    ),
    "api_response": ("ApiResponse", "ResponseInfo"),
    "secret": ("Secret",),
    "transport.middleware.chain": (
        "Middleware",
        "Send",
    ),
    "transport.http": (
        "Request",
        "Response",
    ),
    "transport.limiter.protocol": ("Limiter", "LimiterState"),
    "transport.operation": ("Operation",),
    "transport.limiter.redis.settings": ("RedisRateLimit",),
}

if not TYPE_CHECKING:  # a type checker that saw it would take any misspelt name for one of the package
    __getattr__, __dir__ = lazy_names(__name__, _NAMES)
