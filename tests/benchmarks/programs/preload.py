"""``preload [SECTION...]``: seconds of `import aiohttp`, and of the preload after the import of the client."""

import sys
import time


def main(sections: list[str]) -> None:
    started = time.perf_counter()
    import aiohttp  # noqa: F401  # what is measured

    imported = time.perf_counter() - started
    from dixa_async import DixaClient

    started = time.perf_counter()
    DixaClient.preload(*sections)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    print([imported, time.perf_counter() - started])


if __name__ == "__main__":
    main(sys.argv[1:])
