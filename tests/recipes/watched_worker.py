"""The worker of the recipe, which also records when its requests are sent, in the file that DEPARTURES names."""

import os
from functools import partial
from pathlib import Path

import aiohttp
from add_notes_with_workers import broker

from ..helpers.departures import noting_departures

__all__ = ["broker"]

_departures = Path(os.environ["DEPARTURES"]).open("a", buffering=1)  # noqa: SIM115 open until the process ends
_trace = noting_departures(lambda time: _departures.write(f"{time}\n"))
aiohttp.ClientSession = partial(aiohttp.ClientSession, trace_configs=[_trace])  # type: ignore[misc,assignment]
