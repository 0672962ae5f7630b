"""Writes ``docs/failure-modes.md``: what becomes of a call when things break. Run ``python -m tests.faults.table``."""

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

_INTRODUCTION: Final = f"""# When things break

A server, a proxy or a network can fail in many ways. This page tells what becomes of a call in each of them. The
tests make it: a small server misbehaves on purpose, and in each of its ways it is sent a GET, a PUT, a DELETE, a POST
and a PATCH. `python -m tests.faults.table` writes the page, and the tests fail if it is not true.

In every row, the tests also see to this:

- A call ends with one value or one error of `dixa_async.errors`. It never hangs.
- A POST or PATCH that has reached the server is not sent again, unless the server says with a 429, or with a 503 and
  `Retry-After`, that it has not acted. [Errors](errors.md) has the whole rule.
- `maybe_applied` of a POST or PATCH is False only if the server has not acted: it has seen nothing of the request, or
  has refused it with such a 429 or 503, or with a status that says so.
- The client has a single connection here. The next calls work, and each gets its own response.
- No task, socket or warning is left behind.
- Neither the token nor anything that was sent stands in the error or in the log.
- No other server gets a request, wherever a redirect leads.

## How to read it

| words | meaning |
| --- | --- |
| 1 try, 3 tries | how often the client sent the request; here it makes {ATTEMPTS} attempts at most |
| none seen, 1 seen | how often the request reached the server, if that is not the number of tries |
| the response | the call gave what the server meant to send |
| `None`, `'fine'` | the call gave this value |
| maybe done | the error has `maybe_applied=True`: the server may have acted; False for a GET, which changes nothing |
| after 3 timeouts | an attempt was given up after its time, here {SHORT} s; without such words, all was over at once |

A `ResponseDecodeError` had a 2xx: most likely it was done. After a 5xx or 408, look before you send a POST again: a
gateway may say so of a server that has acted.

The calls are made with `dixa.request()`. A search or an analytics question is a POST that changes nothing: it is
treated as a GET. What is and is not HTTP is for aiohttp to judge, here version 3.14 with its parser in C. Others differ
in a few rows, and never in the promises above.

If you pass a `session` of your own, two things are different. A response that comes when nothing was asked, on a
connection that is idle, is not noticed. And when the time of an attempt runs out before there is a connection,
`maybe_applied` is True, for the client does not see that nothing was sent; when `connect` runs out first, it is False.
"""


def cell_text(cell: Cell, *, slow: bool, maybe: bool) -> str:
    """What became of a call, in a few words."""
    tries = "1 try" if cell.attempts == 1 else f"{cell.attempts} tries"
    seen = "" if cell.seen == cell.attempts else f", {cell.seen or 'none'} seen"
    return f"{tries}{seen}: {_outcome(cell, maybe=maybe)}{_time(cell, slow=slow)}"


def _outcome(cell: Cell, *, maybe: bool) -> str:
    if cell.error is None:
        return _value(cell.value)
    return f"`{type(cell.error).__name__}`{', maybe done' if maybe else ''}"


def _value(value: Any) -> str:
    return "the response" if value == OK else f"`{value!r}`"


def _time(cell: Cell, *, slow: bool) -> str:
    if slow:
        timeouts = round(cell.seconds / SHORT)
        return f", after {timeouts} timeout{'s' if timeouts > 1 else ''}"
    return f", after {cell.seconds:.0f} s" if cell.seconds >= 1 else ""


def without_time(text: str) -> str:
    """What became of a call, apart from how long it took, which is not the same on every machine."""
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
        texts: the cells of each row, by the words for the fault.
    """
    lines = [_INTRODUCTION]
    for section, faults in groupby(FAULTS.values(), lambda fault: fault.section):
        lines += [f"## {section}\n", _line("the server …", *(", ".join(column) for column in COLUMNS))]
        lines += [_line("---", "---", "---")]
        lines += [_line(fault.words, *texts[fault.words]) for fault in faults]
        lines.append("")
    return "\n".join(lines)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def documented() -> dict[str, tuple[str, ...]]:
    """The cells of each row of the page as it is, by the words for the fault."""
    tables = PAGE.read_text(encoding="utf-8").split("\n## ")[2:]
    rows = [line.strip("| ").split(" | ") for table in tables for line in table.splitlines() if line.startswith("| ")]
    return {words: tuple(texts) for words, *texts in rows}


if __name__ == "__main__":
    PAGE.write_text(page({fault.words: row_texts(measure(fault)) for fault in FAULTS.values()}), encoding="utf-8")
