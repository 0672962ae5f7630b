"""``python -m dixa_async export``: its exit codes, and what it prints."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dixa_async.cli.main import main
from dixa_async.exports.sync import SqliteStore
from dixa_async.testing import FakeDixa

from ..helpers.copies import rows_of


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "dixa.jsonl")
    with FakeDixa() as server:
        monkeypatch.setenv("DIXA_API_KEY", server.api_key)
        monkeypatch.setenv("DIXA_BASE_URL", server.url)
        monkeypatch.setenv("DIXA_EXPORTS_PER_MINUTE", "inf")
        since = f"{datetime.now(UTC) - timedelta(days=3):%Y-%m-%d}"
        assert main(["export", "--to", path]) == 2
        assert "pass --since" in capsys.readouterr().err
        assert main(["export", "messages", "--since", since, "--to", path]) == 0
        out, err = capsys.readouterr()
        assert out.startswith("messages: 0 new, 0 changed; 1 request, ")
        assert (len(out.splitlines()), err) == (1, "")
        assert main(["export", "messages", "--to", path, "--quiet", "--overlap", "0.5"]) == 0
        assert capsys.readouterr() == ("", "")
        held = SqliteStore(tmp_path / "held.sqlite")
        held.open()
        assert main(["export", "--to", str(tmp_path / "held.sqlite"), "--since", since]) == 3
        held.close()
        assert "in use" in capsys.readouterr().err
        Path(path).write_text("something else")
        assert main(["export", "--to", path]) == 1
        assert "not a copy" in capsys.readouterr().err


def test_the_command_leaves_out_rows_that_cannot_be_read_if_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC) - timedelta(hours=1)
    good = {"id": "m", "csid": 1, "created_at": round(now.timestamp() * 1000), "text": "Hello"}
    rows = [{**good, "id": "odd\n", "text": {"Ada": "Lovelace"}}, good, {**good, "id": {"Ada": 1}}]
    path = tmp_path / "dixa.sqlite"
    with FakeDixa() as server:
        monkeypatch.setenv("DIXA_API_KEY", server.api_key)
        monkeypatch.setenv("DIXA_BASE_URL", server.url)
        monkeypatch.setenv("DIXA_EXPORTS_PER_MINUTE", "inf")
        server.inject_fault(operation="GET /message_export", times=2, body=json.dumps(rows).encode())
        command = ["export", "messages", "--to", str(path), "--since", f"{now:%Y-%m-%d}", "--quiet"]
        assert main(command) == 1
        assert "UnreadableItemsError" in capsys.readouterr().err
        assert main([*command, "--skip-unreadable"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "left out: 'odd\\n' of /message_export: $[0].text: expected str, got an object",
        "left out: a row of /message_export: $[2].id: expected str, got an object",
    ]
    assert rows_of(path).keys() == {("message", "m")}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--to", "x.csv"], ".sqlite"),
        (["--to", "x.db", "--since", "yesterday"], "2026-01-31"),
        (["--to", "x.db", "--overlap", "-1"], "number of hours"),
        (["--to", "x.db", "--overlap", "nan"], "number of hours"),
        (["notes", "--to", "x.db"], "notes"),
        ([], "--to"),
    ],
)
def test_a_command_line_that_cannot_be_used(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["export", *arguments])
    assert caught.value.code == 2
    assert message in capsys.readouterr().err
