"""What an import costs, against importing aiohttp."""

from collections.abc import Iterator
from typing import Final

from .figures import Effort, Result, by_median, milliseconds
from .fresh import run
from .measurements import IMPORT

_ROUNDS: Final = 25
_STATEMENT: Final = "from dixa_async import DixaClient"


def measure(effort: Effort) -> Iterator[Result]:
    ours: list[float] = []
    base: list[float] = []
    again: list[float] = []
    run("import_time", _STATEMENT)  # writes the bytecode
    for _ in range(effort.of(_ROUNDS)):
        # In alternation, so that a change of the machine's speed affects all.
        base.append(run("import_time", "import aiohttp"))
        ours.append(run("import_time", _STATEMENT))
        again.append(run("import_time", "import aiohttp"))
    shown = f"{milliseconds(ours)} / {milliseconds(base)}"
    yield Result(IMPORT, f"`{_STATEMENT}`", by_median(ours, base), by_median(again, base), shown)
