"""``python -m tests.benchmarks [--quick] [--write PAGE] [PART...]``."""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from rich.console import Console

from . import (
    calls,
    exports,
    fake,
    first_calls,
    first_response,
    imports,
    large_response,
    preloading,
    serialization,
    tokens,
    traffic,
    webhooks,
)
from .figures import FULL, QUICK, Effort, Result
from .report import machine, page, print_part, print_summary

PARTS: Final[Mapping[str, Callable[[Effort], Iterator[Result]]]] = {
    "imports": imports.measure,
    "first_calls": first_calls.measure,
    "preload": preloading.measure,
    "first_response": first_response.measure,
    "pages": serialization.measure,
    "large_response": large_response.measure,
    "calls": calls.measure,
    "options": calls.measure_options,
    "tokens": tokens.measure,
    "traffic": traffic.measure,
    "webhooks": webhooks.measure,
    "exports": exports.measure,
    "fake": fake.measure,
}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser("python -m tests.benchmarks", description="Speed, as ratios within one run.")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"one of {', '.join(PARTS)}; defaults to all")
    parser.add_argument("--quick", action="store_true", help="few rounds, to see that it runs; the figures are rough")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write the page of the docs, docs/performance.md")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - PARTS.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    console = Console()
    results: list[Result] = []
    failed: list[str] = []
    for name in options.parts or PARTS:
        started = time.monotonic()
        try:
            measured = list(PARTS[name](QUICK if options.quick else FULL))
        except (
            subprocess.CalledProcessError
        ) as error:  # the process has printed why; the other parts can still be measured
            console.print(f"{name} failed: {error}", style="bold red")
            failed.append(name)
            continue
        print_part(console, measured)
        console.print(f"{name}: {time.monotonic() - started:.0f} s\n", style="dim")
        results += measured
    print_summary(console, results)
    command = " ".join(["python -m tests.benchmarks", *arguments])
    console.print("\n".join(machine(command)), style="dim")
    if options.write:
        options.write.write_text(page(results, command))
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main(sys.argv[1:])
