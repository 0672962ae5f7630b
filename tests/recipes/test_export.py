"""Exports every conversation once, whatever happens."""

import asyncio
import json
from pathlib import Path
from typing import Any

from dixa_async.testing import FakeDixa

from .programs import Program


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def fill(server: FakeDixa) -> dict[int, list[str]]:
    """Conversations with their texts."""
    texts: dict[int, list[str]] = {}
    for number, user in enumerate(server.end_users):
        for which in range(number % 4):
            said = [f"{user.display_name} {which} {message}" for message in range(1 + which)]
            texts[server.add_email(user, f"Question {which}", said).id] = said
    return texts


def exported(path: Path) -> dict[int, list[str]]:
    lines = lines_of(path)
    found = {
        line["conversation"]["id"]: [m["attributes"]["emailContent"]["content"]["value"] for m in line["messages"]]
        for line in lines
    }
    assert len(found) == len(lines)
    return found


async def test_every_conversation_is_exported_with_its_messages(server: FakeDixa, tmp_path: Path) -> None:
    texts, path = fill(server), tmp_path / "out.jsonl"
    ended = await Program(server, "export_conversations.py", path).run()
    assert (ended.status, exported(path)) == (0, texts)
    assert "48: 48 succeeded" in ended.err
    assert {request.method for request in server.requests} == {"GET"}


async def test_after_a_crash_only_missing_conversations_are_read(server: FakeDixa, tmp_path: Path) -> None:
    texts, path = fill(server), tmp_path / "out.jsonl"
    program = Program(server, "export_conversations.py", path, variables={"DIXA_RATE_LIMIT": "100"})
    process = await program.start()
    while not path.exists() or path.stat().st_size < 2000:
        assert process.returncode is None
        await asyncio.sleep(0.01)
    process.kill()
    await process.communicate()
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])  # as after a crash in the middle of the last line
    there = len(path.read_bytes().splitlines()) - 1
    assert 0 < there < len(texts)

    server.requests.clear()
    ended = await Program(server, "export_conversations.py", path).run()
    assert (ended.status, exported(path)) == (0, texts)
    read = [request for request in server.requests if request.path.endswith("/messages")]
    assert len(read) == len(texts) - there


async def test_conversations_that_could_not_be_read_are_reported_and_exported_by_the_next_run(
    server: FakeDixa, tmp_path: Path
) -> None:
    texts, path = fill(server), tmp_path / "out.jsonl"
    number = next(iter(texts))
    server.inject_fault(status=403, path=f"/conversations/{number}/messages")
    ended = await Program(server, "export_conversations.py", path).run()
    assert ended.status == 1
    assert f"{server.state.conversations[number].requester_id} is missing: " in ended.err
    assert number not in exported(path)
    assert (await Program(server, "export_conversations.py", path).run()).status == 0
    assert exported(path) == texts


async def test_a_conversation_of_an_unknown_type_is_exported_too(server: FakeDixa, tmp_path: Path) -> None:
    path, user = tmp_path / "out.jsonl", server.end_users[0]
    number = server.add_email(user, "Fax", ["Hello"]).id
    fax = {"_type": "FaxConversation", "id": number, "paper": "A4"}
    server.inject_fault(body=json.dumps({"data": [fax]}).encode(), path=f"/endusers/{user.id}/conversations")
    assert (await Program(server, "export_conversations.py", path).run()).status == 0
    (line,) = lines_of(path)
    assert line["conversation"] == fax
    assert len(line["messages"]) == 1
