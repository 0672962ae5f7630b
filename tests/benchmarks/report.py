"""The results, as tables for the terminal and as the page of the docs."""

import importlib.metadata
import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from .figures import Figure, Result
from .measurements import ALL, Measurement

_LIBRARIES: Final = ("aiohttp", "attrs", "cattrs", "orjson", "msgspec", "pydantic", "openapi-python-client")
_VERDICTS: Final = {True: "met", False: "missed", None: ""}
_STYLES: Final = {True: "green", False: "bold red", None: ""}
_HEADERS: Final = ("case", "figure", "quartiles", "goal", "", "control", "ours / other")

_INTRODUCTION: Final = """\
# Performance

A service waits for Dixa far longer than for this package: reading a page takes less than a millisecond, and Dixa takes
ten requests a second. What can be felt is the first call of a process, a very large response, and the start. This page
is made by the benchmark. Its figures are ratios within one run, for times depend on the machine.

A ratio of 1 means as long as what it is divided by. The quartiles are those of the rounds: half of the rounds lie
between them. The control is the base measured against itself; how far it is from 1.00 says what a difference means.
"""


def machine(command: str) -> list[str]:
    """What ran where and when, one fact a line."""
    versions = ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return [
        f"Machine: {_processor()}, {os.cpu_count()} cores, {platform.system()}; load {load} at the end",
        f"Python: {platform.python_implementation()} {platform.python_version()}; {versions}",
        f"Date: {datetime.now(UTC):%Y-%m-%d}",
        f"Command: `{command}`",
    ]


def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def grouped(results: Iterable[Result]) -> Iterator[tuple[Measurement, list[Result]]]:
    """The results of each measurement that has some, in the order of the measurements."""
    kept = list(results)
    for measurement in ALL:
        if rows := [result for result in kept if result.measurement is measurement]:
            yield measurement, rows


def worst(results: Sequence[Result]) -> Result:
    """The result that is farthest from its goal; one that could not be measured counts most."""
    return max(results, key=lambda result: float("inf") if result.figure is None else result.figure.value)


def _title(measurement: Measurement) -> str:
    return f"{measurement.name}, against {measurement.against}" if measurement.against else measurement.name


def number(value: float, measurement: Measurement) -> str:
    """A figure with its unit."""
    if measurement.unit == "bytes":
        return f"{value:,.0f} bytes"
    if measurement.unit == "seconds":
        return f"{value:.3f} s"
    return f"{value:.3f} x" if value < 0.5 else f"{value:.2f} x"


def _range(figure: Figure | None, measurement: Measurement) -> str:
    if figure is None:
        return ""
    return f"{number(figure.low, measurement).split()[0]} to {number(figure.high, measurement).split()[0]}"


def _cells(result: Result) -> tuple[str, ...]:
    measurement, control = result.measurement, result.control
    return (
        result.case,
        "n/a" if result.figure is None else number(result.figure.value, measurement),
        _range(result.figure, measurement),
        "" if measurement.goal is None else f"≤ {measurement.goal:g}",
        _VERDICTS[result.met],
        "" if control is None else f"{number(control.value, measurement)} ({_range(control, measurement)})",
        result.shown,
    )


def _summary(results: Iterable[Result]) -> Iterator[tuple[bool | None, tuple[str, ...]]]:
    """The judged measurements, each with its worst case."""
    for measurement, rows in grouped(results):
        if measurement.goal is not None:
            result = worst(rows)
            case, figure, _, goal, verdict, *_ = _cells(result)
            yield result.met, (_title(measurement), case, figure, goal, verdict or "not measured")


def print_part(console: Console, results: Sequence[Result]) -> None:
    """Print the tables of some results."""
    for measurement, rows in grouped(results):
        table = Table(*_HEADERS, title=_title(measurement), title_justify="left")
        for result in rows:
            table.add_row(*_cells(result), style=_STYLES[result.met])
        console.print(table)


def print_summary(console: Console, results: Sequence[Result]) -> None:
    """Print the judged measurements, and the missed goals."""
    table = Table("what", "worst case", "figure", "goal", "", title="Goals", title_justify="left")
    for met, cells in _summary(results):
        table.add_row(*cells, style=_STYLES[met])
    console.print(table)
    missed = [result for result in results if result.met is False]
    console.print(f"{len(missed)} missed")
    for result in missed:
        case, figure, _, goal, *_ = _cells(result)
        console.print(f"  {_title(result.measurement)}: {case}, {figure} ({goal})")


def page(results: Sequence[Result], command: str) -> str:
    """The page of the docs."""
    parts = [_INTRODUCTION, "\n".join(f"- {fact}" for fact in machine(command)), "\n## Goals\n"]
    parts.append(_markdown(("what", "worst case", "figure", "goal", ""), (cells for _, cells in _summary(results))))
    for measurement, rows in grouped(results):
        parts += [f"\n## {_title(measurement)}\n", f"{measurement.how}\n", _markdown(_HEADERS, map(_cells, rows))]
    return "\n".join(parts) + "\n"


def _markdown(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
