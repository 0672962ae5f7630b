"""Text from other people, on the console."""

from rich.text import Text

from ..terminal import printable


def literal(text: str) -> Text:
    """Make text that neither the terminal nor rich interprets.

    Args:
        text: any text.

    Returns:
        The text.
    """
    return Text(printable(text))
