"""The errors of the calls, and of the client.

    DixaError
    ├── ConfigurationError        a setting that cannot work (also a ValueError)
    ├── InvalidRequestError       an argument that cannot be sent; nothing was sent (also a ValueError)
    ├── UsageError                used in a way that cannot work (also a RuntimeError)
    │   └── ClientClosedError     used after it was closed
    ├── TransportError            no response came, or an incomplete one
    │   ├── ConnectError    no connection was made, so nothing was sent
    │   ├── TlsError              the server's certificate or TLS was refused, so nothing was sent
    │   ├── ConnectionLostError   the connection broke before the response was complete
    │   ├── CallTimeoutError      too slow (also a TimeoutError)
    │   └── ResponseTooLargeError the response was larger than the client accepts
    ├── StatusError               a response with a status other than 2xx
    │   ├── RedirectError         3xx: never followed, for the token would go along
    │   ├── BadRequestError       400
    │   ├── AuthenticationError   401
    │   ├── PermissionDeniedError 403
    │   ├── NotFoundError         404
    │   ├── ConflictError         409
    │   ├── UnprocessableEntityError    422
    │   ├── TooManyRequestsError  429
    │   │   └── QuotaExhaustedError  429, because the requests of the day are used up
    │   └── ServerError           5xx
    ├── ResponseDecodeError       a 2xx response that cannot be read; `body` keeps it
    │   └── UnreadableItemsError  some items of a list cannot be read; it has the others
    ├── PaginationError           the pages form a cycle
    ├── RateLimitTimeoutError     the wait for the rate limit would be longer than `max_wait`; it was not sent
    ├── WaitTooLongError          what a limiter reports, of which a call makes a RateLimitTimeoutError
    └── SerializationError                 `to_json` or `from_json` was given what it cannot turn (also a ValueError)

TransportError, PaginationError and RateLimitTimeoutError are `CallError`s, and so are StatusError and
ResponseDecodeError, which have the response with them as `ResponseError`s. Each CallError carries a `CallInfo` (which
operation, and what each attempt came to) and `maybe_applied`: whether Dixa may have done what the call asks for.
All errors can be copied and pickled. None holds the token or the body of a request. Where an error has a `path`, its
text shows that without the keys of maps, which may be personal. What ends a bulk job is a `dixa_async.bulk.BulkError`
or `JournalError`.
"""

from .base import (
    ClientClosedError,
    ConfigurationError,
    DixaError,
    DixaWarning,
    InvalidRequestError,
    SerializationError,
    UsageError,
    WaitTooLongError,
)
from .calls import (
    Attempt,
    CallError,
    CallInfo,
    CallTimeoutError,
    ConnectError,
    ConnectionLostError,
    PaginationError,
    RateLimitTimeoutError,
    ResponseTooLargeError,
    TlsError,
    TransportError,
)
from .responses import (
    AuthenticationError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    QuotaExhaustedError,
    RedirectError,
    ResponseDecodeError,
    ResponseError,
    ServerError,
    StatusError,
    TooManyRequestsError,
    UnprocessableEntityError,
    UnreadableItem,
    UnreadableItemsError,
    may_have_acted,
    request_id_of,
)

__all__ = [
    "Attempt",
    "AuthenticationError",
    "BadRequestError",
    "CallError",
    "CallInfo",
    "CallTimeoutError",
    "ClientClosedError",
    "ConfigurationError",
    "ConflictError",
    "ConnectError",
    "ConnectionLostError",
    "DixaError",
    "DixaWarning",
    "InvalidRequestError",
    "NotFoundError",
    "PaginationError",
    "PermissionDeniedError",
    "QuotaExhaustedError",
    "RateLimitTimeoutError",
    "RedirectError",
    "ResponseDecodeError",
    "ResponseError",
    "ResponseTooLargeError",
    "SerializationError",
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
    "may_have_acted",
    "request_id_of",
]
