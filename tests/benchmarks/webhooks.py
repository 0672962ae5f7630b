"""How fast webhooks are taken in, against handlers by hand. Each server is a process, fresh in each round."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from typing import Final

from . import deliveries
from .figures import Effort, Result, by_median
from .fresh import server
from .measurements import WEBHOOKS_HANDLED, WEBHOOKS_MEMORY, WEBHOOKS_SQLITE

_ROUNDS: Final = 10
_DELIVERIES: Final = 4000
_FEWEST: Final = 200
_WARM_UP: Final = 300
_WAYS: Final = (
    *("bare", "memory", "memory, handled", "bare again"),
    *("committing", "sqlite", "sqlite, handled", "committing again"),
)


def measure(effort: Effort) -> Iterator[Result]:
    number = max(_FEWEST, effort.of(_DELIVERIES))
    seconds: dict[str, list[float]] = {way: [] for way in _WAYS}
    for _ in range(effort.of(_ROUNDS)):
        for way in _WAYS:
            seconds[way].append(_deliver(way.removesuffix(" again"), number) / number)
    for measurement, way, base in (
        (WEBHOOKS_MEMORY, "memory", "bare"),
        (WEBHOOKS_SQLITE, "sqlite", "committing"),
        (WEBHOOKS_HANDLED, "memory, handled", "bare"),
        (WEBHOOKS_HANDLED, "sqlite, handled", "committing"),
    ):
        ours, other, again = seconds[way], seconds[base], seconds[f"{base} again"]
        yield Result(
            measurement,
            f"{way}, {deliveries.AT_ONCE} at once",
            by_median(ours, other),
            by_median(again, other),
            f"{1 / fmean(ours):,.0f} / {1 / fmean(other):,.0f} a second",
        )


def _deliver(way: str, number: int) -> float:
    """Seconds for so many deliveries to a server that takes them in a way."""
    with (
        tempfile.TemporaryDirectory() as directory,
        server("webhook_server", way, Path(directory, "a.inbox")) as port,
    ):
        asyncio.run(deliveries.deliver(int(port), deliveries.prepare(_WARM_UP)))
        return asyncio.run(deliveries.deliver(int(port), deliveries.prepare(number)))
