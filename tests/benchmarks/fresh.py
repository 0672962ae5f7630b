"""Runs programs in fresh processes."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

_ROOT: Final = Path(__file__).parents[2]


def _environment(path: Path | None) -> dict[str, str]:
    # Without it, no bytecode would be written, and every import would compile the package again.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    if path is not None:
        kept["PYTHONPATH"] = os.pathsep.join([str(path), *filter(None, [kept.get("PYTHONPATH")])])
    return kept


def run(program: str, *arguments: object, path: Path | None = None) -> Any:
    """Run a program of `programs` in a fresh process.

    Args:
        program: its module.
        arguments: its arguments.
        path: a folder to import from, besides the usual ones.

    Returns:
        The JSON that it printed.
    """
    command = [sys.executable, "-m", f"{__package__}.programs.{program}", *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=_environment(path), cwd=_ROOT)
    return json.loads(done.stdout)


def seconds_until(program: str, *arguments: object, path: Path | None = None) -> float:
    """Seconds from the start of a program to the moment that it prints, on the clock that all processes share."""
    started = time.monotonic()
    reached: float = run(program, *arguments, path=path)
    return reached - started


@contextmanager
def server(module: str, *arguments: object) -> Iterator[str]:
    """Run a server in its own process, and yield the line that it prints once it serves."""
    command = [sys.executable, "-m", f"{__package__}.{module}", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT) as process:
        assert process.stdout is not None
        try:
            if not (line := process.stdout.readline()):
                raise RuntimeError(f"{module} did not start; the reason is printed above")
            yield line.strip()
        finally:
            process.kill()
