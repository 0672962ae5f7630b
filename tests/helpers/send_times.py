"""Judges a rate limit by when requests were sent, on the clock that all processes of the machine share.

A server that counts arrivals cannot: if the machine stops it for half a second, requests that were sent apart arrive
together. So the senders record when they send. How long requests took is only meaningful on a quiet machine, so a
test that measures it records the pauses of the machine too.
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
    """A period in which a process, or something that it needs, did not run."""

    began: float
    ended: float

    def may_have_held(self, send_time: float) -> bool:
        """Whether a request was sent during the pause or just after it."""
        return self.began <= send_time <= self.ended + _TO_WAKE_UP


def too_early(
    send_times: Iterable[float], rate: float, burst: float, pauses: Iterable[Pause] = (), held: int = 0
) -> list[float]:
    """The requests for which a server with this limit would have had no token.

    Args:
        send_times: when requests were sent.
        rate: requests a second.
        burst: requests that may come at once.
        pauses: of the machine.
        held: how many permitted requests a pause may have delayed, so that they were sent together with later ones.

    Returns:
        The times of those requests.
    """
    bucket = TokenBucket(rate, burst)
    remaining = dict.fromkeys(pauses, held)
    early: list[float] = []
    for send_time in sorted(send_times):
        if bucket.take(send_time):
            continue
        pause = next((each for each, count in remaining.items() if count and each.may_have_held(send_time)), None)
        if pause is None:
            early.append(send_time)
        else:
            remaining[pause] -= 1
    return early


def recording_send_times(note: Callable[[float], object]) -> aiohttp.TraceConfig:
    """A trace config with which an aiohttp session records when it has sent the head of a request."""

    async def sent(_: aiohttp.ClientSession, __: SimpleNamespace, ___: aiohttp.TraceRequestHeadersSentParams) -> None:
        note(time.monotonic())

    config = aiohttp.TraceConfig()
    config.on_request_headers_sent.append(sent)
    return config


@contextmanager
def noting_pauses(
    note: Callable[[Pause], None], longer_than: float, touch: Callable[[], object] = lambda: None
) -> Iterator[None]:
    """Record the pauses of this process while the block runs.

    A thread wakes up at short intervals. If it wakes up late, there was a pause, whatever used the processor.

    Args:
        note: gets each pause.
        longer_than: seconds. Shorter pauses do no harm.
        touch: called each time; it blocks while something that the process needs does not run.
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
    """How many seconds of a period were a pause of any process."""
    paused, last = 0.0, began
    for pause in sorted(pauses):
        last = max(last, pause.began)
        if (until := min(pause.ended, ended)) > last:
            paused += until - last
            last = until
    return paused


def slowness(send_times: Sequence[float], pauses: Sequence[Pause], rate: float, burst: int) -> float:
    """How long requests took, without the pauses, as a multiple of the shortest time that the limit allows."""
    began, ended = min(send_times), max(send_times)
    return (ended - began - seconds_paused(pauses, began, ended)) / ((len(send_times) - burst) / rate)
