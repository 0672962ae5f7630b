"""Values that the JSON writer would silently write as something else.

Models in a request are checked against their types. Free-form JSON, and what a program stores, has no type to check
against, so the values themselves are checked.
"""

import math
from datetime import datetime
from types import NoneType
from typing import Any, Final

from .times import check_timezone
from .validation_error import ValidationError

_LOSSLESS: Final = frozenset({str, int, bool, NoneType})
"""Most values are of these classes. They are skipped, which takes half the time."""


def check_lossless(value: Any) -> None:
    """Check that JSON brings a value back as it is.

    Args:
        value: a JSON value in which times are still datetimes.

    Raises:
        ValidationError: it would not come back as it is; the path says where.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise ValidationError("expected a number that JSON can represent")  # it would be null
    if isinstance(value, datetime):
        check_timezone(value)
    items: Any = ()
    is_map = isinstance(value, dict)
    if is_map:
        items = value.items()  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    elif isinstance(value, list | tuple):
        items = enumerate(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    for place, item in items:
        if item.__class__ in _LOSSLESS:
            continue
        try:
            check_lossless(item)
        except ValidationError as error:
            raise error.within(f"[{place!r}]", "[...]" if is_map else None) from None
