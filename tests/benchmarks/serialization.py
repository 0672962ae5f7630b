"""Reading and writing pages, against pydantic and msgspec.

Each measurement is a process of its own, and the mean of its rounds: full garbage collections, which come seldom and
cost much, hide in a median.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from dixa_async.serialization import Serializer

from .pages import PAGES, make_page

ROUNDS = 200
PROCESSES = 20
LIBRARIES = ("dixa_async", "pydantic", "msgspec")


def our_page(item: Any) -> tuple[Callable[[bytes], Any], Callable[[Any], bytes]]:
    """How this package reads and writes a page."""
    serializer = Serializer()

    def read(body: bytes) -> Any:
        return serializer.read(body, list[item], "data")[0]

    def write(items: Any) -> bytes:
        return serializer.encode_unchecked({"data": items})

    return read, write


def measure(library: str, page: str) -> tuple[float, float]:
    """Microseconds to read and to write a page, in this process."""
    read, write = _maker(library)(PAGES[page])
    body = make_page(PAGES[page])
    items = read(body)
    return _mean(lambda: read(body)), _mean(lambda: write(items))


def _maker(library: str) -> Callable[[Any], tuple[Callable[[bytes], Any], Callable[[Any], bytes]]]:
    if library == "dixa_async":
        return our_page
    # Only here: what one library imports must not be in the way of another one's garbage collections.
    from . import peers

    return peers.pydantic_page if library == "pydantic" else peers.msgspec_page


def _mean(action: Callable[[], object]) -> float:
    for _ in range(20):
        action()
    started = time.process_time()
    for _ in range(ROUNDS):
        action()
    return (time.process_time() - started) / ROUNDS * 1e6


def _in_a_process(library: str, page: str) -> tuple[float, float]:
    command = [sys.executable, "-m", "tests.benchmarks.serialization", library, page]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    read, write = json.loads(printed)
    return read, write


def report() -> None:
    """Measure all and print the table."""
    print(f"{'page':15}{'':7}" + "".join(f"{name:>14}" for name in LIBRARIES) + f"{'/ pydantic':>14}{'/ msgspec':>12}")
    ratios: list[tuple[float, float, float, float]] = []
    for page in PAGES:
        # The libraries take turns, so that a change of the machine's speed meets all of them.
        runs = [[_in_a_process(library, page) for library in LIBRARIES] for _ in range(PROCESSES)]
        means = [[statistics.mean(run[n][way] for run in runs) for n in range(len(LIBRARIES))] for way in (0, 1)]
        for way, (ours, pydantic, msgspec) in zip(("read", "write"), means, strict=True):
            times = "".join(f"{value:>11.0f} us" for value in (ours, pydantic, msgspec))
            print(f"{page:15}{way:7}{times}{ours / pydantic:>14.2f}{ours / msgspec:>12.2f}")
        (r, rp, rm), (w, wp, _) = means
        ratios.append((r / rp, r / rm, w / wp, 0))
    read_pydantic, read_msgspec, write_pydantic = (statistics.mean(ratio[n] for ratio in ratios) for n in range(3))
    print(
        f"mean of the ratios: read {read_pydantic:.2f} x pydantic, {read_msgspec:.2f} x msgspec; "
        f"write {write_pydantic:.2f} x pydantic"
    )


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], sys.argv[2]))) if sys.argv[1:] else report()
