"""Where an application is served: a host and a port of this machine."""

import ipaddress

from aiohttp import web


class Site:
    """Serves an application, on the event loop that starts it.

    Args:
        host: the address or name of this machine to listen on.
        port: the port; 0 chooses a free one at each start.
    """

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def is_running(self) -> bool:
        """Whether it is started."""
        return self._runner is not None

    @property
    def url(self) -> str:
        """The URL at which this machine reaches it.

        Raises:
            RuntimeError: it is not started.
        """
        if self._runner is None or not self._runner.addresses:
            raise RuntimeError("the server is not running: write `async with FakeDixa() as dixa_server:`, or `with`")
        address, port = self._runner.addresses[0][:2]
        return f"http://{_reachable(address)}:{port}"

    async def start(self, application: web.Application) -> None:
        """Begin to serve.

        Args:
            application: what is served.

        Raises:
            OSError: it cannot listen on the port.
        """
        # Shutdown does not wait for delayed requests.
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.01)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner

    async def stop(self) -> None:
        """Drop all connections, and stop serving."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None


def _reachable(address: str) -> str:
    """The host of a URL for an address that a server listens on: the unspecified address means all of them."""
    ip = ipaddress.ip_address(address)
    if ip.is_unspecified:
        return "127.0.0.1" if ip.version == 4 else "[::1]"
    return address if ip.version == 4 else f"[{address}]"
