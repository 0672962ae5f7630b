"""Imports from CSV: nothing twice, and a report of what is missing."""

import asyncio
import csv
import signal
from collections import Counter
from pathlib import Path

import pytest

from dixa_async.models import ConversationState, EmailConversation
from dixa_async.testing import FakeDixa

from .programs import Program

HEADER = "conversation,customer_email,subject,sent_at,agent_email,text\n"
MAILBOX = "support@example.com"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "old.csv"


def program(server: FakeDixa, file: Path, rate: int = 1000) -> Program:
    variables = {"DIXA_RATE_LIMIT": str(rate)}
    return Program(server, "import_conversations.py", file, MAILBOX, variables=variables)


def report_of(file: Path) -> list[list[str]]:
    with Path(f"{file}.report.csv").open(newline="") as report:
        _, *rows = csv.reader(report)
    return rows


def subjects(server: FakeDixa) -> Counter[str | None]:
    return Counter(
        conversation.subject
        for conversation in server.state.conversations.values()
        if isinstance(conversation, EmailConversation)
    )


async def test_conversations_are_imported_with_their_messages_and_closed(server: FakeDixa, file: Path) -> None:
    agent = server.agents[0]
    file.write_text(
        HEADER + "1,ada.new@example.com,Zipper,2024-05-01T10:00:00Z,,It broke\n"
        f"1,ada.new@example.com,Zipper,2024-05-01T11:30:00+01:00,{agent.email},I am sorry\n"
        "2,bo.new@example.com,Button,2024-05-02 09:00,,It is lost\n"
    )
    ended = await program(server, file).run()
    assert (ended.status, report_of(file)) == (0, [])
    zipper, button = server.state.conversations.values()
    assert isinstance(zipper, EmailConversation)
    assert isinstance(button, EmailConversation)
    assert [zipper.from_email, button.from_email] == ["ada.new@example.com", "bo.new@example.com"]
    assert [zipper.state, button.state] == [ConversationState.CLOSED] * 2
    assert [message.author_id for message in server.state.messages[zipper.id]] == [zipper.requester_id, agent.id]
    requests = server.request_count
    assert (await program(server, file).run()).status == 0
    assert len(server.state.conversations) == 2
    assert server.request_count == requests + 3  # the agents and the end users


async def test_invalid_rows_are_in_the_report_and_can_be_fixed(server: FakeDixa, file: Path) -> None:
    good = "1,ada@x.example,A,2024-05-01,,Hello\n"
    bad = [
        "2,ada@x.example,B,on Monday,,Hello\n",
        "3,ada@x.example,C,2024-05-01,nobody@example.com,Hello\n",
        "4,,D,2024-05-01,,Hello\n",
    ]
    file.write_text(HEADER + good + "".join(bad) + "1,ada@x.example,again,2024-05-01,,Hello\n")
    assert (await program(server, file).run()).status == 1
    report = sorted(report_of(file))
    assert [row[:2] for row in report] == [[key, "not imported"] for key in "1234"]
    for row, reason in zip(report, ("has the same key", "on Monday", "no agent", "no end user"), strict=True):
        assert reason in row[2]
    assert subjects(server) == {"A": 1}
    fixed = [row.replace("on Monday", "2024-05-01").replace("nobody@example.com", "") for row in bad[:2]]
    file.write_text(HEADER + good + "".join(fixed))
    assert ((await program(server, file).run()).status, report_of(file)) == (0, [])
    assert subjects(server) == {"A": 1, "B": 1, "C": 1}


async def test_a_file_without_its_columns_is_rejected(server: FakeDixa, file: Path) -> None:
    file.write_text("conversation,text\n1,Hello\n")
    ended = await program(server, file).run()
    assert ended.status == 1
    assert "lacks the columns agent_email, customer_email, sent_at, subject" in ended.err


async def test_a_conversation_whose_response_was_lost_is_reconciled_in_the_same_run(
    server: FakeDixa, file: Path
) -> None:
    file.write_text(HEADER + "".join(f"{n},ada@x.example,S{n},2024-05-01,,Hello\n" for n in range(4)))
    server.inject_fault(drop="after", path="/conversations/import")
    server.inject_fault(drop="before", path="/conversations/import")
    assert ((await program(server, file).run()).status, report_of(file)) == (0, [])
    assert subjects(server) == {f"S{n}": 1 for n in range(4)}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_stopped_in_the_middle_it_loses_nothing_and_reports_its_progress(
    server: FakeDixa, file: Path, number: signal.Signals
) -> None:
    file.write_text(HEADER + "".join(f"{n},ada@x.example,S{n},2024-05-01,,Hello\n" for n in range(200)))
    process = await program(server, file, rate=200).start()
    while len(server.state.conversations) < 40:
        assert process.returncode is None
        await asyncio.sleep(0.005)
    process.send_signal(number)
    _, errors = await process.communicate()
    assert process.returncode == 1
    *_, last = errors.decode().splitlines()
    done = len(server.state.conversations)
    assert last == f"stopped: {done} succeeded; run it again for the rest"
    assert "Traceback" not in errors.decode()
    assert ((await program(server, file).run()).status, report_of(file)) == (0, [])
    assert subjects(server) == {f"S{n}": 1 for n in range(200)}


async def test_killed_in_the_middle_it_goes_on_and_imports_nothing_twice(server: FakeDixa, file: Path) -> None:
    file.write_text(HEADER + "".join(f"{n},ada@x.example,S{n},2024-05-01,,Hello\n" for n in range(200)))
    for until in (40, 110):
        process = await program(server, file, rate=200).start()
        while len(server.state.conversations) < until:
            assert process.returncode is None
            await asyncio.sleep(0.005)
        process.kill()
        await process.communicate()
    assert ((await program(server, file).run()).status, report_of(file)) == (0, [])
    assert subjects(server) == {f"S{n}": 1 for n in range(200)}
