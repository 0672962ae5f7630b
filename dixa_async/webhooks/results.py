"""What a receiver responds with."""

from collections.abc import Mapping
from typing import Final

import attrs

from .errors import RefusalReason, WebhookRefusedError

_RETRY_AFTER: Final = {"Retry-After": "10"}


@attrs.frozen(kw_only=True)
class ReceiveResult:
    """What to respond to a delivery with."""

    status: int
    """204, 400, 401, 408, 413 or 503."""
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    message: str = ""
    """The body of the response, as text. It holds nothing of the delivery."""


def refuse(reason: RefusalReason) -> ReceiveResult:
    """What to respond with to a delivery that is refused.

    Args:
        reason: why.

    Returns:
        The response.
    """
    error = WebhookRefusedError(reason)
    return ReceiveResult(status=error.status, message=str(error))


def unavailable(why: str) -> ReceiveResult:
    """What to respond with to a delivery that cannot be taken now.

    Args:
        why: why.

    Returns:
        The response. Dixa is to deliver it again.
    """
    return ReceiveResult(status=503, headers=_RETRY_AFTER, message=f"the receiver takes nothing now: {why}")
