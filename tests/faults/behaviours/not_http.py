"""Not HTTP, or not quite."""

from ..registry import Section, head, response

_section = Section("Not HTTP, or not quite")
_BODY = b'{"data": {"ok": true}}'
_LENGTH = "Content-Length: 22"

for _name, _description, _data in (
    ("garbage", "sends garbage", b"\x16\x03\x01\x02\x00\x01 this is no HTTP\r\n\r\n"),
    ("http2", "speaks HTTP/2", b"HTTP/2 200\r\n\r\n"),
    ("old-http", "speaks HTTP/1.0, and keeps the connection", response().replace(b"HTTP/1.1", b"HTTP/1.0")),
    ("status-word", "sends a status that is not a number", b"HTTP/1.1 fine OK\r\n\r\n"),
    ("header-without-colon", "sends a header without a colon", head("Nonsense", _LENGTH) + _BODY),
    ("space-before-colon", "sends a header with a space before its colon", head("Content-Length : 22") + _BODY),
    ("folded-header", "sends a header over two lines", head("X-Long: a", " b", _LENGTH) + _BODY),
    ("header-with-nul", "sends a header with a zero byte", head("X-Nul: a\0b", _LENGTH) + _BODY),
    ("header-with-return", "sends a header with a lone carriage return", head("X-Return: a\rX-B: b", _LENGTH) + _BODY),
    ("lines-without-return", "ends its lines without carriage returns", response().replace(b"\r\n", b"\n")),
    ("binary-header", "sends a header of bytes that are not text", head("X-Bytes: \xff\xfe\x80", _LENGTH) + _BODY),
):
    _section.responding(_name, _description, _data)
