"""How long the first call of a kind blocks the event loop, against importing aiohttp."""

from collections.abc import Iterator
from typing import Final

from .figures import Effort, Result, by_median, milliseconds
from .fresh import run, server
from .measurements import FIRST_CALL
from .programs.calls import FIRST_CALLS

_ROUNDS: Final = 15


def measure(effort: Effort) -> Iterator[Result]:
    with server("canned_server") as url:
        for call in FIRST_CALLS:
            run("first_call", url, call)  # writes the bytecode
            runs = [(run("first_call", url, call), run("first_call", url, call)) for _ in range(effort.of(_ROUNDS))]
            base, stalls = zip(*(each for pair in runs for each in pair), strict=True)
            control = by_median([second[0] for _, second in runs], [first[0] for first, _ in runs])
            shown = f"{milliseconds(stalls)} / {milliseconds(base)}"
            yield Result(FIRST_CALL, f"`{call}`", by_median(stalls, base), control, shown)
