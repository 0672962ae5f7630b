"""Files that come compressed are read whole, or there is an error."""

import gzip
import zlib
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from dixa_async.errors import ConnectionLostError
from dixa_async.files.decoding import decoded_start, decoder_for
from dixa_async.transport.body import BodyError

GZIP = {"content-encoding": "GZIP "}


def decode(headers: dict[str, str], body: bytes, places: list[int]) -> bytes:
    decoder = decoder_for(headers)
    edges = sorted({0, len(body), *(place % (len(body) + 1) for place in places)})
    content = b"".join(piece for a, b in pairwise(edges) for piece in decoder.decode(body[a:b]))
    decoder.end()
    return content


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=3), st.lists(st.integers(0, 1000), max_size=5))
def test_any_pieces_have_the_same_content(contents: list[bytes], places: list[int]) -> None:
    content = b"".join(contents)
    assert decode({}, content, places) == content
    assert decode(GZIP, b"".join(map(gzip.compress, contents)), places) == content
    assert decode({"content-encoding": "deflate"}, zlib.compress(content), places) == content


@given(st.binary(max_size=300), st.integers(0, 1000), st.lists(st.integers(0, 1000), max_size=3))
def test_a_part_is_not_taken_for_all(content: bytes, end: int, places: list[int]) -> None:
    body = gzip.compress(content)
    with pytest.raises(BodyError, match="truncated") as caught:
        decode(GZIP, body[: end % len(body)], places)
    assert caught.value.error is ConnectionLostError


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "x"])
def test_another_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(BodyError, match="in another way than with gzip"):
        decoder_for({"content-encoding": encoding})
    assert decoded_start({"content-encoding": encoding}, b"x") == b"x"


def test_what_is_not_compressed_is_noticed() -> None:
    with pytest.raises(BodyError, match="not compressed as its headers say"):
        decode(GZIP, b"plain", [])
    assert decoded_start(GZIP, b"plain") == b"plain"


def test_a_bomb_goes_off_in_small_pieces() -> None:
    body = gzip.compress(bytes(10**7), 9)
    pieces = [len(piece) for piece in decoder_for(GZIP).decode(body)]
    assert sum(pieces) == 10**7
    assert max(pieces) == len(decoded_start(GZIP, body)) == 256 * 1024
