"""Text from other people on a terminal: escaped where a terminal would obey it, or could not show it."""

import io
import os
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
def any_text(stream: TextIO | None) -> Generator[TextIO]:
    """Write any text to a stream: characters that its encoding lacks are escaped.

    Args:
        stream: such as standard output. It is not changed. None if the process was started without it.

    Yields:
        A stream to the same place.
    """
    if stream is None:
        yield io.StringIO()
        return
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


@contextmanager
def until_closed(stream: TextIO | None) -> Generator[TextIO]:
    """Like `any_text`, until the reader, such as ``head``, closes the pipe. That ends the block, and is no error.

    Args:
        stream: such as standard output.

    Yields:
        A stream to the same place.
    """
    with any_text(stream) as out:
        try:
            yield out
            out.flush()
        except BrokenPipeError:
            # Python flushes the rest when it exits. That must not fail again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
