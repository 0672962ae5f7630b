"""How a bot of the drive serves: until it is told to end, at a port that it shares with others."""

import asyncio
import signal

from aiohttp import web


async def serve(app: web.Application, port: int) -> None:
    """Serve until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, reuse_port=True).start()
        print("ready", flush=True)
        await stop.wait()
    finally:
        await runner.cleanup()
