"""Keeps other websites away from the page, which needs no token, and texts from running as scripts in it.

A website that is open in the same browser can send requests to 127.0.0.1. It could read the responses if its own name
resolved to 127.0.0.1 (DNS rebinding), which the Host header shows. It could change something by a POST, which the
headers that a browser sets and no script can forge show.
"""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from ..http.errors import ApiError

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
"""The headers of every response of the page."""

_LOCAL_NAMES: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_FORBIDDEN: Final = 403
_UNSUPPORTED_MEDIA_TYPE: Final = 415


def check(request: web.Request, host: str) -> None:
    """Refuse a request that may come from another website.

    Args:
        request: a request to a path of the page.
        host: the host that the server listens on.

    Raises:
        ApiError: the request is refused.
    """
    name = _name_in(request.host)
    if not (_is_own_name(name, host) or name == _reached_address(request)):
        raise ApiError(_FORBIDDEN, "The page is served under localhost and its own host, not under this Host header")
    # A link on another website may lead to the page. Everything else is asked for by the page itself.
    if request.path != "/" and request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise ApiError(_FORBIDDEN, "Another website must not use the page")
    if request.method != "POST":
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        raise ApiError(_FORBIDDEN, "Another website must not use the page")
    if request.content_type != "application/json":
        raise ApiError(_UNSUPPORTED_MEDIA_TYPE, "The content type must be application/json")


def _name_in(host_header: str) -> str:
    """The host in a Host header, without its port; empty if there is none."""
    try:
        return urlsplit(f"//{host_header}").hostname or ""
    except ValueError:
        return ""


def _reached_address(request: web.Request) -> str | None:
    """The address of this machine that a request reached, to which a name that the server listens on resolves."""
    address = None if request.transport is None else request.transport.get_extra_info("sockname")
    return address[0] if address else None


def _is_own_name(name: str, host: str) -> bool:
    if name in _LOCAL_NAMES or name == host.lower():
        return True
    # On all interfaces, any address of the machine is its own. A website's name is never an address.
    return host in ("", "0.0.0.0", "::") and _is_address(name)  # noqa: S104 - compared, not bound


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
