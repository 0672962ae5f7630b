"""Reading and writing pages, against pydantic, msgspec and a generated client.

Each measurement is a process of its own, and the mean of its rounds: full garbage collections, which come seldom and
cost much, hide in a median.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from statistics import fmean
from typing import Final, TypeAlias

from .figures import Effort, Result, by_mean
from .fresh import run
from .generated import NotGeneratedError, generated
from .libraries import GENERATED_PAGES
from .measurements import READ_HITS, READ_HITS_MSGSPEC, READ_MSGSPEC, READ_PEER, READ_PYDANTIC, WRITE, Measurement
from .pages import PAGES

Runs: TypeAlias = dict[str, list[tuple[float, float]]]
"""Microseconds to read and to write, in each process, by the library."""

_PROCESSES: Final = 8
_ROUNDS: Final = 150
"""Pages that a process reads."""
_AGAIN: Final = "msgspec again"


def measure(effort: Effort) -> Iterator[Result]:
    with ExitStack() as until_the_end:
        path, problem = None, ""
        try:
            path = until_the_end.enter_context(generated())
        except NotGeneratedError as error:
            problem = str(error)
        for page in PAGES:
            libraries = ["dixa_async", "pydantic", "msgspec", _AGAIN]
            if path is not None and page in GENERATED_PAGES:
                libraries.append("generated")
            runs: Runs = {library: [] for library in libraries}
            # The libraries alternate, so that a change of the machine's speed affects all of them.
            for _ in range(effort.of(_PROCESSES)):
                for library in libraries:
                    runs[library].append(run("read_page", library.split()[0], page, effort.of(_ROUNDS), path=path))
            yield from _results(page, runs)
        if problem:
            yield Result(READ_PEER, "all", None, shown=problem)


def _results(page: str, runs: Runs) -> Iterator[Result]:
    hits = page == "search hits"
    yield _result(READ_HITS if hits else READ_PYDANTIC, page, runs, "dixa_async", "pydantic")
    yield _result(READ_HITS_MSGSPEC if hits else READ_MSGSPEC, page, runs, "dixa_async", "msgspec")
    if "generated" in runs:
        yield _result(READ_PEER, page, runs, "generated", "msgspec")
    yield _result(WRITE, page, runs, "dixa_async", "msgspec", which=1)


def _result(
    measurement: Measurement,
    page: str,
    runs: Runs,
    ours: str,
    base: str,
    which: int = 0,
) -> Result:
    mine, other, first, second = ([each[which] for each in runs[name]] for name in (ours, base, "msgspec", _AGAIN))
    shown = f"{fmean(mine):.0f} us / {fmean(other):.0f} us"
    return Result(measurement, page, by_mean(mine, other), by_mean(second, first), shown)
