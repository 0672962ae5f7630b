"""What the errors of aiohttp mean for an attempt, and what they show of it."""

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError
from multidict import CIMultiDict, CIMultiDictProxy

from ..config import Timeout
from ..errors import (
    CallInfo,
    CallTimeoutError,
    ConnectError,
    ConnectionLostError,
    TlsError,
    TransportError,
)
from ..secret import Secret
from .send_attempt import SendAttempt

FAILED = (aiohttp.ClientError, HttpProcessingError, TimeoutError, OSError)
"""All that aiohttp raises. Its parser in Python, for machines without that in C, lets its own errors through."""

_TLS_REFUSED = (
    aiohttp.ClientConnectorCertificateError,
    aiohttp.ClientConnectorSSLError,
    aiohttp.ServerFingerprintMismatch,
)


def transport_error(error: Exception, call: CallInfo, timeout: Timeout, attempt: SendAttempt) -> TransportError:
    """What an error of aiohttp means for an attempt."""
    if isinstance(error, _TLS_REFUSED):
        return TlsError(f"TLS was refused: {error}", call=call, maybe_applied=False)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        message = f"no connection within {timeout.connect} s"
        return CallTimeoutError(message, call=call, maybe_applied=False)
    if isinstance(error, TimeoutError) and not attempt.maybe_sent:
        message = f"no connection within {timeout.attempt} s"
        return CallTimeoutError(message, call=call, maybe_applied=False)
    if isinstance(error, TimeoutError):
        message = f"no complete response within {timeout.attempt} s"
        return CallTimeoutError(message, call=call, maybe_applied=True)
    if isinstance(error, aiohttp.ClientConnectorError):
        return ConnectError(f"cannot connect: {error}", call=call, maybe_applied=False)
    if not attempt.maybe_sent:  # such as a session that is closed in this moment
        return ConnectError(f"cannot connect: {type(error).__name__}", call=call, maybe_applied=False)
    if isinstance(error, aiohttp.ClientPayloadError):
        return ConnectionLostError("the response is cut off or not encoded as it says", call=call, maybe_applied=True)
    if isinstance(error, aiohttp.ClientResponseError | HttpProcessingError):
        # aiohttp gives it the status 400, which the server never sent.
        return ConnectionLostError("the response is not HTTP that can be read", call=call, maybe_applied=True)
    return ConnectionLostError(f"the connection was lost: {type(error).__name__}", call=call, maybe_applied=True)


def shows(error: BaseException | None, token: Secret) -> bool:
    """Whether the server got the token into an error, or into what led to it."""
    while error is not None:
        if token.reveal() in f"{error} {error!r}":
            return True
        error = error.__cause__ or error.__context__
    return False


def hide_request(error: Exception) -> None:
    """Take the token and the ids out of an aiohttp error that shows the request's headers and URL."""
    if isinstance(error, aiohttp.ClientResponseError):
        info = error.request_info
        server = info.url.origin()
        info = info._replace(url=server, headers=CIMultiDictProxy(CIMultiDict[str]()), real_url=server)
        error.request_info = info
        error.args = (info, error.history)
