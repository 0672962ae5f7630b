"""``python -m dixa_async jobs show`` shows in a few lines what a journal holds."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from dixa_async import bulk
from dixa_async.cli.main import main

from .support import RejectedError, all_of, send_request


@pytest.fixture
async def journal(path: Path) -> Path:
    """A journal of a job in which 1 has failed and 2 is indeterminate."""

    async def call(item: dict[str, int]) -> int:
        if item["number"] == 2:
            send_request()
        if item["number"] in (1, 2):
            raise RejectedError(f"not\n{item['number']}")
        return item["number"]

    with bulk.Journal(path, job="numbers") as journal:
        inputs = [{"number": number} for number in range(5)]
        await all_of(bulk.run(call, inputs, key=lambda item: f"n{item['number']}", journal=journal))
    return path


async def test_it_shows_the_counts_and_what_went_wrong(journal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["jobs", "show", str(journal)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[:6]] == [
        ["job:", "numbers"],
        ["planned:", "0"],
        ["sent:", "0"],
        ["succeeded:", "3"],
        ["failed:", "1"],
        ["indeterminate:", "1"],
    ]
    assert lines[6:] == [
        "failed         n1  RejectedError: not 1",
        "indeterminate  n2  RejectedError: not 2",
    ]


async def test_it_shows_the_inputs_in_one_state(journal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["jobs", "show", str(journal), "--state", "succeeded"]) == 0
    assert capsys.readouterr().out.splitlines()[6:] == [f"succeeded      {key}" for key in ("n0", "n3", "n4")]


async def test_control_characters_are_escaped(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def refuse(_: object) -> None:
        raise RejectedError("\x1b[2J no\n\nno")

    with bulk.Journal(path, job="a\x1b]0;b\x07") as journal:
        await all_of(bulk.run(refuse, [{"\x1b"}], key=lambda _: "a\x1b[31m  é\nb\u202e", journal=journal))
    assert main(["jobs", "show", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "job: a\\x1b]0;b\\x07"
    assert lines[6:] == ["failed         a\\x1b[31m  é\\nb\\u202e  RejectedError: \\x1b[2J no no"]
    assert main(["jobs", "show", str(path), "--export", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.endswith("which JSON cannot hold: a\\x1b[31m  é\\nb\\u202e\n")


@pytest.mark.parametrize(
    "encoding",
    [
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "ascii:strict"},
        {"PYTHONIOENCODING": "utf-8"},
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    ],
    ids=str,
)
def test_any_key_is_shown_on_any_console(path: Path, encoding: dict[str, str]) -> None:
    keys = ["aé", "b\u65e5\u672c", "c\U0001f600", "d\ud800", "e\x9b31m\x7f", "f\u2066g\u2028"]
    with bulk.Journal(path, job="\u65e5") as journal:
        for key in keys:
            journal.plan(key, 1)
            journal.record([bulk.Failed(input=1, key=key, error=RejectedError(key), attempts=1, seconds=0.1)])
    for arguments, code in (([str(path)], 0), ([f"{path}\u65e5\x1b[2J"], 1)):
        found = subprocess.run(
            [sys.executable, "-m", "dixa_async", "jobs", "show", *arguments],
            env={**os.environ, **encoding},
            capture_output=True,
            check=False,
        )
        assert found.returncode == code
        shown = found.stderr if code else found.stdout
        assert shown.count(b"\n") == (1 if code else 12)
        assert b"Traceback" not in found.stderr
        assert not {0x1B, 0x7F} & {*shown}
        for line, key in zip(shown.splitlines()[6:], keys, strict=False):
            assert line.startswith(f"failed         {key[0]}".encode())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE job SET version = char(27) || '[2J' || char(10, 8238)",
        "UPDATE job SET version = x'1b5b'",
        "UPDATE job SET name = x'1b5b'",
        "UPDATE job SET name = CAST(x'1bff' AS TEXT)",
        "DROP TABLE inputs",
    ],
)
def test_a_manipulated_journal_is_reported_in_one_printable_line(
    path: Path, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bulk.Journal(path, job="numbers").close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(change)
    assert main(["jobs", "show", str(path)]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.removesuffix("\n").isprintable()


def test_a_wrong_command_line_is_reported_without_its_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["jobs", "show", "a", "b\x1b[2J"])
    assert "\x1b" not in capsys.readouterr().err


_DAMAGE = {
    "state = 'lost\x1b'": "its state b'lost\\x1b' is unknown",
    "state = CAST('succeeded' AS BLOB)": "its state b'succeeded' is unknown",
    "state = 7": "its state b'7' is unknown",
    "input = '{'": "its input is not JSON",
    "input = 'NaN'": "its input is not JSON",
    "result = x'31'": "its result is not text",
    "error = x'ff'": "its error is not text",
    "error = CAST(x'ff' AS TEXT)": "its error is not text",
    "attempts = 'many'": "its attempts or seconds are not numbers",
    "seconds = x'00'": "its attempts or seconds are not numbers",
    "key = CAST(x'6e31ff' AS TEXT)": "its key is not text",
}


@pytest.mark.parametrize("change", _DAMAGE)
async def test_a_damaged_row_is_reported_by_its_number_and_the_others_are_shown(
    journal: Path, tmp_path: Path, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(journal)) as database, database:
        database.execute(f"UPDATE inputs SET {change} WHERE key = 'n1'")
    assert main(["jobs", "show", str(journal)]) == 1
    shown = capsys.readouterr()
    assert shown.out.splitlines()[6:] == ["indeterminate  n2  RejectedError: not 2"]
    assert shown.err == f"DamagedRowsError: the journal has 1 damaged row: row 2: {_DAMAGE[change]}\n"
    states = ["--state", "succeeded", "--state", "failed"]
    assert main(["jobs", "show", str(journal), *states, "--export", str(tmp_path / "out")]) == 1
    report = capsys.readouterr().err
    assert f"3 inputs written to {tmp_path}/out; the journal has 1 damaged row: row 2: " in report
    assert len((tmp_path / "out").read_bytes().splitlines()) == 3


def test_many_damaged_rows_are_reported_in_one_line(path: Path) -> None:
    with bulk.Journal(path, job="numbers") as journal:
        for number in range(2000):
            journal.plan(f"{number:04}", number)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE inputs SET input = '[' WHERE key >= '0500'")
        database.execute("UPDATE inputs SET key = CAST(key AS BLOB) WHERE key >= '1990'")
    with bulk.JournalView(path) as view:
        rows = view.rows()
        assert [next(rows).input for _ in range(500)] == [*range(500)]
        with pytest.raises(
            bulk.DamagedRowsError, match=r"has 1500 damaged rows: .* row 510: .*; and 1490 more"
        ) as damaged:
            next(rows)
        assert damaged.value.numbers == tuple(range(501, 2001))
        assert view.counts() == {bulk.State.PLANNED: 2000}


@pytest.mark.parametrize("count", [1, 20_000])
def test_a_reader_that_closes_the_pipe_ends_it_quietly(path: Path, count: int) -> None:
    with bulk.Journal(path, job="numbers") as journal:
        for number in range(count):
            journal.plan(str(number), number)
    with subprocess.Popen(
        [sys.executable, "-m", "dixa_async", "jobs", "show", str(path), "--state", "planned"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


async def test_it_writes_inputs_as_json_lines(
    journal: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.jsonl"
    command = ["jobs", "show", str(journal), "--state", "failed", "--state", "indeterminate", "--export", str(out)]
    assert main(command) == 0
    assert capsys.readouterr().out == f"2 inputs written to {out}\n"
    assert [json.loads(line) for line in out.read_bytes().splitlines()] == [{"number": 1}, {"number": 2}]
    assert main(command) == 1  # a file that is there is never overwritten
    assert capsys.readouterr().err.startswith("FileExistsError: ")


async def test_an_export_is_readable_by_its_owner_only(journal: Path, tmp_path: Path) -> None:
    command = ["jobs", "show", str(journal), "--export"]
    before = os.umask(0)
    try:
        assert main([*command, str(tmp_path / "out")]) == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600
    (tmp_path / "open to all").touch(mode=0o666)
    (tmp_path / "link").symlink_to(tmp_path / "not there")
    for name in ("open to all", "link"):
        assert main([*command, str(tmp_path / name)]) == 1
    assert (tmp_path / "open to all").read_bytes() == b""
    assert not (tmp_path / "not there").exists()


async def test_inputs_that_the_journal_does_not_hold_are_reported(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def call(item: object) -> None: ...

    with bulk.Journal(path, job="things") as journal:
        await all_of(bulk.run(call, [{1}, "a"], journal=journal, key=lambda item: str(item)))
    assert main(["jobs", "show", str(path), "--export", str(tmp_path / "out")]) == 1
    assert "1 input missing, which JSON cannot hold: {1}" in capsys.readouterr().err
    assert (tmp_path / "out").read_text() == '"a"\n'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "JournalError: there is no journal "),
        (b"key;state\n", "ConfigurationError: "),
    ],
)
def test_an_error_is_one_line(
    path: Path, content: bytes | None, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        path.write_bytes(content)
    assert main(["jobs", "show", str(path)]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(expected)
    assert shown.err.count("\n") == 1
