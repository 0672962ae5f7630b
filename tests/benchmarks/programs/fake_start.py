"""``fake_start``: processor seconds of `import aiohttp.web`, and of a `FakeDixa` from its import until it listens."""

import asyncio
import time


def main() -> None:
    started = time.process_time()
    import aiohttp.web  # noqa: F401  # what is measured

    imported = time.process_time() - started
    started = time.process_time()
    from dixa_async.testing import FakeDixa

    async def start() -> float:
        async with FakeDixa():
            return time.process_time() - started

    print([imported, asyncio.run(start())])


if __name__ == "__main__":
    main()
