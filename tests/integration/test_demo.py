"""The demo as a user runs it, and the errors of its command line."""

import asyncio
import io
import os
import sys
from typing import get_args

import pytest
from rich.console import Console

from dixa_async.cli.demo import tour
from dixa_async.cli.main import main
from dixa_async.models import MessageAttributes
from dixa_async.testing import FakeDixa


async def test_the_demo_shows_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIXA_RATE_LIMIT", "10000")
    monkeypatch.setattr(tour, "FakeDixa", lambda: FakeDixa(rate=float("inf")))
    printed = io.StringIO()
    await tour.run(live=False, console=Console(file=printed, width=100))
    shown = printed.getvalue()
    assert max(map(len, shown.splitlines())) <= 100
    assert "…" not in shown
    for kind in get_args(MessageAttributes):
        assert kind.__name__ in shown
    for expected in (
        "Starting FakeDixa",
        "EmailConversation",
        "ContactFormConversation",
        "ChatConversation",
        "SmsConversation",
        "PstnPhoneConversation",
        "**Hello**",
        "<b>Hello</b>",
        "Unknown (HologramAttributes) │ Inbound   │ Hello",
        "48 end users in 2 pages",
        "15 reads in",
        "NotFoundError: GET /conversations/{conversationId}: 404",
        "attempt 1 failed with 503",
        "attempt 3 succeeded: Example Ltd",
        "ConnectionLostError, maybe_applied=True",
        "confirmed; Dixa has it 1 time",
        "was killed with SIGKILL when",
        "8 notes, 0 of them twice",
        "6 deliveries, since each event came 3 times. Replies of the bot: 1",
        "Outbound: Thank you for",
        "python -m dixa_async doctor",
    ):
        assert expected in shown


async def test_with_live_the_demo_only_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeDixa(rate=float("inf")) as server:
        monkeypatch.setenv("DIXA_API_KEY", server.api_key)
        monkeypatch.setenv("DIXA_BASE_URL", server.url)
        monkeypatch.setenv("DIXA_RATE_LIMIT", "10000")
        server.add_email(server.end_users[0], "A [/secret] subject", ["A secret text"])
        server.state.organization.name = "Bakery [/x] Ltd"
        printed = io.StringIO()
        await tour.run(live=True, console=Console(file=printed, width=140))
        assert {request.method for request in server.requests} == {"GET"}
    shown = printed.getvalue()
    for expected in ("Nothing is written", "Bakery [/x] Ltd", "NotFoundError", "EmailConversation", "EmailAttributes"):
        assert expected in shown
    assert "secret" not in shown


async def test_text_of_others_controls_neither_the_terminal_nor_rich() -> None:
    async with FakeDixa(rate=float("inf")) as server:
        server.add_email(server.end_users[0], "A subject", ["A text"])
        server.state.organization.name = "a\x1b]0;b\x07\u202e [red]c :x:\nd \u65e5"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "dixa_async", "demo", "--live"),
            env={
                **os.environ,
                "DIXA_API_KEY": server.api_key,
                "DIXA_BASE_URL": server.url,
                "DIXA_RATE_LIMIT": "10000",
                "PYTHONIOENCODING": "cp1252",
                "COLUMNS": "140",
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        shown, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")
    assert b"a\\x1b]0;b\\x07\\u202e [red]c :x:\\nd \\u65e5" in shown
    assert b"\x1b" not in shown


async def test_with_live_an_empty_dixa_is_shown_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeDixa(rate=float("inf"), seed_data=False) as server:
        monkeypatch.setenv("DIXA_API_KEY", server.api_key)
        monkeypatch.setenv("DIXA_BASE_URL", server.url)
        monkeypatch.setenv("DIXA_RATE_LIMIT", "10000")
        printed = io.StringIO()
        await tour.run(live=True, console=Console(file=printed, width=140))
    assert "hold 0 agents" in printed.getvalue()


def test_live_without_a_key_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--live"]) == 2
    assert "DIXA_API_KEY" in capsys.readouterr().err


def test_an_error_of_the_api_ends_the_command_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DIXA_API_KEY", "key")
    monkeypatch.setenv("DIXA_BASE_URL", "http://dixa.example.com")
    assert main(["demo", "--live"]) == 1
    assert capsys.readouterr().err.startswith("ConfigurationError: base_url must be https")


def test_without_rich_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "rich" or name == "dixa_async.cli.demo.tour"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "rich", None)
    assert main(["demo"]) == 2
    assert "pip install 'dixa-async[progress]'" in capsys.readouterr().err
