"""Untrusted text is safe to show on any terminal."""

import io
import os

import pytest
from hypothesis import given, strategies as st

from dixa_async.cli.terminal import any_text, printable, until_closed

TEXTS = st.text(st.characters(codec=None, exclude_categories=()))


@given(text=TEXTS)
def test_any_text_becomes_one_line_without_control_characters(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert len(shown.splitlines()) <= 1
    assert printable(shown) == shown


@given(text=TEXTS)
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8", "shift_jis"])
def test_any_text_can_be_written_in_any_encoding(text: str, encoding: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding, "strict", newline="\n")
    stream.write("a")
    with any_text(stream) as out:
        out.write(printable(text))
    stream.write("b")
    stream.seek(0)
    assert stream.read().startswith("a")
    assert (stream.encoding, stream.errors) == (encoding, "strict")


def test_a_text_in_memory_needs_no_encoding() -> None:
    stream = io.StringIO()
    with any_text(stream) as out:
        out.write("\u65e5")
    assert stream.getvalue() == "\u65e5"


def test_a_process_without_standard_output_prints_nowhere() -> None:
    with until_closed(None) as out:
        print("\u65e5", file=out)


def test_a_reader_that_closes_the_pipe_ends_the_block() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    lines = []
    with os.fdopen(writer, "w", encoding="utf-8") as stream, until_closed(stream) as out:
        for number in range(100_000):
            print("a line", file=out, flush=True)
            lines.append(number)
    assert len(lines) < 100_000
