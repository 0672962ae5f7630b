"""The cost of a call, one, ten and a hundred at once, against plain aiohttp and a generated client."""

from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from typing import Final, TypeAlias

from .figures import Effort, Result, by_mean
from .fresh import run, server
from .generated import NotGeneratedError, generated
from .measurements import CALL, CALL_OTHER, CALL_PEER, OPTIONS, Measurement

Blocks: TypeAlias = dict[str, list[tuple[float, float]]]
"""Microseconds for a call in each round, by the name of the way: by the clock and by the processor."""

_PAGES: Final = ("messages.list", "search.conversations", "end_users.list")
_ONE: Final = "conversations.get"
_AT_ONCE: Final = (1, 10, 100)
_JUDGED: Final = 10
_ROUNDS: Final = 24
_CALLS: Final = 60
"""In a block, and three for each that is under way at once."""


def measure(effort: Effort) -> Iterator[Result]:
    with server("canned_server") as url:
        for call in (*_PAGES, _ONE):
            for at_once in _AT_ONCE:
                blocks = _blocks(effort, url, call, at_once, "plain", "ours", "plain again")
                judged = call in _PAGES and at_once == _JUDGED
                yield from _results(CALL if judged else CALL_OTHER, f"`{call}`, {at_once} at once", blocks, "ours")
        yield from _peers(effort, url)


def measure_options(effort: Effort) -> Iterator[Result]:
    with server("canned_server") as url:
        blocks = _blocks(effort, url, "organization.get", 1, "ours", "with_options", "ours again")
        yield from _results(OPTIONS, "`organization.get`", blocks, "with_options", "ours")


def _peers(effort: Effort, url: str) -> Iterator[Result]:
    call = "messages.list"
    ways = ["plain", "pydantic", "plain again"]
    try:
        with generated() as path:
            blocks = _blocks(effort, url, call, _JUDGED, *ways, "generated", path=path)
    except NotGeneratedError as problem:
        blocks = _blocks(effort, url, call, _JUDGED, *ways)
        yield Result(CALL_PEER, "generated client", None, shown=str(problem))
    for way in ("pydantic", "generated"):
        if way in blocks:
            yield from _results(CALL_PEER, f"`{call}`, {way}", blocks, way)


def _blocks(effort: Effort, url: str, call: str, at_once: int, *ways: str, path: Path | None = None) -> Blocks:
    calls = max(_CALLS, 3 * at_once)
    blocks: Blocks = run("time_calls", url, call, at_once, effort.of(_ROUNDS), calls, *ways, path=path)
    return blocks


def _results(measurement: Measurement, case: str, blocks: Blocks, ours: str, base: str = "plain") -> Iterator[Result]:
    for clock, by in ((0, "by the clock"), (1, "by processor")):
        mine, other, again = ([each[clock] for each in blocks[way]] for way in (ours, base, f"{base} again"))
        shown = f"{fmean(mine):.0f} us / {fmean(other):.0f} us"
        yield Result(measurement, f"{case}, {by}", by_mean(mine, other), by_mean(again, other), shown)
