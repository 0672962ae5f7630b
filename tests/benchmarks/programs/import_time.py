"""``import_time STATEMENT``: seconds that it takes."""

import sys
import time

if __name__ == "__main__":
    started = time.perf_counter()
    exec(sys.argv[1])
    print(time.perf_counter() - started)
