"""HTTP, but not the expected JSON."""

from ..registry import Section, head, response

_section = Section("Not the expected JSON")
_BODY = b'{"data": {"ok": true}}'

for _name, _description, _body in (
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
    _section.responding(_name, _description, response(_body))

_section.responding(
    "html", "sends a page of HTML with status 200", response(b"<html><body>All is well</body></html>", kind="text/html")
)
_section.responding(
    "html-as-json",
    "sends a page of HTML with the content type of JSON",
    response(b"\xef\xbb\xbf<html></html>"),
)
_section.responding(
    "json-as-html", "sends JSON with the content type of HTML", response(kind="text/html; charset=klingon")
)
_section.responding("no-content-type", "sends no content type", head("Content-Length: 22") + _BODY)
