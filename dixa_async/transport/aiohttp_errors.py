"""Maps the errors of aiohttp to errors of a call, and removes secrets from them."""

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
"""All errors that aiohttp raises. Its parser in pure Python, used without the one in C, raises its own ones."""

_TLS_REFUSED = (
    aiohttp.ClientConnectorCertificateError,
    aiohttp.ClientConnectorSSLError,
    aiohttp.ServerFingerprintMismatch,
)


def transport_error(error: Exception, call: CallInfo, timeout: Timeout, attempt: SendAttempt) -> TransportError:
    """The error of an attempt, from an error of aiohttp."""
    if isinstance(error, _TLS_REFUSED):
        return TlsError(f"the TLS handshake failed: {error}", call=call, maybe_applied=False)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        message = f"no connection within {timeout.connect} s"
        return CallTimeoutError(message, call=call, maybe_applied=False)
    if isinstance(error, TimeoutError) and not attempt.maybe_sent:
        message = f"no connection within {timeout.attempt} s"
        return CallTimeoutError(message, call=call, maybe_applied=False)
    if isinstance(error, aiohttp.SocketTimeoutError):
        message = f"no further part of the response within {timeout.attempt} s"
        return CallTimeoutError(message, call=call, maybe_applied=True)
    if isinstance(error, TimeoutError):
        message = f"no complete response within {timeout.attempt} s"
        return CallTimeoutError(message, call=call, maybe_applied=True)
    if isinstance(error, aiohttp.ClientConnectorError):
        return ConnectError(f"cannot connect: {error}", call=call, maybe_applied=False)
    if not attempt.maybe_sent:  # for example because the session was closed at this moment
        return ConnectError(f"cannot connect: {type(error).__name__}", call=call, maybe_applied=False)
    if isinstance(error, aiohttp.ClientPayloadError):
        return ConnectionLostError(
            "the response is truncated, or not encoded as its headers say", call=call, maybe_applied=True
        )
    if isinstance(error, aiohttp.ClientResponseError | HttpProcessingError):
        # aiohttp sets the status 400, which the server never sent.
        return ConnectionLostError("the response is not valid HTTP", call=call, maybe_applied=True)
    return ConnectionLostError(f"the connection was lost: {type(error).__name__}", call=call, maybe_applied=True)


def contains_token(error: BaseException | None, token: Secret, authorization: Secret | None) -> bool:
    """Whether an error or one of its causes contains the token, because the server sent it back.

    Args:
        error: the error.
        token: the token.
        authorization: the value of the Authorization header, in which the token may be encoded.

    Returns:
        Whether it does.
    """
    while error is not None:
        text = f"{error} {error!r}"
        if token.reveal() in text or (authorization is not None and authorization.reveal().split()[-1] in text):
            return True
        error = error.__cause__ or error.__context__
    return False


def hide_request(error: Exception) -> None:
    """Remove the token and the IDs from an aiohttp error that holds the headers and URL of the request."""
    if isinstance(error, aiohttp.ClientResponseError):
        info = error.request_info
        server = info.url.origin()
        info = info._replace(url=server, headers=CIMultiDictProxy(CIMultiDict[str]()), real_url=server)
        error.request_info = info
        error.args = (info, error.history)
