"""The errors of calls that got a response."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Self

import attrs
from typing_extensions import override

from .calls import CallError, CallInfo

_LONGEST_MESSAGE: Final = 500
_REQUEST_IDS: Final = ("x-request-id", "x-amzn-requestid", "x-amz-apigw-id")


def request_id_of(headers: Mapping[str, str]) -> str | None:
    """Dixa's ID of the request, if the response has one."""
    return next((headers[name] for name in _REQUEST_IDS if name in headers), None)


class ResponseError(CallError):
    """Base class of the errors of calls that got a response.

    Attributes:
        status: the status of the response.
        headers: the headers of the response. The names are in lower case.
        body: the body of the response.
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
        self.headers: dict[str, str] = dict(headers)
        self.body = body

    @property
    def request_id(self) -> str | None:
        """Dixa's ID of the request, if the response has one."""
        return request_id_of(self.headers)

    @override
    def __str__(self) -> str:
        # The server chose the message: it must not fill a log, nor start a new line in it.
        text = self.message if len(self.message) <= _LONGEST_MESSAGE else f"{self.message[:_LONGEST_MESSAGE]}…"
        return f"{self.call}: {self.status} {''.join(c if c.isprintable() else ' ' for c in text)}"


class ResponseDecodeError(ResponseError):
    """A 2xx response cannot be read.

    If the call changes something, Dixa has most likely applied it: check before you make it again.

    Attributes:
        path: where the fault is in the response, such as ``$.data[3].createdAt``.
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
    """The call that returned it."""
    path: str = attrs.field(repr=False)
    """Where the fault is in the response, such as ``$.data[3].name``. It may contain keys of maps."""
    reason: str
    """What is wrong there."""
    raw: Any = attrs.field(repr=False)
    """The item, as JSON."""


class UnreadableItemsError(ResponseDecodeError):
    """Some items of a list cannot be read. `path` and `reason` are those of the first one.

    Attributes:
        items: the items that could be read, in their order.
        unreadable: the other items.
        next_key: the key of the next page, to resume from there; None if this is the last page.
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
        self.items: tuple[Any, ...] = tuple(items)
        self.unreadable: tuple[UnreadableItem, ...] = tuple(unreadable)
        self.next_key = next_key
        count = len(self.items) + len(self.unreadable)
        self.message: str = f"{len(self.unreadable)} of {count} items cannot be read: {shown_path or path}: {reason}"
        self.args: tuple[Any, ...] = (self.message,)


class StatusError(ResponseError):
    """The response has a status other than 2xx. `message` is that of its body, or else the name of the status."""

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
        """Make the error for a status: the class is the one for that status, such as `NotFoundError` for 404."""
        if status >= 500:
            cls_for_status: type[StatusError] = ServerError
        else:
            cls_for_status = RedirectError if 300 <= status < 400 else _BY_STATUS.get(status, StatusError)
        details: Any = {"maybe_applied": maybe_applied, "status": status, "headers": headers, "body": body}
        return cls_for_status(message, call=call, **details)  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


def may_have_acted(status: int, headers: Mapping[str, str]) -> bool:
    """Whether a server that sent this status may have applied the request.

    A gateway that timed out may send 408 or 5xx while the server behind it is still working.
    """
    if status == 503:
        return "retry-after" not in headers  # a server that says when to retry has not acted
    return 200 <= status < 300 or status == 408 or status >= 500


class RedirectError(StatusError):
    """3xx. The API has no redirects, and following one would send the token along: check `base_url`.

    A download follows redirects without the token, to https only and not endlessly.
    """


class BadRequestError(StatusError):
    """400: Dixa could not read the request, or rejected a value in it."""


class AuthenticationError(StatusError):
    """401: the token is missing or invalid, or it does not permit this."""


class PermissionDeniedError(StatusError):
    """403: the token does not permit this."""


class NotFoundError(StatusError):
    """404: the resource does not exist."""


class ConflictError(StatusError):
    """409: the request conflicts with the current state."""


class UnprocessableEntityError(StatusError):
    """422: the request was readable, but rejected."""


class TooManyRequestsError(StatusError):
    """429: too many requests with this token, even after the retries."""


class QuotaExhaustedError(TooManyRequestsError):
    """429: the daily quota is used up. It is not retried, as that would not help before the day ends.

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
