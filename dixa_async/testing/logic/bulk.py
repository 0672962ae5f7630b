"""Bulk operations: each item succeeds or fails on its own."""

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


def outcome(apply: Callable[[], T], item_id: str | None = None) -> BulkOutcome[T]:
    """Apply one item of a bulk operation.

    Args:
        apply: applies the item, and returns its result.
        item_id: the id of the item; None if it is being created.

    Returns:
        The result, or why the item failed.
    """
    try:
        return Success(apply())
    except ApiError as rejection:
        return Failure(_fault(rejection, item_id))


def _fault(rejection: ApiError, item_id: str | None) -> BulkFault:
    if isinstance(rejection, IntegrityError):
        return IntegrityFault(id=item_id or rejection.holder_id, message=rejection.message)
    if isinstance(rejection, EmptyPatchError):
        return EmptyPatchFault(id=item_id or "", message=rejection.message)
    if rejection.status == HTTPStatus.NOT_FOUND:
        return NotFoundFault(id=item_id or "", message=rejection.message)
    return ValidationFault(id=item_id, message=rejection.message)
