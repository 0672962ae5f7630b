"""IDs of other classes: databases return `uuid.UUID`, and data frames integers of numpy.

`validation.check_conversation_id` checks a conversation ID.
"""

import operator
from typing import Any, Final, SupportsIndex
from uuid import UUID

MAX_INT64: Final = 2**63 - 1
"""The largest conversation ID, and the largest integer in a path."""


def plain_id(value: object) -> Any:
    """Convert an ID of another class to what it is in JSON and in a URL.

    Args:
        value: an ID, or anything else.

    Returns:
        The str of a UUID; the int of an integer of another class, except a bool; else the value itself.
    """
    if value is None or value.__class__ is str:  # most are; a look at the protocol below takes 5 us
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        return value
    try:
        return operator.index(value)
    except Exception:  # an array has the method, which fails unless it holds a single integer
        return value
