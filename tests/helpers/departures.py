"""Judges a rate limit by when requests left, on the clock that all processes of the machine share.

A server that counts what arrives cannot: when the machine stops it for half a second, what was sent apart arrives
together. When requests left, their senders write down. How long they took, only a quiet machine tells: so whoever
measures that writes down the pauses of the machine too.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Final

import aiohttp
import attrs

from .token_bucket import TokenBucket

_LOOK_EVERY: Final = 0.01
_TO_WAKE_UP: Final = 0.02
"""Seconds."""


@attrs.frozen(order=True)
class Pause:
    """A time in which a process did not run, or something that it needs did not."""

    began: float
    ended: float

    def may_have_held(self, departure: float) -> bool:
        """Whether a request left when this was just over."""
        return self.began <= departure <= self.ended + _TO_WAKE_UP


def too_early(
    departures: Iterable[float], rate: float, burst: float, pauses: Iterable[Pause] = (), held: int = 0
) -> list[float]:
    """The departures for which a server with this limit would have had no token.

    Args:
        departures: when requests left.
        rate: requests a second.
        burst: requests that may come at once.
        pauses: of the machine.
        held: how many requests a pause may have held that had been let go, and left together with those after it.

    Returns:
        Those for which there was none.
    """
    bucket = TokenBucket(rate, burst)
    left_to_excuse = dict.fromkeys(pauses, held)
    early: list[float] = []
    for departure in sorted(departures):
        if bucket.take(departure):
            continue
        pause = next((each for each, count in left_to_excuse.items() if count and each.may_have_held(departure)), None)
        if pause is None:
            early.append(departure)
        else:
            left_to_excuse[pause] -= 1
    return early


def noting_departures(note: Callable[[float], object]) -> aiohttp.TraceConfig:
    """What an aiohttp session needs to write down when it has sent the head of a request."""

    async def sent(_: aiohttp.ClientSession, __: SimpleNamespace, ___: aiohttp.TraceRequestHeadersSentParams) -> None:
        note(time.monotonic())

    call_state = aiohttp.TraceConfig()
    call_state.on_request_headers_sent.append(sent)
    return call_state


@contextmanager
def noting_pauses(
    note: Callable[[Pause], None], longer_than: float, touch: Callable[[], object] = lambda: None
) -> Iterator[None]:
    """Write down the pauses of this process while the block runs.

    A thread wakes up every moment. What it is late by was a pause, whoever had the processor.

    Args:
        note: gets each pause.
        longer_than: seconds. What is shorter does no harm.
        touch: something that only works while what the process needs runs too.
    """
    over = threading.Event()

    def look() -> None:
        last = time.monotonic()
        while not over.wait(_LOOK_EVERY):
            touch()
            now = time.monotonic()
            if now - last - _LOOK_EVERY > longer_than:
                note(Pause(last, now))
            last = now

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def seconds_paused(pauses: Iterable[Pause], began: float, ended: float) -> float:
    """How much of a time was a pause of anyone."""
    paused, last = 0.0, began
    for pause in sorted(pauses):
        last = max(last, pause.began)
        if (until := min(pause.ended, ended)) > last:
            paused += until - last
            last = until
    return paused


def slowness(departures: Sequence[float], pauses: Sequence[Pause], rate: float, burst: int) -> float:
    """How long requests took, without the pauses, as a multiple of the shortest time that the limit allows."""
    began, ended = min(departures), max(departures)
    return (ended - began - seconds_paused(pauses, began, ended)) / ((len(departures) - burst) / rate)
