"""HTTP, but not the JSON that was to come."""

from ..registry import Section, head, response

_section = Section("Not the JSON that was to come")
_BODY = b'{"data": {"ok": true}}'

for _name, _words, _body in (
    ("empty", "sends no body", b""),
    ("truncated-json", "sends JSON that ends too early", b'{"data": {"id":'),
    ("more-after-json", "sends more after the JSON", _BODY + b"}"),
    ("latin-1", "sends text in Latin-1", '{"data": {"name": "Åse"}}'.encode("latin-1")),
    ("utf-16", "sends text in UTF-16", '{"data": {}}'.encode("utf-16")),
    ("byte-order-mark", "sends a byte order mark before the JSON", b"\xef\xbb\xbf" + _BODY),
    ("nan", "sends a number that JSON does not have", b'{"data": {"id": NaN}}'),
    ("huge-integer", "sends a number of 5000 digits", b'{"data": {"id": ' + b"9" * 5000 + b"}}"),
    ("null", "sends null", b"null"),
    ("bare-text", "sends a bare text", b'"fine"'),
):
    _section.answering(_name, _words, response(_body))

_section.answering(
    "html", "sends a page of HTML with status 200", response(b"<html><body>All is well</body></html>", kind="text/html")
)
_section.answering(
    "html-as-json",
    "sends a page of HTML and calls it JSON",
    response(b"\xef\xbb\xbf<html></html>"),
)
_section.answering("json-as-html", "sends JSON and calls it HTML", response(kind="text/html; charset=klingon"))
_section.answering("no-content-type", "does not say what it sends", head("Content-Length: 22") + _BODY)
