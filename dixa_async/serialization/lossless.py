"""What the JSON writer would write as something else, without a word.

Models in a request are checked by what they have to be. Free JSON, and what a program keeps, has no such description,
so the values themselves are looked at.
"""

import math
from datetime import datetime
from typing import Any

from .times import refuse_naive
from .validation_error import ValidationError


def refuse_losses(value: Any) -> None:
    """See whether JSON holds all of a value.

    Args:
        value: a JSON value in which times are not texts yet.

    Raises:
        ValidationError: it would not come back as it is; the path tells where.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise ValidationError("expected a number that JSON can hold")  # it would be null
    if isinstance(value, datetime):
        refuse_naive(value)
    items: Any = ()
    is_map = isinstance(value, dict)
    if is_map:
        items = value.items()  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    elif isinstance(value, list | tuple):
        items = enumerate(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    for place, item in items:
        try:
            refuse_losses(item)
        except ValidationError as problem:
            raise problem.within(f"[{place!r}]", "[...]" if is_map else None) from None
