"""The baseline: a server without faults, to check the client before and afterwards."""

from ..raw_server import Exchange
from ..registry import BEHAVIOURS, always, response


async def repeat(exchange: Exchange) -> None:
    """Respond with the body that was sent."""
    await exchange.send(response(await exchange.read()))


BEHAVIOURS["ok"] = always(response())
BEHAVIOURS["repeat"] = repeat
