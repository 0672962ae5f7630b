"""What is wrong with a delivery, or with a handler."""

import enum
from typing import Final

from ..errors import ConfigurationError, DixaError


class RefusalReason(enum.StrEnum):
    """Why a delivery was refused."""

    BODY_TOO_LARGE = "body_too_large"
    BODY_ENCODED = "body_encoded"
    BODY_INCOMPLETE = "body_incomplete"
    BODY_TOO_SLOW = "body_too_slow"
    HEADERS_UNREADABLE = "headers_unreadable"
    HEADER_REPEATED = "header_repeated"
    UNAUTHORIZED = "unauthorized"
    SIGNATURE_MISSING = "signature_missing"
    SIGNATURE_MALFORMED = "signature_malformed"
    SIGNATURE_WRONG = "signature_wrong"
    TOO_OLD = "too_old"
    FROM_THE_FUTURE = "from_the_future"
    NOT_JSON = "not_json"
    NOT_AN_EVENT = "not_an_event"


_MESSAGES: Final = {
    RefusalReason.BODY_TOO_LARGE: "the body is larger than the receiver takes",
    RefusalReason.BODY_ENCODED: "the body has a Content-Encoding; Dixa sends none",
    RefusalReason.BODY_INCOMPLETE: "the connection broke before the body was complete",
    RefusalReason.BODY_TOO_SLOW: "the body took too long to arrive",
    RefusalReason.HEADERS_UNREADABLE: "the headers cannot be read",
    RefusalReason.HEADER_REPEATED: "a header that must appear once is repeated",
    RefusalReason.UNAUTHORIZED: "the authorization is not that of the subscription",
    RefusalReason.SIGNATURE_MISSING: "there is no X-DIXA-SIGNATURE",
    RefusalReason.SIGNATURE_MALFORMED: "the X-DIXA-SIGNATURE is not of the form t=<unix ms>,v1=<hex>",
    RefusalReason.SIGNATURE_WRONG: "the signature does not fit the body under any of the secrets",
    RefusalReason.TOO_OLD: "the delivery was signed too long ago; compare the clock of this machine",
    RefusalReason.FROM_THE_FUTURE: "the delivery was signed in the future; compare the clock of this machine",
    RefusalReason.NOT_JSON: "the body is not JSON in UTF-8",
    RefusalReason.NOT_AN_EVENT: "the body is not an event: an object with an event_id and an event_fqn",
}
_STATUSES: Final = {
    RefusalReason.BODY_TOO_LARGE: 413,
    RefusalReason.BODY_TOO_SLOW: 408,
    RefusalReason.UNAUTHORIZED: 401,
    RefusalReason.SIGNATURE_MISSING: 401,
    RefusalReason.SIGNATURE_WRONG: 401,
    RefusalReason.TOO_OLD: 401,
    RefusalReason.FROM_THE_FUTURE: 401,
}


class WebhookRefusedError(DixaError):
    """A delivery is refused. The message holds nothing of the delivery and nothing secret.

    Attributes:
        reason: why.
    """

    def __init__(self, refusal: RefusalReason) -> None:
        super().__init__(_MESSAGES[refusal])
        self.reason = refusal

    @property
    def status(self) -> int:
        """The HTTP status to respond with: 400, 401, 408 or 413."""
        return _STATUSES.get(self.reason, 400)


class HandlerError(ConfigurationError):
    """A function cannot be a handler, or an event is not one that a handler can be registered for."""


class UnreadableEventError(DixaError):
    """An event does not fit its class, so no handler can be called with it. A later version of the package may read it.

    Attributes:
        event_type: the name of the event.
        reason: where it does not fit, and why.
    """

    def __init__(self, event_type: str, reason: str) -> None:
        super().__init__(f"a {event_type} cannot be read: {reason}")
        self.event_type = event_type
        self.reason = reason
