"""The errors that are made of a request that cannot be sent, or of a response that is no success."""

import functools
import time
from http import HTTPStatus
from typing import Any

import attrs

from .errors import (
    InvalidRequestError,
    QuotaExhaustedError,
    ResponseDecodeError,
    StatusError,
    UnreadableItemsError,
    may_have_acted,
)
from .pagination import next_page_key
from .partial import PartialList
from .secret import Secret
from .serialization import ValidationError
from .transport.http import CallState, Response
from .transport.limiter.quota import day_end


def invalid_request(problem: ValidationError) -> InvalidRequestError:
    """The error for an argument that does not have its form."""
    return InvalidRequestError(problem.reason, path=problem.path, shown_path=problem.shown_path)


def status_error(response: Response, call_state: CallState, token: Secret) -> StatusError:
    """The error for a status.

    Args:
        response: a response other than 2xx, without the token.
        call_state: the call.
        token: what must not be in its message.

    Returns:
        The error.
    """
    make = StatusError.of
    if response.quota_used_up:
        make = functools.partial(QuotaExhaustedError, day_ends=day_end(time.time()))
    return make(
        token.hide_in(_message(response)),  # in its JSON it may have been escaped
        call=call_state.info(),
        # A middleware may have made the response without a request of ours.
        maybe_applied=call_state.note_applied(may_have_acted(response.status, response.headers)),
        status=response.status,
        headers=response.headers,
        body=response.body,
    )


def decode_error(
    problem: ValidationError, response: Response, call_state: CallState, token: Secret, found: PartialList | None
) -> ResponseDecodeError:
    """The error for a response that cannot be read.

    Args:
        problem: why.
        response: the response, without the token.
        call_state: the call.
        token: what must not be in the error.
        found: what can be read of a list; None if it is none.

    Returns:
        The error.
    """
    problem = problem if found is None else found.faults[0][1]
    details: dict[str, Any] = {
        "path": token.hide_in(problem.path),
        "shown_path": token.hide_in(problem.shown_path),
        "call": call_state.info(),
        "maybe_applied": call_state.note_applied(True),
        "status": response.status,
        "headers": response.headers,
        "body": response.body,
    }
    if found is None:
        return ResponseDecodeError(problem.reason, **details)
    unreadable, next_key = found.unreadable(call_state.info()), next_page_key(found.rest)
    return UnreadableItemsError(problem.reason, items=found.items, unreadable=unreadable, next_key=next_key, **details)


def without_token(response: Response, token: Secret) -> Response:
    """The response without the token, should a server have sent it back."""
    headers = {name: token.hide_in(value) for name, value in response.headers.items()}
    return attrs.evolve(response, headers=headers, body=token.hide_in_bytes(response.body))


def _message(response: Response) -> str:
    """What the server says is wrong: the `message` of its JSON, else the name of the status."""
    if response.message is not None:
        return response.message
    try:
        return HTTPStatus(response.status).phrase
    except ValueError:
        return "unknown status"
