"""An asyncio client for the Dixa API.

- `DixaClient` makes the calls.
- `dixa_async.models` has the models of requests and responses.
- `dixa_async.errors` has all errors of calls.
- `dixa_async.exports` has what `DixaClient.exports` reads, and `dixa_async.exports.sync` keeps copies of it in step.
- `dixa_async.files` has what `DixaClient.files` downloads.
- `dixa_async.bulk` runs many calls as one job.
- `dixa_async.webhooks` receives the events that Dixa sends.
- `dixa_async.telemetry` reports calls to OpenTelemetry.
- `dixa_async.testing` has a fake Dixa for tests.

A name is imported on first use.
"""

from typing import TYPE_CHECKING

from ._lazy import lazy_names
from ._lazy_index import INDEX

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
        FileChangedError as FileChangedError,
        IndeterminateWriteError as IndeterminateWriteError,
        InvalidRequestError as InvalidRequestError,
        NoMatchError as NoMatchError,
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
        SeveralMatchesError as SeveralMatchesError,
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
    from .resources.once import OnceOutcome as OnceOutcome, OnceResult as OnceResult
    from .resources.webhook_subscriptions import EnsuredSubscription as EnsuredSubscription
    from .rows import conversation_row as conversation_row, message_row as message_row
    from .secret import Secret as Secret
    from .transport.http import Request as Request, Response as Response
    from .transport.limiter.protocol import Limiter as Limiter, LimiterState as LimiterState
    from .transport.limiter.redis.settings import RedisRateLimit as RedisRateLimit
    from .transport.middleware.chain import Middleware as Middleware, Send as Send
    from .transport.operation import Operation as Operation

if not TYPE_CHECKING:  # a type checker that saw it would accept any misspelled name
    __getattr__, __dir__ = lazy_names(__name__, INDEX[__name__])
