"""A separate redis-server on a Unix socket, which tests may kill or freeze."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis


class RedisServer:
    """A redis-server on a Unix socket. It writes to disk only when asked to save.

    Args:
        directory: where the socket is made, and what it saves. Its path must be short.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{directory / 'redis.sock'}"

    def start(self) -> None:
        options = {"port": "0", "unixsocket": "redis.sock", "save": "", "appendonly": "no", "dir": str(self._directory)}
        command = ["redis-server", *(argument for name, value in options.items() for argument in (f"--{name}", value))]
        self._process = subprocess.Popen(command, cwd=self._directory, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while True:
            try:
                with self.client() as client:
                    client.ping()
            except redis.ConnectionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return

    def client(self) -> Any:
        """A blocking client. `Any`, because redis-py's types do not say what commands return."""
        return redis.Redis.from_url(self.url, decode_responses=True)

    def freeze(self) -> None:
        """Make it respond to nothing, although connections to it stay open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once. What it did not save is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)


@contextmanager
def running_server() -> Iterator[RedisServer]:
    """A server that runs as long as the block; tests are skipped if redis-server is not installed."""
    if shutil.which("redis-server") is None:
        message = "redis-server is not installed: apt-get install redis-server"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    # pytest's own directories have long names, and the path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="redis-") as directory:
        server = RedisServer(Path(directory))
        server.start()
        try:
            yield server
        finally:
            server.kill()
