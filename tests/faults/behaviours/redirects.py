"""Redirects: the token would go along."""

from ..raw_server import Exchange
from ..registry import Section, response

_section = Section("Redirects")


def _elsewhere(status: int) -> None:
    @_section.after_reading(f"responds with {status} and leads to another server", name=f"redirect-{status}")
    async def redirect(exchange: Exchange) -> None:
        location = f"Location: {exchange.server.elsewhere}/stolen"
        await exchange.send(response(b"", location, status=f"{status} Elsewhere"))


for _status in (300, 301, 302, 303, 304, 307, 308):
    _elsewhere(_status)

_section.answering(
    "redirect-home", "responds with 307 and leads to itself", response(b"", "Location: /beta/ok", status="307 Here")
)
_section.answering("redirect-nowhere", "responds with 302 and does not say where", response(b"", status="302 Found"))
_section.answering(
    "redirect-nonsense",
    "responds with 302 and leads to nonsense",
    response(b"", "Location: http://[::1/\xff", status="302 Found"),
)
