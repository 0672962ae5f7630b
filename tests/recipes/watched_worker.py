"""The worker of the recipe, which also records when its requests are sent, in the file that SEND_TIMES names."""

import os
from functools import partial
from pathlib import Path

import aiohttp
from add_notes_with_workers import broker

from ..helpers.send_times import recording_send_times

__all__ = ["broker"]

_send_times = Path(os.environ["SEND_TIMES"]).open("a", buffering=1)  # noqa: SIM115 open until the process ends
_trace = recording_send_times(lambda time: _send_times.write(f"{time}\n"))
aiohttp.ClientSession = partial(aiohttp.ClientSession, trace_configs=[_trace])  # type: ignore[misc,assignment]
