"""Prism, a third-party mock server that checks each request against the description."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from ..helpers import description
from .prism_schema import prism_schema

_LONGEST_START = 120.0
_HOST = "127.0.0.1"


class PrismUnavailableError(Exception):
    """Prism cannot be started here."""


@contextlib.contextmanager
def running(folder: Path) -> Iterator[str]:
    """Run Prism on the prism_schema description.

    Args:
        folder: where the description and the log of Prism are put.

    Yields:
        The address of the server.

    Raises:
        PrismUnavailableError: it cannot be started.
    """
    script = description.find(description.PRISM)
    if not script.exists():
        raise PrismUnavailableError(f"{script} is absent")
    for tool in ("bash", "node", "npm"):
        if shutil.which(tool) is None:
            raise PrismUnavailableError(f"{tool} is not installed")
    # The script serves the description next to it. JSON is valid YAML.
    shutil.copy(script, folder)
    (folder / description.DESCRIPTION).write_text(json.dumps(prism_schema()))
    port, log = _free_port(), folder / "prism.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["bash", str(folder / script.name), str(port)], stdout=output, stderr=output, start_new_session=True
        )
    try:
        _wait(process, port, log)
        yield f"http://{_HOST}:{port}"
    finally:
        _stop(process)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((_HOST, 0))
        port: int = free.getsockname()[1]
        return port


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + _LONGEST_START
    while time.monotonic() < until:
        if process.poll() is not None:
            raise PrismUnavailableError(f"it ended at once: {log.read_text()[-1000:]}")
        with contextlib.suppress(OSError), socket.create_connection((_HOST, port), timeout=1):
            return
        time.sleep(0.2)
    raise PrismUnavailableError(f"it did not start within {_LONGEST_START:.0f} s: {log.read_text()[-1000:]}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Stop the script with all processes that it has started."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
            return
