"""Texts of any length, as far as the page shows them."""

from typing import Final

LONGEST_LINE: Final = 200
"""Characters of a text that is shown in a line, such as a name."""


def cut(text: str, length: int = LONGEST_LINE) -> str:
    """The beginning of a text, with an ellipsis if there is more.

    Args:
        text: the text.
        length: how many characters are kept.

    Returns:
        The text, or its beginning.
    """
    return text if len(text) <= length else f"{text[:length]}…"
