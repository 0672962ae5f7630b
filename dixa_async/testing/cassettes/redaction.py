"""Redacts a whole call: the path, the query and the body of a request, and a response.

The same walk makes what is written and what is compared: for a file, `pseudonymizer` replaces each hidden value by its
pseudonym; to compare a request with a recorded one, `marker` replaces it by a `Hole`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode

import attrs

from ..._json import NotJsonError, loads
from ...transport.http import Request, Response
from ...transport.operation import Operation
from .json_types import is_object
from .kept import looks_like_time
from .kinds import Kind, kind_of_key
from .pseudonyms import MARK, Hidden, Pseudonyms, has_shape
from .readable import secret_finder
from .walk import Walker

_MARKED: Final = (Kind.ID, Kind.WORD)
"""What a pseudonym of words would look like, so that it would be kept when it is walked again: it gets a mark."""
_CUSTOM: Final = "request"
"""The ID of operations that no resource has. Their paths may hold anything."""
_PLAIN_SEGMENT: Final = re.compile(r"(?!\d{7})[a-z0-9_-]{1,40}").fullmatch
_ARGUMENT: Final = re.compile(r"\{([^}]*)\}").fullmatch
_HEADERS: Final = ("content-type", "date", "retry-after", "x-request-id", "x-amzn-requestid", "x-amz-apigw-id")
"""The headers of a response that the client reads."""
_FORM_BOUNDARY: Final = re.compile(r'(?i)multipart/form-data;.*boundary="?([^";]+)"?')
_FORM_HEADER: Final = re.compile(rb'(?i)(content-type|name|filename)(?:: |=")([^"\r\n]*)')
_FORM_KINDS: Final = {
    "name": Kind.WORD,
    "filename": Kind.PERSONAL,
    "content-type": Kind.WORD,
    "content": Kind.SECRET,  # so that only a hash of a file is written
}
_TOO_DEEP: Final = "(nested too deeply)"


@attrs.frozen
class Hole:
    """A value of a request that is hidden in a recording, or a time, which is now another one."""

    value: Hidden
    kind: Kind

    @property
    def is_time(self) -> bool:
        """Whether it is a time. One that is hidden, because it does not look like a time, is compared as others are."""
        return self.kind is Kind.TIME and isinstance(self.value, str) and looks_like_time(self.value)

    @property
    def is_opaque(self) -> bool:
        """Whether its pseudonym shows nothing of its shape. Other pseudonyms of equal values are others."""
        value = self.value
        if not isinstance(value, str):
            return False
        return value.startswith(MARK) or self.kind is Kind.SECRET or (self.kind in _MARKED and not has_shape(value))


def pseudonymizer(pseudonyms: Pseudonyms, secrets: Iterable[str]) -> Walker:
    """Make the walker whose result can be written.

    Args:
        pseudonyms: makes the pseudonyms.
        secrets: what must never be written, such as the token.

    Returns:
        The walker.
    """
    walker = Walker(partial(pseudonym_of, pseudonyms), secret_finder(secrets), lambda link: redacted_link(walker, link))
    return walker


def marker(secrets: Iterable[str]) -> Walker:
    """Make the walker whose result can be compared.

    Args:
        secrets: as for `pseudonymizer`.

    Returns:
        The walker.
    """
    return Walker(
        Hole, secret_finder(secrets), lambda link: Hole(link, Kind.SECRET), keep_time=lambda time: Hole(time, Kind.TIME)
    )


def pseudonym_of(pseudonyms: Pseudonyms, value: Hidden, kind: Kind) -> Hidden:
    """The pseudonym of a value.

    Args:
        pseudonyms: makes it.
        value: the value.
        kind: what it is.

    Returns:
        Its pseudonym.
    """
    if not isinstance(value, str):
        return pseudonyms.shaped(value)
    if kind is Kind.SECRET:
        return pseudonyms.opaque(value)
    if kind in _MARKED:
        return pseudonyms.with_shape(value) or pseudonyms.opaque(value)
    return pseudonyms.shaped(value)


def path_segments(operation: Operation[Any], url: str) -> list[str]:
    """The segments of a URL that the path template of an operation describes, unescaped."""
    path = url.partition("?")[0].partition("#")[0]
    return [unquote(segment) for segment in path.split("/")[-operation.path.count("/") :]]


def walk_path(walker: Walker, operation: Operation[Any], segments: Sequence[str]) -> list[Any]:
    """Walk the segments of a path."""
    template = operation.path.split("/")[1:]
    return [_segment(walker, operation, name, segment) for name, segment in zip(template, segments, strict=True)]


def _segment(walker: Walker, operation: Operation[Any], name: str, segment: str) -> Any:
    if argument := _ARGUMENT(name):
        return walker.untyped(segment, argument[1])
    if operation.id != _CUSTOM:
        return segment
    return walker.text(segment, Kind.ID) if _PLAIN_SEGMENT(segment) else walker.untyped(segment)


def query_pairs(url: str) -> list[list[str]]:
    """The arguments of the query of a URL, unescaped."""
    return [list(pair) for pair in parse_qsl(url.partition("?")[2], keep_blank_values=True)]


def walk_query(walker: Walker, pairs: Iterable[Sequence[str]]) -> list[list[Any]]:
    """Walk the arguments of a query."""
    return [[walker.key(name, number), walker.untyped(value, name)] for number, (name, value) in enumerate(pairs)]


def request_body(request: Request) -> Any:
    """The body of a request: ``{"json": …}``, ``{"form": …}``, ``{"text": …}``, or None if it has none."""
    if not request.body:
        return None
    content_type = next((value for name, value in request.headers.items() if name.lower() == "content-type"), "")
    if boundary := _FORM_BOUNDARY.match(content_type):
        return {"form": [_form_part(part) for part in _form_parts(request.body, boundary[1].encode())]}
    return _body(request.body)


def walk_request_body(walker: Walker, operation: Operation[Any], body: Any) -> Any:
    """Walk the body of a request."""
    if body is not None and "form" in body:
        return {"form": [{name: walker.text(part[name], _FORM_KINDS[name]) for name in part} for part in body["form"]]}
    return _walk_body(walker, body, operation.body, operation.body_envelope)


def walk_response_body(walker: Walker, operation: Operation[Any], response: Response) -> Any:
    """Walk the body of a response; None if it has none."""
    type_form = operation.response_type if response.ok else None
    return _walk_body(walker, _body(response.body) if response.body else None, type_form, operation.envelope)


def _body(body: bytes) -> dict[str, Any]:
    try:
        return {"json": loads(body)}
    except NotJsonError:
        return {"text": body.decode(errors="replace")}


def _walk_body(walker: Walker, body: Any, type_form: Any, envelope: str | None) -> Any:
    if body is None:
        return None
    if "json" not in body:
        return {"text": walker.text(body["text"], Kind.SECRET)}
    try:
        return {"json": _walk_json(walker, body["json"], type_form, envelope)}
    except RecursionError:
        return {"text": _TOO_DEEP}


def _walk_json(walker: Walker, value: Any, type_form: Any, envelope: str | None) -> Any:
    if type_form is None:
        return walker.untyped(value)
    if envelope is None:
        return walker.typed(value, type_form)
    if not is_object(value):
        return walker.untyped(value)
    kind = kind_of_key(envelope)
    rest = walker.untyped({key: item for key, item in value.items() if key != envelope})
    return {**rest, envelope: walker.typed(value[envelope], type_form, kind)} if envelope in value else rest


def walk_headers(walker: Walker, headers: Mapping[str, str]) -> dict[str, Any]:
    """The headers of a response that the client reads."""
    return {name: walker.text(headers[name], Kind.WORD) for name in _HEADERS if name in headers}


def redacted_link(walker: Walker, link: str) -> str:
    """The link to another page, of which the client reads only the query."""
    pairs = walk_query(walker, query_pairs(link.removesuffix(":")))
    return f"?{urlencode([(name, value) for name, value in pairs], quote_via=quote)}"


def _form_parts(body: bytes, boundary: bytes) -> list[bytes]:
    return [part for part in body.split(b"--" + boundary)[1:] if part.strip(b"\r\n") != b"--"]


def _form_part(part: bytes) -> dict[str, str]:
    head, _, content = part.partition(b"\r\n\r\n")
    found = {name.decode().lower(): value.decode(errors="replace") for name, value in _FORM_HEADER.findall(head)}
    return {**found, "content": content.removesuffix(b"\r\n").hex()}
