"""One response of 20 MB: how long it blocks the event loop, and how long it takes."""

from collections.abc import Iterator
from typing import Final

from .figures import Effort, Result, by_median, milliseconds
from .fresh import run, server
from .measurements import LARGE_COST, LARGE_STALL, LARGE_STALL_MSGSPEC, LARGE_TIME

_ROUNDS: Final = 7
_BYTES: Final = 20_000_000
_WAYS: Final = ("in one go", "ours", "msgspec", "in one go again")


def measure(effort: Effort) -> Iterator[Result]:
    size = effort.of(_BYTES)
    stalls: dict[str, list[float]] = {way: [] for way in _WAYS}
    seconds: dict[str, list[float]] = {way: [] for way in _WAYS}
    with server("canned_server", size) as url:
        for _ in range(effort.of(_ROUNDS)):
            for way in _WAYS:
                stall, taken = run("large_response", way.removesuffix(" again"), url, size)
                stalls[way].append(stall)
                seconds[way].append(taken)
    for measurement, values, base in (
        (LARGE_STALL, stalls, "in one go"),
        (LARGE_STALL_MSGSPEC, stalls, "msgspec"),
        (LARGE_COST, seconds, "in one go"),
        (LARGE_TIME, seconds, "msgspec"),
    ):
        yield Result(
            measurement,
            f"{size / 1e6:.3g} MB of messages",
            by_median(values["ours"], values[base]),
            by_median(values["in one go again"], values["in one go"]),
            f"{milliseconds(values['ours'])} / {milliseconds(values[base])}",
        )
