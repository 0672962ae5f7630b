"""A string that is never shown by accident."""

from collections.abc import Callable
from typing import Final, NoReturn, Self

from typing_extensions import override

_HIDDEN: Final = "***"


class Secret:
    """A string that is not part of its `repr` or `str`, so that no log and no error report shows it.

    ::

        key = Secret(vault.read("dixa"))
        dixa = DixaClient(key)

    Args:
        text: the string.
    """

    __slots__ = ("_reveal",)

    def __init__(self, text: str) -> None:
        # In a closure: tools that show the attributes of an object show a function.
        self._reveal: Callable[[], str] = lambda: text

    @classmethod
    def of(cls, text: "str | Secret") -> "Secret":
        """Make a secret of a string, or return a secret as it is."""
        return text if isinstance(text, Secret) else cls(text)

    def reveal(self) -> str:
        """The string. Do not keep it in a variable: error reports show the local variables of functions."""
        return self._reveal()

    def hide_in(self, text: str) -> str:
        """Replace this secret in another string by ``***``."""
        return text.replace(self.reveal(), _HIDDEN)

    def hide_in_bytes(self, data: bytes) -> bytes:
        """Replace this secret in bytes by ``***``."""
        return data.replace(self.reveal().encode(), _HIDDEN.encode())

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    @override
    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret cannot be pickled, as the pickle would contain it")

    @override
    def __repr__(self) -> str:
        return f"Secret('{_HIDDEN}')"

    @override
    def __str__(self) -> str:
        return _HIDDEN

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.reveal() == other.reveal()

    @override
    def __hash__(self) -> int:
        return hash(self.reveal())
