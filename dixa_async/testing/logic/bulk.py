"""Many things with one request: what is refused does not hinder the others."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from ...models.outcomes import (
    BulkFault,
    BulkOutcome,
    EmptyPatchFault,
    Failure,
    IntegrityFault,
    NotFoundFault,
    Success,
    ValidationFault,
)
from ..http.errors import ApiError, EmptyPatchError, IntegrityError

T = TypeVar("T")


def outcome(do: Callable[[], T], item_id: str | None = None) -> BulkOutcome[T]:
    """Do one thing of many.

    Args:
        do: does it.
        item_id: the id of what it is done to; None if it is made only now.

    Returns:
        What became of it.
    """
    try:
        return Success(do())
    except ApiError as refusal:
        return Failure(_fault(refusal, item_id))


def _fault(refusal: ApiError, item_id: str | None) -> BulkFault:
    if isinstance(refusal, IntegrityError):
        return IntegrityFault(id=item_id or refusal.holder_id, message=refusal.message)
    if isinstance(refusal, EmptyPatchError):
        return EmptyPatchFault(id=item_id or "", message=refusal.message)
    if refusal.status == HTTPStatus.NOT_FOUND:
        return NotFoundFault(id=item_id or "", message=refusal.message)
    return ValidationFault(id=item_id, message=refusal.message)
