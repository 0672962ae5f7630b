"""``first_call URL CALL``: seconds of `import aiohttp`, and of the longest stall of the event loop in a first call."""

import sys
import time


def main(url: str, call: str) -> None:
    started = time.perf_counter()
    import aiohttp  # noqa: F401  # what is measured

    imported = time.perf_counter() - started
    from dixa_async import DixaClient

    from ..stalls import StallLoop
    from .calls import CALLS

    async def stall() -> float:
        async with DixaClient("token", base_url=url) as dixa:
            loop.begin()
            await CALLS[call](dixa)
            return loop.end_step()

    loop = StallLoop()
    print([imported, loop.run_until_complete(stall())])
    loop.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
