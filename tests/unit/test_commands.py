"""The command line shows what there is, finds the command, and loads only that one."""

import argparse
import errno
import io
import subprocess
import sys

import pytest
from typing_extensions import override

from dixa_async import __version__
from dixa_async.cli import commands, main as command_line
from dixa_async.cli.commands import COMMANDS, Command
from dixa_async.cli.main import main


def test_without_arguments_it_shows_all_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    overview = capsys.readouterr().out
    assert all(f"  {command.name}" in overview and command.summary in overview for command in COMMANDS)
    assert max(map(len, overview.splitlines())) <= 120
    assert main(["--help"]) == 0
    assert capsys.readouterr().out == overview


def test_it_shows_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"dixa-async {__version__}\n"


@pytest.mark.parametrize(
    ("called_as", "program"),
    [
        ("/venv/bin/dixa-async", "dixa-async"),
        ("C:\\Scripts\\dixa-async.exe".replace("\\", "/"), "dixa-async"),
        ("/lib/dixa_async/__main__.py", "python -m dixa_async"),
    ],
)
def test_it_calls_itself_as_it_was_called(
    called_as: str, program: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [called_as])
    assert main() == 0
    assert f"usage: {program} COMMAND" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("jbos", "there is no command jbos; did you mean 'jobs'?"),
        ("xyz", "there is no command xyz. "),
        ("--live", "there is no option --live. "),
        ("a\x1b[31m", "there is no command a\\x1b[31m. "),
    ],
)
def test_an_unknown_command_is_an_error_with_a_suggestion(
    given: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([given]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_each_command_explains_itself(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code = main([command.name, "--help"])
    except SystemExit as end:  # argparse has printed the help
        code = int(end.code or 0)
    assert code == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: python -m dixa_async {command.name} ")
    assert command.summary[1:20] in shown


@pytest.mark.parametrize("arguments", [["call", "--help"], ["call"], ["--help"]])
def test_help_is_shown_in_any_encoding(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, "ascii"))
    assert main(arguments) in (0, 2)
    assert rb"\u2026" in written.getvalue()


class FullDisk(io.RawIOBase):
    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, data: object, /) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("arguments", [["--version"], [], ["call", "--help"], ["call", "--list"]])
def test_a_full_disk_is_one_line(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(FullDisk(), "utf-8"))  # type: ignore[type-var]
    assert main(arguments) == 1
    assert capsys.readouterr().err == "OSError: [Errno 28] No space left on device\n"


@pytest.mark.parametrize("command", ["jobs", "inbox", "webhooks"])
def test_a_missing_subcommand_is_asked_for(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([command])
    assert capsys.readouterr().err.endswith("error: the following arguments are required: COMMAND\n")


@pytest.mark.parametrize("url", ["x", "ftp://x", "http://", "http://[::1", "http://x:port", "http://x:70000"])
@pytest.mark.parametrize("command", [["webhooks", "listen", "--forward"], ["fake", "--webhooks-to"]], ids="".join)
def test_an_address_that_cannot_work_is_refused(
    command: list[str], url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, url]) == 1
    assert f"ConfigurationError: {command[-1]} must be an address that begins with http" in capsys.readouterr().err


def test_a_command_returns_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counting:
        def add_arguments(self, parser: argparse.ArgumentParser) -> None:
            parser.add_argument("code", type=int)

        def run_command(self, options: argparse.Namespace) -> commands.Result:
            if options.code == 130:
                raise KeyboardInterrupt
            return int(options.code)

    monkeypatch.setattr(command_line, "COMMANDS", (Command("count", "count"),))
    monkeypatch.setattr(Command, "load", lambda _: Counting())
    assert [main(["count", str(code)]) for code in (0, 7, 130)] == [0, 7, 130]


def test_the_overview_loads_no_client_and_no_command() -> None:
    program = (
        "import sys; from dixa_async.cli.main import main; main([]);"
        "print([name for name in ('aiohttp', 'rich', 'dixa_async.models', 'dixa_async.cli.jobs',"
        " 'dixa_async.cli.demo') if name in sys.modules], file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert ended.stderr.strip() == b"[]"
