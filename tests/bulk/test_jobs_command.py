"""``python -m dixa_async jobs show`` says in a few lines what a journal holds."""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from dixa_async import bulk
from dixa_async.__main__ import main

from .support import RefusedError, all_of, leaves


@pytest.fixture
async def journal(path: Path) -> Path:
    """A journal of a job in which 1 has failed and 2 is unknown."""

    async def call(item: dict[str, int]) -> int:
        if item["number"] == 2:
            leaves()
        if item["number"] in (1, 2):
            raise RefusedError(f"not\n{item['number']}")
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
        ["done:", "3"],
        ["failed:", "1"],
        ["unknown:", "1"],
    ]
    assert lines[6:] == ["failed   n1  RefusedError: not 1", "unknown  n2  RefusedError: not 2"]


async def test_it_shows_those_in_one_state(journal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["jobs", "show", str(journal), "--state", "done"]) == 0
    assert capsys.readouterr().out.splitlines()[6:] == ["done     n0", "done     n3", "done     n4"]


async def test_what_a_terminal_would_obey_is_written_out(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def refuse(_: object) -> None:
        raise RefusedError("\x1b[2J no\n\nno")

    with bulk.Journal(path, job="a\x1b]0;b\x07") as journal:
        await all_of(bulk.run(refuse, [{"\x1b"}], key=lambda _: "a\x1b[31m  é\nb\u202e", journal=journal))
    assert main(["jobs", "show", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "job: a\\x1b]0;b\\x07"
    assert lines[6:] == ["failed   a\\x1b[31m  é\\nb\\u202e  RefusedError: \\x1b[2J no no"]
    assert main(["jobs", "show", str(path), "--export", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.endswith("of 1 others: a\\x1b[31m  é\\nb\\u202e\n")


@pytest.mark.parametrize("count", [1, 20_000])
def test_a_reader_that_has_seen_enough_ends_it_quietly(path: Path, count: int) -> None:
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
    command = ["jobs", "show", str(journal), "--state", "failed", "--state", "unknown", "--export", str(out)]
    assert main(command) == 0
    assert capsys.readouterr().out == f"2 inputs written to {out}\n"
    assert [orjson.loads(line) for line in out.read_bytes().splitlines()] == [{"number": 1}, {"number": 2}]
    assert main(command) == 1  # a file that is there is never overwritten
    assert capsys.readouterr().err.startswith("FileExistsError: ")


async def test_inputs_that_the_journal_does_not_hold_are_told(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def call(item: object) -> None: ...

    with bulk.Journal(path, job="things") as journal:
        await all_of(bulk.run(call, [{1}, "a"], journal=journal, key=lambda item: str(item)))
    assert main(["jobs", "show", str(path), "--export", str(tmp_path / "out")]) == 1
    assert "JSON could not hold those of 1 others: {1}" in capsys.readouterr().err
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
