"""Whatever the pieces are in which an export comes, its rows are the same."""

import json
import tracemalloc
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from dixa_async.exports.splitting import NotAnExportError, RowSplitter, RowTooLargeError

TEXTS = st.text(alphabet='{}[],:"\\ \naé😀', max_size=12)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)
ROWS = st.lists(st.dictionaries(TEXTS, VALUES, max_size=4), max_size=6)
FORMATS = st.sampled_from([{"separators": (",", ":")}, {}, {"indent": 1}])


def split(pieces: list[bytes], max_row_bytes: int = 1000) -> list[Any]:
    splitter = RowSplitter(max_row_bytes)
    rows = [row for piece in pieces for row in splitter.feed(piece)]
    rows += splitter.end()
    return [value for value, _ in rows]


def cut(body: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(body), *(place % (len(body) + 1) for place in places)})
    return [body[a:b] for a, b in pairwise(edges)]


@given(ROWS, FORMATS, st.booleans(), st.lists(st.integers(0, 10_000), max_size=8))
@settings(max_examples=400, deadline=None)
def test_any_pieces_have_the_same_rows(
    rows: list[Any], layout: dict[str, Any], is_ascii: bool, places: list[int]
) -> None:
    body = json.dumps(rows, ensure_ascii=is_ascii, **layout).encode()
    assert split([body]) == rows
    assert split(cut(body, places)) == rows
    assert split([b" \n\t\r", *(body[n : n + 1] for n in range(len(body))), b" \n"]) == rows


@given(ROWS, st.integers(0, 10_000), st.integers(0, 10_000))
@settings(deadline=None)
def test_a_truncated_array_is_never_a_whole_one(rows: list[Any], place: int, other: int) -> None:
    body = json.dumps(rows, ensure_ascii=False).encode()
    body = body[: place % len(body)]
    with pytest.raises(NotAnExportError):
        split(cut(body, [other]))


@given(st.binary(max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_other_bytes_are_refused(body: bytes) -> None:
    try:
        expected = json.loads(body)
    except ValueError:
        expected = None
    if not isinstance(expected, list) or not all(isinstance(row, dict) for row in expected):
        with pytest.raises(NotAnExportError):
            split([body])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"null", "begins with 'n'"),
        (b"{}", "begins with '{'"),
        (b"<html></html>", "begins with '<'"),
        (b'{"data":[{"id":1}]}', "begins with '{'"),
        (b"\xef\xbb\xbf[]", "begins with"),
        (b"[1]", "'1' is in the array"),
        (b"[null]", "'n' is in the array"),
        (b"[[]]", "is in the array"),
        (b"[,]", "',' is in the array"),
        (b"[{},]", "does not end"),
        (b"[{},,{}]", "a row is not JSON"),
        (b"[{} {}]", "a row is not JSON|'{' is in the array"),
        (b"[{}]]", "']' follows"),
        (b"[{}][{}]", r"'\[' follows"),
        (b"[]x", "'x' follows"),
        (b"[", "does not end"),
        (b"[{}", "does not end"),
        (b"[{},", "does not end"),
        (b'[{"a":"}', "does not end"),
        (b'[{"a":"\xc3', "does not end"),
        (b'[{"a":NaN}]', "a row is not JSON"),
        (b'[{"a":Infinity},{"a":1}]', "a row is not JSON"),
        (b'[{"a":1e999}]', "a row is not JSON"),
        (b'[{"a":"\xff"}]', "a row is not JSON"),
        (b'[{"a":"\xc3("}]', "a row is not JSON"),
        (b'[{"a":1},{"b" 2},{"c":3}]', "a row is not JSON"),
        (b'[{"a":1}}]', "a row is not JSON|'}' is in the array"),
        (b'[{"a":' + b"[" * 400 + b"]" * 400 + b"}", "does not end"),
    ],
)
def test_a_body_that_is_no_export(body: bytes, message: str) -> None:
    with pytest.raises(NotAnExportError, match=message):
        split([body])
    with pytest.raises(NotAnExportError, match=message):
        split([body[n : n + 1] for n in range(len(body))])


@pytest.mark.parametrize("piece", [64, 1024, 65536])
@pytest.mark.parametrize("filler", [b"x", b'"},{', b"[", b'{"a":', b"},{", b" ", b'{"a":[{},{"b":"{'])
def test_a_row_without_end_is_given_up_at_the_limit(filler: bytes, piece: int) -> None:
    splitter = RowSplitter(10_000)
    list(splitter.feed(b'[{"a":"b"},{"text":"'))
    fed = 0

    def feed_on() -> None:
        nonlocal fed
        while fed < 10**7:
            fed += piece
            list(splitter.feed((filler * (piece // len(filler) + 1))[:piece]))

    with pytest.raises((RowTooLargeError, NotAnExportError)):
        feed_on()
    assert fed <= 10_000 + 2 * 65536


def test_the_limit_of_a_row() -> None:
    row = {"text": "x" * 985}
    body = json.dumps([row, row]).encode()
    assert split([body], 1000) == [row, row] == split(cut(body, [900, 1800]), 1000)
    with pytest.raises(RowTooLargeError, match="max_export_row_bytes, 990 bytes"):
        split([body], 990)


def test_a_row_with_very_many_values_is_refused() -> None:
    body = b'[{"a":[' + b"0," * 70_000 + b"0]}]"
    with pytest.raises(RowTooLargeError, match="JSON values"):
        split([body], 2**20)


def test_many_brackets_are_refused_at_once() -> None:
    for body in (b"[" * 40_000, b'[{"a":' + b"[" * 40_000 + b"]" * 40_000 + b"}]", b'[{"a":' * 40_000):
        with pytest.raises(NotAnExportError):
            split([body], 2**22)


def test_rows_whose_strings_hold_brackets_are_found_in_long_exports() -> None:
    rows = [{"id": n, "text": text} for n in range(3000) for text in (":-{", ":-}", "]", "[{", '},{"', "\\", '"')]
    body = json.dumps(rows).encode()
    assert split([body[n : n + 5000] for n in range(0, len(body), 5000)]) == rows


def test_a_text_that_was_cut_in_a_character_is_read() -> None:
    assert split([b'[{"a":"caf\xc3"},{"b":"\\ud83d"}]']) == [{"a": "caf\ufffd"}, {"b": "\ufffd"}]


@pytest.mark.parametrize("filler", [b"x", b"[", b"},{", b'{"a":'])
def test_a_row_of_100_megabytes_needs_little_memory(filler: bytes) -> None:
    splitter = RowSplitter(4 * 2**20)
    piece = filler * (65536 // len(filler))
    fed = 0

    def feed_on() -> None:
        nonlocal fed
        list(splitter.feed(b'[{"a":["'))
        while fed < 100 * 2**20:
            fed += len(piece)
            list(splitter.feed(piece))

    tracemalloc.start()
    try:
        with pytest.raises((RowTooLargeError, NotAnExportError)):
            feed_on()
        assert tracemalloc.get_traced_memory()[1] < 16 * 2**20
    finally:
        tracemalloc.stop()
    assert fed < 5 * 2**20
