"""Statuses other than 200."""

from http import HTTPStatus
from typing import Final

from ..registry import Section, response

_section = Section("Statuses")
_BUSY: Final = b'{"message": "Too Many Requests"}'


def _busy(*headers: str) -> bytes:
    return response(_BUSY, *headers, status="429 Too Many Requests")


def _unavailable(*headers: str) -> bytes:
    return response(b"", *headers, status="503 Service Unavailable")


for _status in (400, 401, 403, 404, 408, 409, 418, 422, 500, 501, 502, 503, 504):
    _phrase = HTTPStatus(_status).phrase
    _section.responding(
        f"status-{_status}", f"responds with {_status} {_phrase}", response(b"{}", status=f"{_status} {_phrase}")
    )

for _name, _description, _data in (
    (
        "server-error",
        "responds with 500 and a page of HTML",
        response(b"<h1>Oops</h1>", status="500 Internal Server Error", kind="text/html"),
    ),
    ("unavailable-wait", "responds with 503 and `Retry-After: 0`", _unavailable("Retry-After: 0")),
    ("unavailable-wait-long", "responds with 503 and `Retry-After: 3600`", _unavailable("Retry-After: 3600")),
    ("too-many", "responds with 429 without `Retry-After`", _busy()),
    ("too-many-wait", "responds with 429 and `Retry-After: 0`", _busy("Retry-After: 0")),
    (
        "too-many-until",
        "responds with 429 and a `Retry-After` that is a date in the past",
        _busy("Retry-After: Wed, 01 Jan 2020 00:00:00 GMT"),
    ),
    ("too-many-wait-long", "responds with 429 and `Retry-After: 3600`", _busy("Retry-After: 3600")),
    ("too-many-wait-soon", "responds with 429 and a `Retry-After` that cannot be read", _busy("Retry-After: soon")),
    (
        "quota-used-up",
        "responds with 429 and says that the daily quota is used up",
        response(b'{"message": "Limit Exceeded"}', status="429 Too Many Requests"),
    ),
    ("unknown-status", "responds with the unknown status 299", response(b"", status="299 Fine Enough")),
    ("unknown-error-status", "responds with the unknown status 799", response(b"", status="799 What")),
    ("no-content", "responds with 204", b"HTTP/1.1 204 No Content\r\n\r\n"),
    (
        "no-content-with-body",
        "responds with 204 and sends a body",
        b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello",
    ),
):
    _section.responding(_name, _description, _data)

_section.responding_in_order(
    "too-many-once", "responds with 429 and `Retry-After: 0` once, then well", _busy("Retry-After: 0"), response()
)
_section.responding_in_order("unavailable-once", "responds with 503 once, then well", _unavailable(), response())
_section.responding_in_order(
    "unavailable-wait-once",
    "responds with 503 and `Retry-After: 1` once, then well",
    _unavailable("Retry-After: 1"),
    response(),
)
