"""How an export is read, against others who read the same bytes from a socket. Each reads in a fresh process."""

from collections.abc import Iterator
from typing import Final

from .figures import Effort, Result, by_median, spread
from .fresh import run, server
from .measurements import EXPORT_MEMORY, EXPORT_MEMORY_OF_OTHERS, EXPORT_TIME, EXPORT_TIME_OF_JSON_STREAM

_ROUNDS: Final = 3
_ROWS: Final = 1_000_000
_FEWEST: Final = 3000
_MOST_IN_MEMORY: Final = 200_000
"""Rows for those who hold all of them, or take very long."""
_MIB: Final = 2**20


def measure(effort: Effort) -> Iterator[Result]:
    rows = max(_FEWEST, round(_ROWS * effort.share))
    for kind in ("conversations", "messages"):
        with server("export_server", kind, rows) as port:
            taken = {
                way: [run("read_export", way, kind, port, rows) for _ in range(effort.of(_ROUNDS))] for way in _WAYS
            }
        seconds = {way: [each["seconds"] for each in rounds] for way, rounds in taken.items()}
        peaks = [each["peak"] for each in taken["ours"]]
        case = f"{rows:,} {kind}"
        shown = f"{seconds['ours'][0] / rows * 1e6:.1f} / {seconds['ijson'][0] / rows * 1e6:.1f} µs a row"
        yield Result(EXPORT_TIME, case, by_median(seconds["ours"], seconds["ijson"]), shown=shown)
        yield Result(EXPORT_MEMORY, case, spread(peaks), shown=f"{taken['ours'][0]['tenth'] / _MIB:.1f} MiB at a tenth")
        few = min(rows, _MOST_IN_MEMORY)
        with server("export_server", kind, few) as port:
            ours = run("read_export", "ours", kind, port, few)
            whole = run("read_export", "whole", kind, port, few)
            streamed = run("read_export", "json_stream", kind, port, few)
        few_case = f"{few:,} {kind}"
        share = ours["peak"] / whole["peak"]
        shown = f"{ours['peak'] / _MIB:.1f} / {whole['peak'] / _MIB:.0f} MiB"
        yield Result(EXPORT_MEMORY_OF_OTHERS, few_case, spread([share]), shown=shown)
        shown = f"{ours['seconds'] / few * 1e6:.1f} / {streamed['seconds'] / few * 1e6:.1f} µs a row"
        yield Result(EXPORT_TIME_OF_JSON_STREAM, few_case, spread([ours["seconds"] / streamed["seconds"]]), shown=shown)


_WAYS: Final = ("ours", "ijson")
