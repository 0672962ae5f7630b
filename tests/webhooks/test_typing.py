"""Type checkers see the class of an event in a handler that is registered by its enum member."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]

_PROGRAM = """
from typing import assert_type

from dixa_async.models import WebhookEvent
from dixa_async.webhooks import Context, ConversationRated, Event, MessageAdded, NoteAdded, Receiver, inbound


def build(receiver: Receiver) -> None:
    @receiver.on(WebhookEvent.CONVERSATION_MESSAGE_ADDED, when=inbound)
    async def alone(event: MessageAdded) -> None:
        assert_type(event.data.text, str | None)

    @receiver.on(WebhookEvent.CONVERSATION_MESSAGE_ADDED, when=lambda event: event.data.text == "help")
    async def with_context(event: MessageAdded, context: Context[MessageAdded]) -> None:
        assert_type(context.event, MessageAdded)
        assert_type(context.events, tuple[MessageAdded, ...])

    @receiver.on(WebhookEvent.CONVERSATION_RATED, burst=True)
    async def plain_context(event: ConversationRated, context: Context) -> None:
        assert_type(event.score, int | None)

    @receiver.on(WebhookEvent.CONVERSATION_RATED)
    async def wider(event: MessageAdded | ConversationRated) -> None: ...

    @receiver.on(WebhookEvent.CONVERSATION_MESSAGE_ADDED, WebhookEvent.CONVERSATION_NOTE_ADDED)
    async def several(event: Event) -> None:
        if isinstance(event, NoteAdded):
            assert_type(event.data.note_id, str | None)

    @receiver.on()
    async def every(event: Event, context: Context) -> None: ...

    @receiver.on(WebhookEvent.TYPING_STARTED)
    async def without_class(event: Event) -> None: ...

    @receiver.on(WebhookEvent("SomethingNew"))
    async def without_name(event: Event) -> None: ...
"""

_WRONG = [
    """
    @receiver.on(WebhookEvent.CONVERSATION_MESSAGE_ADDED)
    async def wrong_1(event: NoteAdded) -> None: ...
""",
    """
    @receiver.on(WebhookEvent.CONVERSATION_RATED)
    def wrong_2(event: ConversationRated) -> None: ...
""",
    """
    @receiver.on(WebhookEvent.CONVERSATION_MESSAGE_ADDED, WebhookEvent.CONVERSATION_NOTE_ADDED)
    async def wrong_3(event: MessageAdded) -> None: ...
""",
    """
    @receiver.on(WebhookEvent.CONVERSATION_RATED)
    async def wrong_4(event: ConversationRated, context: Context[MessageAdded]) -> None: ...
""",
]


def _check(program: Path) -> list[tuple[str, bool, str]]:
    """What each type checker that is installed says of a program."""
    configuration = program.with_name("pyrightconfig.json")
    configuration.write_text(json.dumps({"typeCheckingMode": "strict", "extraPaths": [str(_ROOT)]}))
    mypy = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(program.parent / "cache"), str(program)]
    commands = {"mypy": mypy}
    pyright = shutil.which("pyright", path=str(Path(sys.executable).parent))
    if pyright is not None:
        commands["pyright"] = [pyright, "--pythonpath", sys.executable, "-p", str(configuration)]
    said: list[tuple[str, bool, str]] = []
    for name, command in commands.items():
        done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
        said.append((name, done.returncode == 0, done.stdout + done.stderr))
    return said


@pytest.mark.long
def test_the_class_of_an_event_is_seen(tmp_path: Path) -> None:
    pytest.importorskip("mypy", reason="the type checkers are not installed")
    program = tmp_path / "program.py"
    program.write_text(_PROGRAM)
    for name, passed, output in _check(program):
        assert passed, f"{name}: {output}"
    program.write_text(_PROGRAM + "".join(_WRONG))
    lines = program.read_text().splitlines()
    begins = [n for n, line in enumerate(lines, 1) if "def wrong_" in line]
    for name, passed, output in _check(program):
        assert not passed
        for line in begins:
            assert any(f"program.py:{near}:" in output for near in (line - 1, line)), f"{name}: {output}"
