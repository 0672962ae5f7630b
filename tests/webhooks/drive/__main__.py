"""``python -m tests.webhooks.drive [--messages N] [--conversations M] [--kills K] [BOT...]``."""

import argparse
import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ...helpers.redis_server import running_server
from .drive import Drive, Kind, drive
from .outcome import Outcome

_NAMES: Final[Mapping[Kind, str]] = {
    "sqlite": "`Receiver` with a `SqliteInbox`",
    "redis": "two processes with a `RedisInbox`",
    "naive": "a handler that replies inside the request",
}
_ROWS: Final = {
    "messages": "messages",
    "replied to once": "once",
    "lost": "lost",
    "replied to several times": "doubled",
    "conversations out of order": "disordered",
    "429 from Dixa": "throttled",
    "still in the inbox": "left",
    "kills": "kills",
    "lost responses": "lost_responses",
}


def table(outcomes: Mapping[Kind, Outcome]) -> str:
    """The outcomes side by side, for the docs."""
    lines = [["", *(_NAMES[kind] for kind in outcomes)], ["---"] * (len(outcomes) + 1)]
    for title, name in _ROWS.items():
        lines.append([title, *(f"{getattr(outcome, name):,}" for outcome in outcomes.values())])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.webhooks.drive", description="What becomes of messages to a bot.")
    parser.add_argument("bots", nargs="*", metavar="bot", help=f"one of {', '.join(_NAMES)}; defaults to all")
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--conversations", type=int, default=100)
    parser.add_argument("--kills", type=int, default=20)
    options = parser.parse_args()
    if unknown := set(options.bots) - _NAMES.keys():
        parser.error(f"no such bot: {', '.join(sorted(unknown))}; there are {', '.join(_NAMES)}")
    size = Drive(messages=options.messages, conversations=options.conversations, kills=options.kills)
    outcomes: dict[Kind, Outcome] = {}
    with running_server() as redis:
        for kind in _NAMES:
            if kind in (options.bots or _NAMES):
                with tempfile.TemporaryDirectory() as directory:
                    outcomes[kind] = asyncio.run(drive(size, kind, Path(directory), redis.url))
                print(outcomes[kind], flush=True)
    print(table(outcomes))


if __name__ == "__main__":
    main()
