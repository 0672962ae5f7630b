"""Writes ``docs/failure-modes.md``: how a call ends when things break. Run ``python -m tests.faults.table``."""

import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from dixa_async.errors import CallError

from .behaviours import FAULTS
from .clients import ATTEMPTS, OK, SHORT
from .matrix import Cell, Row, measure

PAGE: Final = Path(__file__).parents[2] / "docs" / "failure-modes.md"
COLUMNS: Final = (("GET", "PUT", "DELETE"), ("POST", "PATCH"))

_INTRODUCTION: Final = f"""# Failure modes

A server, a proxy or a network can fail in many ways. This page shows how a call ends in each of them. It is generated:
a small server misbehaves on purpose, and gets a GET, a PUT, a DELETE, a POST and a PATCH in each of these ways.
`python -m tests.faults.table` writes the page, and the tests fail if it is not true.

In every row, the tests also check that:

- the call returns one value or raises one error from `dixa_async.errors`. It never hangs;
- a POST or PATCH that has reached the server is not sent again, unless the server says with a 429, or with a 503 and
  `Retry-After`, that it has not acted. [Retries](retries.md) has the complete rule;
- `maybe_applied` of a POST or PATCH is False only if the server has not acted: it has not seen the request, or it has
  rejected it with such a 429 or 503, or with another status that means so;
- the next calls work, and each gets its own response. The client has a single connection here;
- no task, socket or warning is left behind;
- neither the token nor anything that was sent appears in the error or in the log;
- no other server gets a request, wherever a redirect leads.

## How to read the tables

| text | meaning |
| --- | --- |
| 1 try, 3 tries | how often the client sent the request; here it makes {ATTEMPTS} attempts at most |
| none seen, 1 seen | how often the request reached the server, if that is not the number of tries |
| the response | the call returned what the server meant to send |
| `None`, `'fine'` | the call returned this value |
| maybe applied | the error has `maybe_applied=True`: the server may have acted; it is always False for a GET |
| after 3 timeouts | an attempt timed out, here after {SHORT} s; where this is missing, the call ended immediately |

With a `ResponseDecodeError`, Dixa responded with a 2xx, so the request was most likely carried out. After a 5xx or 408,
check before you send a POST again: a gateway may send these although the server behind it has acted.

The calls are made with `dixa.request()`. A search or an analytics query is a POST that changes nothing, and is treated
as a GET. aiohttp decides what is valid HTTP, here version 3.14 with its C parser. Other versions differ in a few rows,
but never in the guarantees above.

If you pass your own `session`, two things are different. An unsolicited response on an idle connection is not noticed.
And if an attempt times out before there is a connection, `maybe_applied` is True, since the client does not see that
nothing was sent; if `connect` is what times out, it is False.
"""


def cell_text(cell: Cell, *, slow: bool, maybe: bool) -> str:
    """How a call ended, in a few description."""
    tries = "1 try" if cell.attempts == 1 else f"{cell.attempts} tries"
    seen = "" if cell.seen == cell.attempts else f", {cell.seen or 'none'} seen"
    return f"{tries}{seen}: {_outcome(cell, maybe=maybe)}{_time(cell, slow=slow)}"


def _outcome(cell: Cell, *, maybe: bool) -> str:
    if cell.error is None:
        return _value(cell.value)
    return f"`{type(cell.error).__name__}`{', maybe applied' if maybe else ''}"


def _value(value: Any) -> str:
    return "the response" if value == OK else f"`{value!r}`"


def _time(cell: Cell, *, slow: bool) -> str:
    if slow:
        timeouts = round(cell.seconds / SHORT)
        return f", after {timeouts} timeout{'s' if timeouts > 1 else ''}"
    return f", after {cell.seconds:.0f} s" if cell.seconds >= 1 else ""


def without_time(text: str) -> str:
    """How a call ended, without the time it took, which differs between machines."""
    return re.sub(r", after \d+ \w+", "", text)


def row_texts(row: Row) -> tuple[str, ...]:
    """The cells of a row: one for each column, or for each method where they differ."""
    return tuple(_column_text({method: row.cells[method] for method in column}, row) for column in COLUMNS)


def _column_text(cells: Mapping[str, Cell], row: Row) -> str:
    maybe = any(isinstance(cell.error, CallError) and cell.error.maybe_applied for cell in cells.values())
    texts = {method: cell_text(cell, slow=row.fault.slow, maybe=maybe) for method, cell in cells.items()}
    if len(set(texts.values())) == 1:
        return next(iter(texts.values()))
    return "; ".join(f"{method}: {text}" for method, text in texts.items())


def page(texts: Mapping[str, tuple[str, ...]]) -> str:
    """The page.

    Args:
        texts: the cells of each row, by the description of the fault.
    """
    lines = [_INTRODUCTION]
    for section, faults in groupby(FAULTS.values(), lambda fault: fault.section):
        lines += [f"## {section}\n", _line("the server …", *(", ".join(column) for column in COLUMNS))]
        lines += [_line("---", "---", "---")]
        lines += [_line(fault.description, *texts[fault.description]) for fault in faults]
        lines.append("")
    return "\n".join(lines)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def documented() -> dict[str, tuple[str, ...]]:
    """The cells of each row of the page as it is, by the description of the fault."""
    tables = PAGE.read_text(encoding="utf-8").split("\n## ")[2:]
    rows = [line.strip("| ").split(" | ") for table in tables for line in table.splitlines() if line.startswith("| ")]
    return {description: tuple(texts) for description, *texts in rows}


if __name__ == "__main__":
    PAGE.write_text(page({fault.description: row_texts(measure(fault)) for fault in FAULTS.values()}), encoding="utf-8")
