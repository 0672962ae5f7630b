"""From the start of a process to its first response, against raw aiohttp."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

from .figures import Effort, Result, by_median, milliseconds
from .fresh import seconds_until, server
from .generated import NotGeneratedError, generated
from .measurements import FIRST_RESPONSE, FIRST_RESPONSE_PEER
from .programs.calls import FIRST_CALLS

_ROUNDS: Final = 10


def measure(effort: Effort) -> Iterator[Result]:
    with server("canned_server") as url, ExitStack() as until_the_end:
        ways = ["raw", "ours", "raw again"]
        path, problem = None, ""
        try:
            path = until_the_end.enter_context(generated())
            ways.append("generated")
        except NotGeneratedError as error:
            problem = str(error)
        for call in FIRST_CALLS:
            seconds: dict[str, list[float]] = {way: [] for way in ways}
            for number in range(effort.of(_ROUNDS) + 1):
                for way in ways:
                    taken = seconds_until("first_response", way.split()[0], url, call, path=path)
                    if number:  # the first round writes the bytecode
                        seconds[way].append(taken)
            base = seconds["raw"]
            control = by_median(seconds["raw again"], base)
            for measurement, way in ((FIRST_RESPONSE, "ours"), (FIRST_RESPONSE_PEER, "generated")):
                if way in seconds:
                    shown = f"{milliseconds(seconds[way])} / {milliseconds(base)}"
                    yield Result(measurement, f"`{call}`", by_median(seconds[way], base), control, shown)
        if problem:
            yield Result(FIRST_RESPONSE_PEER, "all", None, shown=problem)
