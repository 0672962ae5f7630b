"""The memory that is kept for a token that is no longer used."""

from collections.abc import Iterator
from typing import Final

from .figures import Effort, Result, spread
from .fresh import run, server
from .measurements import TOKENS

_CLIENTS: Final = 2000
_ROUNDS: Final = 3


def measure(effort: Effort) -> Iterator[Result]:
    clients = effort.of(_CLIENTS)
    own: list[float] = []
    same: list[float] = []
    with server("canned_server") as url:
        for _ in range(effort.of(_ROUNDS)):
            own.append(run("tokens", url, clients, "own"))
            same.append(run("tokens", url, clients, "same"))
    yield Result(TOKENS, f"{clients} tokens", spread(own), spread(same))
