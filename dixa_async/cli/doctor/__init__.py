"""``python -m dixa_async doctor``: checks whether this machine can use the package, and the token.

- `findings`: what a check finds, and how it is printed.
- `installation`: Python, packages, extras, and the JSON library.
- `settings`: the variables, the settings, the key, the rate limit and the proxies.
- `network`: DNS, TCP and TLS, one read, the clock, and Redis.
- `secrets`: keeps secrets out of what is printed.
"""

import argparse
import asyncio
import sys
from typing import Final

from ..terminal import until_closed

_LONGEST: Final = 300.0
"""Seconds."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command.

    Args:
        parser: the parser of ``doctor``.
    """
    parser.epilog = (
        "It makes one call, which reads the organization, if DIXA_API_KEY is set. Nothing that it prints is secret or"
        " personal. Exit codes: 0 if all is well or only warnings were found, 1 if something is wrong, 2 for a wrong"
        " command line."
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument(
        "--timeout", type=_seconds, default=10.0, metavar="SECONDS", help="for each step on the network (default: 10)"
    )


def run_command(options: argparse.Namespace) -> int:
    """Run the command.

    Args:
        options: the parsed command line.

    Returns:
        The exit code: 0, or 1 if something is wrong.
    """
    timeout: float = options.timeout
    from .findings import Finding, Level, json_of, line_of
    from .installation import check_installation
    from .network import check_network
    from .secrets import without_secrets
    from .settings import check_settings, has_key, read_config

    findings = list[Finding]()
    with until_closed(sys.stdout) as out:

        def add(finding: Finding) -> None:
            findings.append(without_secrets(finding))
            if not options.json:
                print(line_of(findings[-1]), file=out, flush=True)

        async def check() -> None:
            config, problem = read_config()
            for finding in (*check_installation(), *check_settings(config, problem)):
                add(finding)
            async for finding in check_network(config, timeout, has_key=has_key()):
                add(finding)

        asyncio.run(check())
        if options.json:
            print(json_of(findings), file=out)
    return 1 if any(finding.level is Level.FAIL for finding in findings) else 0


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= _LONGEST:
        raise argparse.ArgumentTypeError(f"must be over 0, and at most {_LONGEST:g} seconds")
    return seconds
