"""Texts of others on a terminal: written out where a terminal would obey them, or could not show them."""

import io
from collections.abc import Generator
from contextlib import contextmanager
from typing import TextIO


def printable(text: object) -> str:
    """Write out what is not to be seen: escape sequences, marks that turn the direction, the ends of lines.

    Args:
        text: the text, or a value with one.

    Returns:
        One line that commands nothing.
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(text))


@contextmanager
def any_text(stream: TextIO) -> Generator[TextIO]:
    """Write to a stream what its encoding does not have, too: written out.

    Args:
        stream: such as standard output. It stays as it is.

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
