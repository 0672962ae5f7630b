"""The baseline: a server that behaves well, to see that all is well before and afterwards."""

from ..raw_server import Exchange
from ..registry import BEHAVIOURS, always, response


async def repeat(exchange: Exchange) -> None:
    """Respond with what was sent."""
    await exchange.send(response(await exchange.read()))


BEHAVIOURS["ok"] = always(response())
BEHAVIOURS["repeat"] = repeat
