"""What a user may ask to be read.

cattrs would take more. Then it guesses (``bytes`` from a list of numbers), or fails in ways of its own when the answer
is there already.
"""

import functools
import typing
from collections.abc import Mapping
from datetime import datetime
from types import NoneType
from typing import Annotated, Any, Final, get_args, get_origin

import attrs

from ..models.base import Model, OpenEnum, Unset
from .mismatch import MismatchError
from .unions import is_union

_READABLE: Final = (
    "a model, a plain type (str, int, float, bool, datetime, object), a union, or list[…] or dict[str, …] of these"
)
_ALIAS: Final[Any] = getattr(typing, "TypeAliasType", ())
"""What a ``type`` statement makes, since Python 3.12."""
_PLAIN: Final = (str, int, float, bool, object, Any)


def check_kind(name: str, kind: Any) -> None:
    """See whether something can be read.

    Args:
        name: the argument that names it.
        kind: what is to be read.

    Raises:
        MismatchError: it cannot.
    """
    try:
        if _can_be_read(kind):
            return
    except (TypeError, RecursionError):  # it has no hash, as all types have, or stands for itself
        pass
    raise MismatchError(f"{name} must be {_READABLE}, not {_name(kind)}")


@functools.lru_cache(maxsize=1024)
def _can_be_read(kind: Any) -> bool:
    origin, parts = get_origin(kind), get_args(kind)
    if isinstance(kind, _ALIAS):
        return _can_be_read(kind.__value__)
    if is_union(kind):
        return all(part in (NoneType, Unset) or _can_be_read(part) for part in parts)
    if origin in (dict, Mapping):
        return parts[0] is str and _can_be_read(parts[1])
    if origin in (list, Annotated):
        return _can_be_read(parts[0])
    plain = origin or kind
    if isinstance(plain, type) and issubclass(plain, Model | OpenEnum):
        return issubclass(plain, OpenEnum) or (attrs.has(plain) and plain is not Model)
    return kind in _PLAIN or (isinstance(plain, type) and issubclass(plain, datetime))


def _name(kind: Any) -> str:
    """What to call it; a value is not shown, for it may be personal."""
    if get_origin(kind) is not None:
        return str(kind)
    return kind.__name__ if isinstance(kind, type) else f"a {type(kind).__name__}"
