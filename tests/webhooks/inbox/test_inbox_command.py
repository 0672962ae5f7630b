"""``python -m dixa_async inbox`` says what an inbox holds, and has parked events handled after all."""

import stat
from pathlib import Path

import pytest

from dixa_async.cli.main import main
from dixa_async.webhooks.inbox.sqlite import SqliteInbox

from .support import event, names


@pytest.fixture
async def inbox_file(path: Path) -> Path:
    """An inbox with two parked events, and one that waits."""
    async with SqliteInbox(path, durable=False, order_window=0) as inbox:
        for name in ("a", "b", "c"):
            await inbox.put(event(name, conversation=None if name == "b" else 7))
        await inbox.park(await inbox.take(), "ValueError: no\n\x1b[2Jreason")
        await inbox.park(await inbox.take(), "KeyError: 1")
    return path


def _run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["inbox", *words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


async def test_it_shows_counts_and_what_is_parked(inbox_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _run(capsys, "show", str(inbox_file))
    assert code == 0
    lines = out.splitlines()
    assert [line.split() for line in lines[:2]] == [["waiting:", "1"], ["parked:", "2"]]
    assert lines[2] == "the oldest waiting event was received 2026-03-01 12:00:01+0000"
    assert "  a  CONVERSATION_MESSAGE_ADDED  conversation 7  attempts 1  ValueError: no \\x1b[2Jreason" in lines[3]
    assert "  b  CONVERSATION_MESSAGE_ADDED  attempts 1  KeyError: 1" in lines[4]
    assert len(lines) == 5


async def test_it_shows_an_inbox_that_is_in_use(inbox_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with SqliteInbox(inbox_file, durable=False):
        code, out, _ = _run(capsys, "show", str(inbox_file))
        assert code == 0
        assert out.startswith("waiting:")
        code, _, error = _run(capsys, "rerun", str(inbox_file), "a")
        assert code == 1
        assert "another process has it" in error


@pytest.mark.parametrize(("wanted", "count", "order"), [("a", 1, ["a", "c"]), ("all", 2, ["a", "b", "c"])])
async def test_it_reruns(
    inbox_file: Path, capsys: pytest.CaptureFixture[str], wanted: str, count: int, order: list[str]
) -> None:
    code, out, _ = _run(capsys, "rerun", str(inbox_file), wanted)
    assert (code, out) == (0, f"{count} event{'s' if count > 1 else ''} will be handled again\n")
    async with SqliteInbox(inbox_file, durable=False, order_window=0) as inbox:
        taken = list[str]()
        for _ in order:
            batch = await inbox.take()
            assert batch.attempt == 1
            taken += names(batch)
            await inbox.done(batch)
        assert sorted(taken) == order


async def test_mistakes_are_explained(inbox_file: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "no event 'c' is parked" in _run(capsys, "rerun", str(inbox_file), "c")[2]
    for command in (["show"], ["rerun", "a"]):
        command.insert(1, str(tmp_path / "none"))
        assert "there is no inbox" in _run(capsys, *command)[2]
    other = tmp_path / "other"
    other.write_bytes(b"no database" * 100)
    assert "is no inbox" in _run(capsys, "show", str(other))[2]
    assert not (tmp_path / "none").exists()
    assert stat.S_IMODE(inbox_file.stat().st_mode) == 0o600  # noqa: ASYNC240
