"""The errors that come with a response of Dixa."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Self

import attrs
from typing_extensions import override

from .calls import CallError, CallInfo

_LONGEST_WORDS: Final = 500
_REQUEST_IDS: Final = ("x-request-id", "x-amzn-requestid", "x-amz-apigw-id")


def request_id_of(headers: Mapping[str, str]) -> str | None:
    """Dixa's id for the request, if a response had one."""
    return next((headers[name] for name in _REQUEST_IDS if name in headers), None)


class ResponseError(CallError):
    """Base class of the errors that come with a response.

    Attributes:
        status: the status of the response.
        headers: the headers of the response, names in lower case.
        body: the body of the response, as it came.
    """

    def __init__(
        self,
        message: str,
        *,
        call: CallInfo,
        maybe_applied: bool,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
    ) -> None:
        super().__init__(message, call=call, maybe_applied=maybe_applied)
        self.status = status
        self.headers = dict(headers)
        self.body = body

    @property
    def request_id(self) -> str | None:
        """Dixa's id for the request, if the response had one."""
        return request_id_of(self.headers)

    @override
    def __str__(self) -> str:
        # The server chose the words: they must not fill a log, nor begin a line of their own in it.
        words = self.message if len(self.message) <= _LONGEST_WORDS else f"{self.message[:_LONGEST_WORDS]}…"
        return f"{self.call}: {self.status} {''.join(c if c.isprintable() else ' ' for c in words)}"


class ResponseDecodeError(ResponseError):
    """The response reports success, and cannot be read.

    A request that changes something has most likely done so: look before it is sent again.

    Attributes:
        path: the place in the response, such as ``$.data[3].createdAt``.
        reason: what is wrong there.
    """

    def __init__(
        self,
        reason: str,
        *,
        path: str,
        shown_path: str | None = None,
        call: CallInfo,
        maybe_applied: bool,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
    ) -> None:
        message = f"the response cannot be read: {shown_path or path}: {reason}"
        super().__init__(message, call=call, maybe_applied=maybe_applied, status=status, headers=headers, body=body)
        self.reason = reason
        self.path = path


@attrs.frozen(kw_only=True)
class UnreadableItem:
    """An item of a list that cannot be read."""

    call: CallInfo
    """Which call it came from."""
    path: str = attrs.field(repr=False)
    """The place of the fault in the response, such as ``$.data[3].name``. It may have keys of maps."""
    reason: str
    """What is wrong there."""
    raw: Any = attrs.field(repr=False)
    """The item, as JSON."""


class UnreadableItemsError(ResponseDecodeError):
    """Some items of a list cannot be read. `path` and `reason` are those of the first one.

    Attributes:
        items: the items that could be read, in their order.
        unreadable: the others.
        next_key: the key of the next page, to go on from there; None if this is the last page.
    """

    def __init__(
        self,
        reason: str,
        *,
        path: str,
        shown_path: str | None = None,
        call: CallInfo,
        maybe_applied: bool,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        items: Sequence[Any],
        unreadable: Sequence[UnreadableItem],
        next_key: str | None,
    ) -> None:
        super().__init__(
            reason,
            path=path,
            shown_path=shown_path,
            call=call,
            maybe_applied=maybe_applied,
            status=status,
            headers=headers,
            body=body,
        )
        self.items = tuple(items)
        self.unreadable = tuple(unreadable)
        self.next_key = next_key
        count = len(self.items) + len(self.unreadable)
        self.message = f"{len(self.unreadable)} of {count} items cannot be read: {shown_path or path}: {reason}"
        self.args = (self.message,)


class StatusError(ResponseError):
    """The response has a status other than 2xx. `message` is what Dixa says in it, or the name of the status."""

    @classmethod
    def of(
        cls,
        message: str,
        *,
        call: CallInfo,
        maybe_applied: bool,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
    ) -> Self:
        """Make the error of the class that belongs to a status."""
        if status >= 500:
            kind: type[StatusError] = ServerError
        else:
            kind = RedirectError if 300 <= status < 400 else _BY_STATUS.get(status, StatusError)
        given: Any = {"maybe_applied": maybe_applied, "status": status, "headers": headers, "body": body}
        return kind(message, call=call, **given)  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


def may_have_acted(status: int, headers: Mapping[str, str]) -> bool:
    """Whether a server that sent this status may have done what it was asked for.

    A gateway that gave up may say 408 or 5xx of a server that goes on behind it.
    """
    if status == 503:
        return "retry-after" not in headers  # who says when to come back has done nothing
    return 200 <= status < 300 or status == 408 or status >= 500


class RedirectError(StatusError):
    """3xx. Redirects are never followed, for the token would go along. Check `base_url`."""


class BadRequestError(StatusError):
    """400: Dixa could not read the request, or refused a value in it."""


class AuthenticationError(StatusError):
    """401: the token is missing, wrong, or not allowed to do this."""


class PermissionDeniedError(StatusError):
    """403: the token may not do this."""


class NotFoundError(StatusError):
    """404: there is no such thing."""


class ConflictError(StatusError):
    """409: it contradicts what is there."""


class UnprocessableEntityError(StatusError):
    """422: the request was readable, and refused."""


class TooManyRequestsError(StatusError):
    """429: more requests than the token may make, still after the retries."""


class QuotaExhaustedError(TooManyRequestsError):
    """429: the requests of the day are used up. It is not retried: that would not help before the day ends.

    Attributes:
        day_ends: when the UTC day of the response ends.
    """

    def __init__(
        self,
        message: str,
        *,
        call: CallInfo,
        maybe_applied: bool,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        day_ends: datetime,
    ) -> None:
        message = f"{message}: the daily quota is used up; the day ends at {day_ends:%Y-%m-%d %H:%M} UTC"
        super().__init__(message, call=call, maybe_applied=maybe_applied, status=status, headers=headers, body=body)
        self.day_ends = day_ends


class ServerError(StatusError):
    """5xx: Dixa failed."""


_BY_STATUS: dict[int, type[StatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: TooManyRequestsError,
}
