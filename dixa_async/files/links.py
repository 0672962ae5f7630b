"""Links to files: which ones belong to Dixa, and which of them need the token."""

import re
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

import attrs

from .._base_url import DEFAULT_PORTS
from ..errors import InvalidRequestError

_DIXA_ORIGIN: Final = ("https", "files.dixa.io", 443)
_PATH: Final = re.compile(r"/(private|public)/[^/].*", re.DOTALL)
_UNSAFE: Final = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
_LONGEST: Final = 8192
"""Characters. Servers accept no longer ones."""


@attrs.frozen
class FileLink:
    """A link to a file of Dixa."""

    url: str = attrs.field(repr=False)
    """Its URL on the server of the settings, whatever host the link named."""
    is_private: bool
    """Whether it needs the token."""

    @property
    def template(self) -> str:
        """Its path without IDs."""
        return "/private/{path}" if self.is_private else "/public/{path}"

    @property
    def last_segment(self) -> str:
        """The last part of its path, decoded."""
        return unquote(urlsplit(self.url).path.rstrip("/").rpartition("/")[2])


def resolve_link(link: Any, files_url: str) -> FileLink:
    """Check a link, and find its URL.

    The URL always begins with `files_url`: the link decides the path and the query, and nothing else. So no spelling
    of a link makes the token go elsewhere.

    Args:
        link: an absolute link of Dixa's file server or of `files_url`, or a path such as ``/private/…``.
        files_url: the file server of the settings.

    Returns:
        The link.

    Raises:
        InvalidRequestError: it is not such a link.
    """
    if not isinstance(link, str):
        raise InvalidRequestError(f"the link must be a str, not {type(link).__name__}")
    if len(link) > _LONGEST or _UNSAFE.search(link):
        raise InvalidRequestError(
            "the link has a space, a backslash or a control character, or is too long: pass it as Dixa sent it"
        )
    path, query = _split(link, files_url)
    if not (matched := _PATH.fullmatch(path)):
        raise InvalidRequestError("the path of the link must start with /private/ or /public/, and name a file there")
    if any(part in (".", "..") for part in re.split(r"[/\\]", unquote(path))):
        raise InvalidRequestError("the path of the link must not contain a . or .. segment")
    url = files_url + _escape(path) + (f"?{_escape(query)}" if query else "")
    return FileLink(url, is_private=matched[1] == "private")


def _split(link: str, files_url: str) -> tuple[str, str]:
    """The path of a link below the address of the file server, and its query."""
    try:
        parts, server = urlsplit(link), urlsplit(files_url)
        origin = (parts.scheme, parts.hostname, parts.port or DEFAULT_PORTS.get(parts.scheme))
    except ValueError as error:
        raise InvalidRequestError(f"the link is not a URL: {error}") from None
    if not parts.scheme and not link.startswith("//"):
        return parts.path, parts.query
    if "@" in parts.netloc:
        raise InvalidRequestError("the link must name no user: pass it as Dixa sent it")
    server_origin = (server.scheme, server.hostname, server.port or DEFAULT_PORTS[server.scheme])
    if origin == server_origin and parts.path.startswith(f"{server.path}/"):
        return parts.path.removeprefix(server.path), parts.query
    if origin == _DIXA_ORIGIN:
        return parts.path, parts.query
    raise InvalidRequestError(
        f"the link is not one of {files_url}: files of other servers are not downloaded, as their links may come from "
        "anyone"
    )


def _escape(text: str) -> str:
    return quote(text, safe="/%:@!$&'()*+,;=~?[]")
