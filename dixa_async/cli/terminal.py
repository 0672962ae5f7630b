"""Text from other people on a terminal: escaped where a terminal would obey it, or could not show it."""

import io
from collections.abc import Generator
from contextlib import contextmanager
from typing import TextIO


def printable(text: object) -> str:
    """Escape what cannot be printed: escape sequences, changes of the writing direction, line breaks.

    Args:
        text: the text, or any value whose `str` is shown.

    Returns:
        One line without control characters.
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(text))


@contextmanager
def any_text(stream: TextIO) -> Generator[TextIO]:
    """Write any text to a stream: characters that its encoding lacks are escaped.

    Args:
        stream: such as standard output. It is not changed.

    Yields:
        A stream to the same place.
    """
    buffer = getattr(stream, "buffer", None)
    if buffer is None:  # a StringIO holds any text
        yield stream
        return
    stream.flush()
    lenient = io.TextIOWrapper(
        buffer, stream.encoding, "backslashreplace", line_buffering=getattr(stream, "line_buffering", False)
    )
    try:
        yield lenient
    finally:
        lenient.detach()
