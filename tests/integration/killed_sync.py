"""Makes a copy, in processes that are killed.

``python -m tests.integration.killed_sync URL API_KEY SINCE PATH`` reads a number of seconds from each line of its
standard input. For each, it starts a process, kills it after that time, and prints how it has ended.
"""

import asyncio
import math
import os
import signal
import sys
import time
from datetime import datetime, timedelta

from dixa_async import DixaClient, RetryPolicy
from dixa_async.exports.sync import Sync

_RETRY = RetryPolicy(base_delay=0.0001, max_attempts=20)


async def main(url: str, api_key: str, since: str, path: str) -> None:
    async with DixaClient(api_key, base_url=url, exports_per_minute=math.inf, retry=_RETRY) as dixa:
        sync = Sync(dixa, path, since=datetime.fromisoformat(since), overlap=timedelta(), margin=timedelta())
        await sync.run()


def run_and_kill(arguments: list[str], seconds: float) -> int:
    """Returns the status of the process."""
    process = os.fork()  # which takes a millisecond: all is imported, and there is no thread yet
    if process == 0:
        asyncio.run(main(*arguments))
        os._exit(0)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.001)
    os.kill(process, signal.SIGKILL)
    return os.waitpid(process, 0)[1]


if __name__ == "__main__":
    for line in sys.stdin:
        print(run_and_kill(sys.argv[1:], float(line)), flush=True)
