"""How fast `FakeDixa` is: its start, its requests, its companies, and whether requests leave something."""

from collections.abc import Iterator
from statistics import fmean
from typing import Final

from .figures import Effort, Result, by_mean, milliseconds, spread
from .fresh import run
from .measurements import FAKE_COMPANY, FAKE_LEAK, FAKE_MEMORY, FAKE_REQUEST, FAKE_START

_STARTS: Final = 10
_ROUNDS: Final = 20
_REQUESTS: Final = 2000
_FEWEST_REQUESTS: Final = 100
_COMPANIES: Final = 3
_CONVERSATIONS: Final = 10_000
_LEAK_REQUESTS: Final = 100_000
_FEWEST_LEAK_REQUESTS: Final = 2000


def measure(effort: Effort) -> Iterator[Result]:
    run("fake_start")  # writes the bytecode
    starts = [run("fake_start") for _ in range(effort.of(_STARTS))]
    imports, more = zip(*starts, strict=True)
    yield Result(FAKE_START, "`FakeDixa()`", spread(more), shown=f"{milliseconds(more)} / {milliseconds(imports)}")

    taken = run("fake_requests", effort.of(_ROUNDS), max(_FEWEST_REQUESTS, effort.of(_REQUESTS)))
    ours, bare, again = (taken[way] for way in ("fake", "bare", "bare again"))
    shown = f"{1 / fmean(ours):,.0f} / {1 / fmean(bare):,.0f} a second"
    yield Result(FAKE_REQUEST, "a conversation", by_mean(ours, bare), by_mean(again, bare), shown)

    companies = [run("fake_company", _CONVERSATIONS) for _ in range(effort.of(_COMPANIES))]
    seconds, memory = zip(*companies, strict=True)
    yield Result(FAKE_COMPANY, f"{_CONVERSATIONS:,} conversations", spread(seconds))
    yield Result(FAKE_MEMORY, f"{_CONVERSATIONS:,} conversations", spread(memory))

    requests = max(_FEWEST_LEAK_REQUESTS, effort.of(_LEAK_REQUESTS))
    yield Result(FAKE_LEAK, f"{requests:,} requests", spread([run("fake_leak", requests)]))
