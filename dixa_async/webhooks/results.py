"""What a receiver responds with."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs

from .errors import RefusalReason, WebhookRefusedError

_RETRY_AFTER: Final = {"Retry-After": "10"}


@attrs.frozen(kw_only=True)
class ReceiveResult:
    """The response to a delivery."""

    status: int
    """204, 400, 401, 408, 413 or 503."""
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    message: str = ""
    """The body of the response, as text. It holds nothing of the delivery."""


ACCEPTED: Final = ReceiveResult(status=204, headers=MappingProxyType({}))
"""The event is safe, or nobody wants it."""


def refuse(reason: RefusalReason) -> ReceiveResult:
    """The response to a delivery that is refused.

    Args:
        reason: why it is refused.

    Returns:
        The response.
    """
    error = WebhookRefusedError(reason)
    return ReceiveResult(status=error.status, message=str(error))


def unavailable(why: str) -> ReceiveResult:
    """The response to a delivery that cannot be accepted now. Dixa is to deliver it again.

    Args:
        why: the reason, for the message.

    Returns:
        The response.
    """
    return ReceiveResult(status=503, headers=_RETRY_AFTER, message=f"the receiver takes nothing now: {why}")
