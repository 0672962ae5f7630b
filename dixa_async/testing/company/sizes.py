"""How large a company is."""

from typing import Final, Literal, TypeAlias

CompanySize: TypeAlias = Literal["small", "large"] | int
"""How many conversations a company has; small: 200, large: 10 000."""

_SIZES: Final = {"small": 200, "large": 10_000}
_MOST: Final = 1_000_000


def conversations_of(size: CompanySize) -> int:
    """How many conversations a company has.

    Args:
        size: its size.

    Returns:
        The number.

    Raises:
        ValueError: there is no such size.
    """
    if isinstance(size, str):
        if size not in _SIZES:
            raise ValueError(f"company must be 'small', 'large' or a number of conversations, not {size!r}")
        return _SIZES[size]
    if isinstance(size, bool) or not 1 <= size <= _MOST:
        raise ValueError(f"company must have from 1 to {_MOST} conversations, not {size!r}")
    return size
