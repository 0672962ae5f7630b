"""IDs of other classes: databases give `uuid.UUID`, and data frames integers of numpy."""

import operator
from typing import Any, SupportsIndex
from uuid import UUID


def plain_id(value: object) -> Any:
    """What an ID of another class is in JSON and in a URL.

    Args:
        value: an ID, or anything else.

    Returns:
        The text of a UUID; an int for what stands for an integer, except a bool; else the value.
    """
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        return value
    try:
        return operator.index(value)
    except Exception:  # an array has the method, and stands for an integer only if it holds a single one
        return value
