"""A text that is shown nowhere by accident."""

from collections.abc import Callable
from typing import Final, NoReturn, Self

from typing_extensions import override

_HIDDEN: Final = "***"


class Secret:
    """A text that is not part of its `repr` or `str`, so that no log and no report of an error shows it.

    ::

        key = Secret(vault.read("dixa"))
        dixa = DixaClient(key)

    Args:
        text: the text.
    """

    __slots__ = ("_reveal",)

    def __init__(self, text: str) -> None:
        # In a closure: what shows the attributes of an object shows a function here.
        self._reveal: Callable[[], str] = lambda: text

    @classmethod
    def of(cls, text: "str | Secret") -> "Secret":
        """Make a secret of a text, or take one as it is."""
        return text if isinstance(text, Secret) else cls(text)

    def reveal(self) -> str:
        """The text. Keep it in no variable: reports of errors show the variables of functions."""
        return self._reveal()

    def hide_in(self, text: str) -> str:
        """A text of others, without this one in it."""
        return text.replace(self.reveal(), _HIDDEN)

    def hide_in_bytes(self, data: bytes) -> bytes:
        """Bytes of others, without this text in them."""
        return data.replace(self.reveal().encode(), _HIDDEN.encode())

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    @override
    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled: its text would be in the pickle")

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
