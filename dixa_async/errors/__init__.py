"""All errors of calls and of the client.

::

    DixaError                                 base class of all errors
    ├── ConfigurationError                    a setting is invalid (also a ValueError)
    ├── InvalidRequestError                   an argument cannot be sent; nothing was sent (also a ValueError)
    ├── SerializationError                    a value cannot be converted to or from JSON (also a ValueError)
    ├── UsageError                            the client was used in a way that cannot work (also a RuntimeError)
    │   └── ClientClosedError                 the client is closed
    ├── NoMatchError                          nothing has the name or the address (also a LookupError)
    ├── SeveralMatchesError                   several objects have the name or the address (also a LookupError)
    ├── WaitTooLongError                      raised by a limiter; the call raises a RateLimitTimeoutError
    └── CallError                             a call failed; has `call` and `maybe_applied`
        ├── TransportError                    no complete response arrived
        │   ├── ConnectError                  no connection could be made; nothing was sent
        │   ├── TlsError                      the TLS handshake failed; nothing was sent
        │   ├── ConnectionLostError           the connection was lost before the response was complete
        │   ├── CallTimeoutError              the response did not arrive in time (also a TimeoutError)
        │   └── ResponseTooLargeError         the response is larger than the client accepts
        ├── RateLimitTimeoutError             the wait for the rate limit exceeds `max_wait`; the request was not sent
        ├── FileChangedError                  a file changed while it was downloaded
        ├── PaginationError                   pagination cycle
        ├── IndeterminateWriteError           a write that must happen once may have been applied
        └── ResponseError                     has `status`, `headers` and `body` of the response
            ├── StatusError                   a status other than 2xx
            │   ├── RedirectError             3xx: not followed, as the token would be sent along
            │   ├── BadRequestError           400
            │   ├── AuthenticationError       401
            │   ├── PermissionDeniedError     403
            │   ├── NotFoundError             404
            │   ├── ConflictError             409
            │   ├── UnprocessableEntityError  422
            │   ├── TooManyRequestsError      429
            │   │   └── QuotaExhaustedError   429, because the daily quota is used up
            │   └── ServerError               5xx
            └── ResponseDecodeError           a 2xx response cannot be read
                └── UnreadableItemsError      some items of a list cannot be read; has the others

A `CallError` has a `CallInfo`, with the operation and its attempts, and says in `maybe_applied` whether Dixa may have
applied the call. All errors can be copied and pickled. None holds the token or the body of a request. The text of an
error shows a `path` without the keys of maps, which may be personal data. `dixa_async.bulk`, `dixa_async.exports.sync`,
`dixa_async.files`, `dixa_async.testing` and `dixa_async.webhooks` have more errors.
"""

from .base import (
    ClientClosedError,
    ConfigurationError,
    DixaError,
    DixaWarning,
    InvalidRequestError,
    NoMatchError,
    SerializationError,
    SeveralMatchesError,
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
    FileChangedError,
    IndeterminateWriteError,
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
    "FileChangedError",
    "IndeterminateWriteError",
    "InvalidRequestError",
    "NoMatchError",
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
    "SeveralMatchesError",
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
