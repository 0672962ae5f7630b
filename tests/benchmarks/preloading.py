"""The cost of loading everything before the first call instead of during it, against importing aiohttp."""

from collections.abc import Iterator
from typing import Final

from dixa_async.resources.registry import NAMESPACES

from .figures import Effort, Result, by_median, milliseconds
from .fresh import run
from .measurements import PRELOAD_ALL, PRELOAD_SECTION, PRELOAD_SECTIONS, Measurement

_ROUNDS: Final = 11
_ROUNDS_OF_A_SECTION: Final = 5
_TOGETHER: Final = ("conversations", "messages")


def measure(effort: Effort) -> Iterator[Result]:
    yield _result(PRELOAD_ALL, [], effort.of(_ROUNDS))
    yield _result(PRELOAD_SECTIONS, list(_TOGETHER), effort.of(_ROUNDS))
    for section in NAMESPACES:
        yield _result(PRELOAD_SECTION, [section], effort.of(_ROUNDS_OF_A_SECTION))


def _result(measurement: Measurement, names: list[str], rounds: int) -> Result:
    case = f"`preload({', '.join(map(repr, names))})`".replace("'", '"')
    run("preload", *names)  # it writes the bytecode
    runs = [(run("preload", *names), run("preload", *names)) for _ in range(rounds)]
    base, ours = zip(*(each for pair in runs for each in pair), strict=True)
    control = by_median([second[0] for _, second in runs], [first[0] for first, _ in runs])
    return Result(measurement, case, by_median(ours, base), control, f"{milliseconds(ours)} / {milliseconds(base)}")
