"""``python -m dixa_async call`` makes any call: JSON in and out, writes confirmed, exit codes by kind of error."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from dixa_async import from_json, models
from dixa_async.cli.call import confirmation
from dixa_async.cli.call.table import write_table
from dixa_async.cli.main import main
from dixa_async.models import EmailConversation
from dixa_async.testing import FakeDixa

MESSAGE = '{"_type": "Inbound", "content": {"_type": "Text", "value": "h\u00e9"}}'


@pytest.fixture(scope="module")
def shared_server() -> Iterator[FakeDixa]:
    with FakeDixa(rate=float("inf")) as server:
        yield server


@pytest.fixture
def server(shared_server: FakeDixa, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDixa]:
    monkeypatch.setenv("DIXA_API_KEY", shared_server.api_key)
    monkeypatch.setenv("DIXA_BASE_URL", shared_server.url)
    monkeypatch.setenv("DIXA_RATE_LIMIT", "100000")
    monkeypatch.setenv("DIXA_MAX_ATTEMPTS", "1")
    yield shared_server
    shared_server.clear_faults()
    shared_server.requests.clear()


@pytest.fixture
def conversation(server: FakeDixa) -> EmailConversation:
    return server.add_email(server.end_users[0], "My \u202eorder", ["Where is it?"])


def piped(data: bytes) -> io.TextIOWrapper:
    """Standard input with an encoding of its own."""
    return io.TextIOWrapper(io.BytesIO(data), "cp1252")


class Shell:
    """Runs the command, and keeps what it prints."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = ""
        self.err = ""

    def run(self, *arguments: object) -> int:
        code = main(["call", *map(str, arguments)])
        self.out, self.err = self._capsys.readouterr()
        return code

    def json(self, *arguments: object) -> Any:
        assert (self.run(*arguments), self.err) == (0, "")
        return json.loads(self.out)


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], server: FakeDixa) -> Shell:
    return Shell(capsys)


def test_it_prints_one_document_of_json(shell: Shell, conversation: EmailConversation) -> None:
    found = shell.json("conversations.get", f"conversation_id={conversation.id}")
    assert (found["_type"], found["id"], found["subject"]) == ("EmailConversation", conversation.id, "My \u202eorder")
    assert found["createdAt"].endswith("Z")
    assert "\u202e" not in shell.out


def test_a_list_is_one_page_unless_more_is_wanted(shell: Shell, server: FakeDixa) -> None:
    assert shell.run("end_users.list", "page_limit=5") == 0
    first = json.loads(shell.out)
    assert len(first) == 5
    key = shell.err.partition("page_key=")[2].split()[0]
    assert shell.run("end_users.list", "page_limit=5", f"page_key={key}") == 0
    assert json.loads(shell.out)[0]["id"] == server.end_users[5].id
    assert len(shell.json("end_users.list", "--limit", 7, "page_limit=5")) == 7
    assert shell.run("end_users.list", "--all", "page_limit=20") == 0
    assert [json.loads(line)["id"] for line in shell.out.splitlines()] == [user.id for user in server.end_users]
    assert shell.run("end_users.list", "--all", "--limit", 6, "page_limit=5") == 0
    assert len(shell.out.splitlines()) == 6


def test_options_may_be_anywhere(shell: Shell) -> None:
    assert len(shell.json("end_users.list", "--limit", 3, "page_limit=2")) == 3
    assert len(shell.json("--limit", 3, "end_users.list")) == 3


def test_a_failed_page_says_where_to_resume(shell: Shell, server: FakeDixa) -> None:
    server.inject_fault(delay=0.001)
    server.inject_fault(status=500, times=9)
    assert shell.run("end_users.list", "--all", "page_limit=20") == 6
    assert len(shell.out.splitlines()) == 20
    assert "to resume from that page: page_key=" in shell.err


def test_writes_take_models_as_json(
    shell: Shell, conversation: EmailConversation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = shell.json("messages.add", f"conversation_id={conversation.id}", f"message={MESSAGE}", "--yes")
    assert added["content"] == {"_type": "Text", "value": "h\u00e9"}
    file = tmp_path / "message.json"
    file.write_text(MESSAGE, encoding="utf-8-sig")
    assert shell.json("messages.add", f"conversation_id={conversation.id}", f"message=@{file}", "-y")["messageId"]
    monkeypatch.setattr(sys, "stdin", piped(MESSAGE.encode()))
    assert shell.json("messages.add", f"conversation_id={conversation.id}", "message=-", "-y")["messageId"]
    assert len(shell.json("messages.list", f"conversation_id={conversation.id}")) == 4


def test_the_last_line_break_of_a_file_is_not_part_of_a_text(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", piped(b"from a pipe\n"))
    assert shell.json("tags.create", "name=-", "-y")["name"] == "from a pipe"
    file = tmp_path / "name.txt"
    file.write_bytes(b"two\r\nlines\r\n")
    assert shell.json("tags.create", f"name=@{file}", "-y")["name"] == "two\r\nlines"


def test_a_list_of_texts_is_given_one_by_one_or_as_json(shell: Shell, conversation: EmailConversation) -> None:
    for given in (["names=a", "names=b"], ['names=["c"]'], ['names:=["d"]'], ["names=e"], ['names:="[f]"', "names=g"]):
        assert shell.run("tags.add_many_to_conversation", f"conversation_id={conversation.id}", *given, "--yes") == 0
        assert (shell.out, shell.err) == ("", "done\n")
    tags = shell.json("tags.list_for_conversation", f"conversation_id={conversation.id}")
    assert [tag["name"] for tag in tags] == ["a", "b", "c", "d", "e", "[f]", "g"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tags.lista"], "there is no operation tags.lista; did you mean 'tags.list'?"),
        (["xyz"], "there is no operation xyz: --list shows all of them"),
        (["tags"], "tags has several operations: tags.list, "),
        (["tags.create"], "tags.create needs name: --help explains them"),
        (["tags.create", "naem=x"], "tags.create has no argument naem; did you mean 'name'?"),
        (["tags.create", "name=x", "name=y"], "name is given twice"),
        (["tags.create", "name"], "name must be key=value, or key:=json"),
        (["tags.create", "name:=3"], "name: expected str, got int"),
        (["tags.create", "name:={"], "name must be JSON: not JSON (line 1, column 2)"),
        (["tags.create", "name=@/no/such"], "name: /no/such cannot be read: No such file or directory"),
        (["tags.create", "name=-"], "name: standard input is not text in UTF-8"),
        (["tags.create", "color=\udcff", "name=x"], "color: the value is not text in UTF-8"),
        (["tags.create", "name=\ud800"], "name: the value is not text in UTF-8"),
        (["tags.create", "color=x", 'name:="\udcff"'], "name: the value is not text in UTF-8"),
        (["agents.list", "page_limit=many"], "page_limit must be a whole number: not JSON (line 1, column 1)"),
        (["tags.create", "name=-", "color=-"], "color: only one argument can be read from standard input"),
        (["tags.list", "include_deactivated=yes"], "include_deactivated must be true or false: not JSON"),
        (["tags.list", "--limit", "0"], "--limit must be 1 or more"),
        (["organization.get", "--all"], "--all and --limit are for operations that list; organization.get does not"),
        (["conversations.get", "conversation_id=x"], "conversation_id must be a whole number such as 1234, not 'x'"),
        (["conversations.list_organization_activity", "since=2026-01-31"], "since: expected a datetime with a time z"),
        (
            ["messages.add", "conversation_id=1", 'message={"_type": "Inbound", "contents": 1}'],
            "message at $.contents: not a field of InboundMessage; did you mean 'content'?",
        ),
        (
            ["messages.add", "conversation_id=1", 'message={"_type": "Inbound", "content": {"_type": "Txt"}}'],
            "message at $.content._type: expected one of Html, Markdown, Text",
        ),
        (["search.conversations", 'all_of=[{"x": 1}]'], "all_of at $[0]._type: required, but absent: one of "),
        (["agents.list", "page_limit=0"], "page_limit must be a whole number of 1 or more, not 0"),
    ],
)
def test_a_mistake_is_found_before_anything_is_sent(
    arguments: list[str], message: str, shell: Shell, server: FakeDixa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", piped(b"\xff"))
    assert shell.run(*arguments, "--yes") == 2
    assert message in shell.err
    assert shell.out == ""
    assert not server.requests


def test_a_write_needs_consent(shell: Shell, server: FakeDixa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert shell.run("tags.create", "name=vip") == 2
    assert "POST /tags is a write: pass --yes. It was not sent." in shell.err
    assert not server.requests

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    assert shell.run("tags.create", "name=vip") == 2
    assert not server.requests
    assert f"POST {server.url}/beta/tags" in shell.err
    assert '{"name":"vip"}' in shell.err
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert shell.run("tags.create", "name=vip") == 0
    assert len(server.requests) == 1
    monkeypatch.setattr(sys, "stdin", Terminal(""))
    assert shell.run("search.conversations", "query=order") == 0  # a POST that only reads


def test_ctrl_c_ends_the_question(shell: Shell, server: FakeDixa, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(confirmation, "_read_line", interrupted)
    assert shell.run("tags.create", "name=vip") == 130
    assert not server.requests


@pytest.mark.parametrize(
    ("fault", "arguments", "code"),
    [
        ({"status": 403}, ["tags.list"], 3),
        ({"status": 404}, ["tags.list"], 4),
        ({"delay": 0.001}, ["tags.find_by_name", "name=x"], 4),
        ({"status": 409}, ["tags.create", "name=x"], 5),
        ({"status": 503}, ["tags.list"], 6),
        ({"drop": "before"}, ["tags.list"], 6),
        ({"status": 504, "apply": True}, ["tags.create", "name=x"], 7),
        ({"drop": "after"}, ["tags.create", "name=x"], 7),
        ({"status": 200, "body": b"x"}, ["tags.list"], 8),
    ],
    ids=lambda value: str(value),
)
def test_the_exit_code_says_what_kind_of_error_it_is(
    fault: dict[str, Any], arguments: list[str], code: int, shell: Shell, server: FakeDixa
) -> None:
    server.inject_fault(**fault, times=9)
    assert shell.run(*arguments, "--yes") == code
    assert ("may have been applied" in shell.err or "may have applied it" in shell.err) == (code == 7)


def test_a_rejected_or_missing_token(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIXA_API_KEY", "another-token")
    assert shell.run("tags.list") == 3
    assert "another-token" not in shell.err
    monkeypatch.delenv("DIXA_API_KEY")
    assert shell.run("tags.list") == 2
    assert "DIXA_API_KEY" in shell.err


def test_the_base_url_can_be_given(shell: Shell, server: FakeDixa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIXA_BASE_URL", "https://dixa.example.com")
    assert shell.json("organization.get", "--base-url", server.url)["name"] == server.state.organization.name


def test_a_warning_is_one_line(shell: Shell) -> None:
    assert shell.run("conversations.list_flows", "channel=Emial") == 5
    assert shell.err.splitlines()[0] == "channel got 'Emial', which is not a known Channel; did you mean 'Email'?"


def test_what_dixa_sends_is_printed_whole(shell: Shell, server: FakeDixa) -> None:
    body = b'{"data": {"_type": "HologramConversation", "id": 7, "beam": {"_type": "x", "strength": 1e2}}}'
    server.inject_fault(status=200, body=body, times=1)
    assert shell.json("conversations.get", "conversation_id=7") == json.loads(body)["data"]


def test_lists_are_shown_as_tables(shell: Shell, server: FakeDixa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    server.end_users[0].display_name = "Ada [red]\x1b[31m"
    assert shell.run("end_users.list", "--table", "--limit", 3) == 0
    assert "displayName" in shell.out
    assert "\x1b" not in shell.out
    assert max(map(len, shell.out.splitlines())) <= 100
    assert shell.run("conversations.list_linked", "conversation_id=1001", "--table") == 0
    assert "nothing was found" in shell.err
    monkeypatch.setitem(sys.modules, "rich.console", None)
    monkeypatch.delitem(sys.modules, "dixa_async.cli.call.table")
    server.requests.clear()
    assert shell.run("tags.list", "--table") == 2
    assert "pip install 'dixa-async[progress]'" in shell.err
    assert not server.requests


@pytest.mark.parametrize("width", [20, 60, 100, 200])
def test_a_table_is_whole_at_any_width(width: int) -> None:
    rows: list[dict[str, object]] = [{"id": str(number) * 36, "name": "", "state": "Active"} for number in range(3)]
    rows.append({"id": "1", "name": "x" * 300, "state": "Active", "\u7dd1": "\u8272" * 90, "on": False})
    out = io.StringIO()
    write_table(from_json(json.dumps(rows), list[models.Tag]), out, width=width)
    table, _, rest = out.getvalue().partition("\u2518\n")
    lines = [*table.splitlines()]
    names = [cell.strip() for cell in lines[1].strip("\u2503").split("\u2503")]
    assert len(lines) == 8
    assert len({cell_len(line) for line in lines[:-1]}) == 1
    assert cell_len(lines[0]) <= width
    assert {line[-1] for line in lines[:-1]} == {"\u2513", "\u2503", "\u2529", "\u2502"}
    assert ("on" in names) != ("on" in rest.split())  # False is a value
    assert names[0] == "id"
