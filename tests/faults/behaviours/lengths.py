"""Lies about lengths."""

import gzip
import zlib

from ..registry import Section, head, response

_section = Section("Lies about the length")
_BODY = b'{"data": {"ok": true}}'
_PACKED = gzip.compress(_BODY, mtime=0)

for _name, _description, _data in (
    ("length-too-short", "declares a length shorter than the body", head("Content-Length: 5") + _BODY),
    ("length-zero", "declares an empty body, and sends one", head("Content-Length: 0") + _BODY),
    ("length-with-plus", "sends `Content-Length: +22`", head("Content-Length: +22") + _BODY),
    ("length-in-hex", "sends `Content-Length: 0x16`", head("Content-Length: 0x16") + _BODY),
    ("negative-content-length", "sends `Content-Length: -2`", head("Content-Length: -2") + b"{}"),
    ("endless-length", "sends a length of 30 digits", head("Content-Length: " + "9" * 30) + _BODY),
    ("duplicate-content-length", "sends two lengths", head("Content-Length: 2", "Content-Length: 3") + b"{}"),
    (
        "length-and-chunks",
        "sends a length, and the body in chunks",
        head("Content-Length: 2", "Transfer-Encoding: chunked") + b"2\r\n{}\r\n0\r\n\r\n",
    ),
    ("bad-chunk", "sends a chunk whose length is not a number", head("Transfer-Encoding: chunked") + b"xyz\r\n{}\r\n"),
    (
        "chunk-too-short",
        "sends a chunk longer than declared",
        head("Transfer-Encoding: chunked") + b"2\r\n" + _BODY + b"\r\n0\r\n\r\n",
    ),
    (
        "endless-chunk-length",
        "sends a chunk length of 30 digits",
        head("Transfer-Encoding: chunked") + b"f" * 30 + b"\r\n" + _BODY,
    ),
    (
        "trailers",
        "sends trailers after the last chunk, as it may",
        head("Transfer-Encoding: chunked") + b"16\r\n" + _BODY + b"\r\n0\r\nX-Sum: 1\r\n\r\n",
    ),
    (
        "bad-trailers",
        "sends garbage after the last chunk",
        head("Transfer-Encoding: chunked") + b"16\r\n" + _BODY + b"\r\n0\r\nno trailer at all\r\n\r\n",
    ),
    ("invalid-gzip", "declares gzip and sends something else", response(b"this is no gzip", "Content-Encoding: gzip")),
    (
        "truncated-gzip",
        "sends a gzip body that ends too early",
        response(gzip.compress(b'{"data": ' + b" " * 1000 + b"{}}", mtime=0)[:-12], "Content-Encoding: gzip"),
    ),
    ("gzip-without-sum", "sends a gzip body without its checksum", response(_PACKED[:-8], "Content-Encoding: gzip")),
    (
        "gzip-with-wrong-sum",
        "sends a gzip body with a wrong checksum",
        response(_PACKED[:-8] + b"\0" * 8, "Content-Encoding: gzip"),
    ),
    ("gzip-and-more", "sends a gzip body with garbage after it", response(_PACKED + b"more", "Content-Encoding: gzip")),
    (
        "gzip-in-parts",
        "sends a gzip body in two members, as it may",
        response(
            gzip.compress(_BODY[:9], mtime=0) + gzip.compress(_BODY[9:], mtime=0),
            "Content-Encoding: gzip",
        ),
    ),
    ("gzip-of-nothing", "declares gzip and sends no body", response(b"", "Content-Encoding: gzip")),
    (
        "gzip-twice",
        "compresses the body twice",
        response(gzip.compress(_PACKED, mtime=0), "Content-Encoding: gzip, gzip"),
    ),
    (
        "deflate",
        "compresses the body with deflate, as it may",
        response(zlib.compress(_BODY), "Content-Encoding: deflate"),
    ),
    (
        "unknown-encoding",
        "compresses the body in a way that was not requested",
        response(b"xx", "Content-Encoding: br"),
    ),
):
    _section.responding(_name, _description, _data)
