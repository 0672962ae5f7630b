"""Redirects, which must not forward the token."""

from ..raw_server import Exchange
from ..registry import Section, response

_section = Section("Redirects")


def _elsewhere(status: int) -> None:
    @_section.after_reading(f"responds with {status} and redirects to another server", name=f"redirect-{status}")
    async def redirect(exchange: Exchange) -> None:
        location = f"Location: {exchange.server.elsewhere}/stolen"
        await exchange.send(response(b"", location, status=f"{status} Elsewhere"))


for _status in (300, 301, 302, 303, 304, 307, 308):
    _elsewhere(_status)

_section.responding(
    "redirect-home", "responds with 307 and redirects to itself", response(b"", "Location: /beta/ok", status="307 Here")
)
_section.responding("redirect-nowhere", "responds with 302 without a `Location`", response(b"", status="302 Found"))
_section.responding(
    "redirect-nonsense",
    "responds with 302 and redirects to an invalid URL",
    response(b"", "Location: http://[::1/\xff", status="302 Found"),
)
