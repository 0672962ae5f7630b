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

LONG = 10**6
SPACES = st.sampled_from(["", " ", "\n\t", "\r\n  "])
SPELLINGS = [
    "{",
    "}",
    "},{",
    "[",
    "]",
    ",",
    r"\"",
    r"\\",
    r"\u0022",
    r"\u007b",
    r"\u005c",
    r"\/",
    r"\ud83d\ude00",
    "é",
    "😀",
]
STRINGS = st.lists(st.sampled_from(SPELLINGS), max_size=6).map(lambda parts: f'"{"".join(parts)}"')
SCALARS = st.sampled_from(["0", "-0.0", "1.5E+3", "2e-7", "9007199254740993", "true", "false", "null"]) | STRINGS


def objects(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """JSON of objects, whose keys may be there twice."""
    entries = st.builds("{0}{1}:{1}{2}".format, STRINGS, SPACES, values)
    return st.builds(
        lambda space, parts: f"{{{space}{f'{space},'.join(parts)}}}", SPACES, st.lists(entries, max_size=3)
    )


def lists(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(values, max_size=3).map(lambda parts: f"[{','.join(parts)}]")


OBJECTS = objects(st.recursive(SCALARS, lambda inner: lists(inner) | objects(inner), max_leaves=6))


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
    # Low, as brackets are no longer counted together with those in strings from there on; with room for indentation.
    limit = max(1000, *(2 * len(json.dumps(row, **layout)) for row in rows), 0)
    assert split([body], limit) == rows
    assert split(cut(body, places), limit) == rows
    assert split([b" \n\t\r", *(body[n : n + 1] for n in range(len(body))), b" \n"], limit) == rows


@given(st.lists(OBJECTS, max_size=5), SPACES, st.lists(st.integers(0, 10_000), max_size=8))
@settings(max_examples=150, deadline=None)
def test_any_spelling_has_the_rows_that_the_standard_library_reads(
    rows: list[str], space: str, places: list[int]
) -> None:
    body = f"[{space}{f'{space},{space}'.join(rows)}{space}]".encode()
    expected = json.loads(body)
    assert split([body], LONG) == split(cut(body, places), LONG) == expected
    assert split([body[n : n + 1] for n in range(len(body))], LONG) == expected


@given(
    ROWS, st.integers(0, 10_000), st.sampled_from([b"", *(bytes([each]) for each in b'{}[],:"\\ n1')]), st.booleans()
)
@settings(max_examples=150, deadline=None)
def test_a_wrong_byte_is_noticed_as_by_the_standard_library(
    rows: list[Any], place: int, wrong: bytes, is_inserted: bool
) -> None:
    body = json.dumps(rows).encode()
    place %= len(body)
    body = body[:place] + wrong + body[place + (not is_inserted) :]
    try:
        expected = json.loads(body)
    except ValueError:
        expected = None
    if isinstance(expected, list) and all(isinstance(row, dict) for row in expected):
        # Half of a surrogate pair is replaced.
        assert len(split([body], LONG)) == len(split(cut(body, [place]), LONG)) == len(expected)
    else:
        for pieces in ([body], cut(body, [place])):
            with pytest.raises(NotAnExportError):
                split(pieces, LONG)


@given(ROWS, st.integers(0, 10_000), st.integers(0, 10_000))
@settings(deadline=None)
def test_a_truncated_array_is_never_a_whole_one(rows: list[Any], place: int, other: int) -> None:
    body = json.dumps(rows, ensure_ascii=False).encode()
    body = body[: place % len(body)]
    with pytest.raises(NotAnExportError):
        split(cut(body, [other]), LONG)


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


# What is counted slowly, all the more while memory is traced, gets a lower limit.
@pytest.mark.parametrize(("filler", "limit"), [(b"x", 2**22), (b"[", 2**22), (b"},{", 2**19), (b'{"a":', 2**22)])
def test_a_row_of_100_megabytes_needs_little_memory(filler: bytes, limit: int) -> None:
    splitter = RowSplitter(limit)
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
