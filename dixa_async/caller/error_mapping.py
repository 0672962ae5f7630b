"""Maps statuses, unreadable responses and arguments that cannot be sent to errors."""

import functools
import time
from http import HTTPStatus
from typing import Any

import attrs

from ..errors import (
    InvalidRequestError,
    QuotaExhaustedError,
    ResponseDecodeError,
    StatusError,
    UnreadableItemsError,
    may_have_acted,
)
from ..pagination import next_page_key
from ..secret import Secret
from ..serialization import ValidationError
from ..transport.http import CallState, Response
from ..transport.limiter.quota import day_end
from .partial_list import PartialList


def invalid_request(error: ValidationError) -> InvalidRequestError:
    """The error for an argument that does not fit its type."""
    return InvalidRequestError(error.reason, path=error.path, shown_path=error.shown_path)


def status_error(response: Response, call_state: CallState, token: Secret) -> StatusError:
    """The error for a status other than 2xx. `StatusError.of` chooses its class.

    Args:
        response: a response other than 2xx, without the token.
        call_state: the call.
        token: removed from the error message.

    Returns:
        The error.
    """
    make = StatusError.of
    if response.quota_used_up:
        make = functools.partial(QuotaExhaustedError, day_ends=day_end(time.time()))
    return make(
        token.hide_in(_message(response)),  # in the JSON of the body it may have been escaped
        call=call_state.info(),
        # A middleware may have made the response without sending a request.
        maybe_applied=call_state.note_applied(may_have_acted(response.status, response.headers)),
        status=response.status,
        headers=response.headers,
        body=response.body,
    )


def decode_error(
    error: ValidationError, response: Response, call_state: CallState, token: Secret, partial: PartialList | None
) -> ResponseDecodeError:
    """The error for a response that cannot be read.

    Args:
        error: why.
        response: the response, without the token.
        call_state: the call.
        token: removed from the error.
        partial: the part of a list that can be read, or None if the fault is not in the items of a list.

    Returns:
        The error.
    """
    error = error if partial is None else partial.faults[0][1]
    details: dict[str, Any] = {
        "path": token.hide_in(error.path),
        "shown_path": token.hide_in(error.shown_path),
        "call": call_state.info(),
        "maybe_applied": call_state.note_applied(True),
        "status": response.status,
        "headers": response.headers,
        "body": response.body,
    }
    if partial is None:
        return ResponseDecodeError(error.reason, **details)
    unreadable, next_key = partial.unreadable(call_state.info()), next_page_key(partial.rest)
    return UnreadableItemsError(error.reason, items=partial.items, unreadable=unreadable, next_key=next_key, **details)


def without_token(response: Response, token: Secret) -> Response:
    """The response without the token, in case the server sent it back."""
    headers = {name: token.hide_in(value) for name, value in response.headers.items()}
    return attrs.evolve(response, headers=headers, body=token.hide_in_bytes(response.body))


def _message(response: Response) -> str:
    """What the server says is wrong: the `message` of its JSON, or else the name of the status."""
    if response.message is not None:
        return response.message
    try:
        return HTTPStatus(response.status).phrase
    except ValueError:
        return "unknown status"
