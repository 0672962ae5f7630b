"""What an import costs, against importing aiohttp."""

import os
import statistics
import subprocess
import sys

PAIRS = 15
_CLIENT = "from dixa_async import DixaClient"
STATEMENTS = {
    "dixa_async": "import dixa_async",
    "and its client": _CLIENT,
    "and the conversation models": f"{_CLIENT}; import dixa_async.models.conversations, dixa_async.models.messages",
    "and everything": f"{_CLIENT}; import dixa_async.models as m; [getattr(m, name) for name in dir(m)]",
}


def _seconds(statement: str) -> float:
    """The time of an import in a fresh process, with warm bytecode."""
    timed = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    command = [sys.executable, "-c", timed]
    # Without it, no bytecode would be written, and every import would compile the package anew.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return float(subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout)


def report() -> None:
    """Measure all and print the table."""
    for name, statement in STATEMENTS.items():
        _seconds(statement)
        # Paired, so that a change of the machine's speed meets both.
        pairs = [(_seconds(statement), _seconds("import aiohttp")) for _ in range(PAIRS)]
        ratio = statistics.median(ours / theirs for ours, theirs in pairs)
        milliseconds = statistics.median(ours for ours, _ in pairs) * 1000
        print(f"import {name:30}{milliseconds:8.0f} ms{ratio:8.2f} x aiohttp")


if __name__ == "__main__":
    report()
