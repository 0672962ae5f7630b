"""``read_page LIBRARY PAGE ROUNDS``: microseconds to read a page, and to write it (null where there is no writer)."""

import gc
import json
import sys
import time
from collections import deque
from collections.abc import Callable

from ..libraries import codec
from ..pages import PAGES, make_page

KEPT = 20
"""Pages that are kept, as a program keeps what it reads: nothing is freed at once, whatever the library."""


def mean(action: Callable[[], object], rounds: int) -> float:
    kept: deque[object] = deque(maxlen=KEPT)
    for _ in range(KEPT):
        kept.append(action())
    # Each full collection would walk what the imports and the types left, which differs by library only because
    # the types of the other libraries are generated from ours.
    gc.collect()
    gc.freeze()
    started = time.process_time()
    for _ in range(rounds):
        kept.append(action())
    return (time.process_time() - started) / rounds * 1e6


def main(library: str, page: str, rounds: int) -> None:
    read, write = codec(library, page)
    body = make_page(PAGES[page])
    items = read(body)
    reading = mean(lambda: read(body), rounds)
    print(json.dumps([reading, None if write is None else mean(lambda: write(items), rounds)]))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
