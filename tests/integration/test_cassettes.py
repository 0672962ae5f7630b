"""Calls are recorded over real connections, and replayed without any."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dixa_async import (
    AuthenticationError,
    ConfigurationError,
    ConnectionLostError,
    DixaClient,
    DixaError,
    NotFoundError,
    ServerError,
    UsageError,
    bulk,
)
from dixa_async.models import Message, NewEndUser, NewTag
from dixa_async.testing import (
    Cassette,
    CassetteFileError,
    FakeDixa,
    UnexpectedCallError,
    UnusedCallsError,
    load_cassette,
)
from dixa_async.transport.http import Request, Response
from dixa_async.transport.middleware.chain import Send

from ..helpers.clients import QUICK_RETRY, UNLIMITED

_KEY = "a key that nobody guesses"
_OTHER_KEY = "another key that nobody guesses"
_PNG = b"\x89PNG\r\n\x1a\n"
_PERSONAL = ("Anna Jensen", "anna@kunde.example", "+4520304050", "Hvor er min ordre?")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DIXA_API_KEY", "DIXA_BASE_URL", "DIXA_CASSETTE_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cassettes" / "test.jsonl"


@asynccontextmanager
async def _recording(server: FakeDixa, path: Path, **settings: Any) -> AsyncIterator[DixaClient]:
    async with (
        Cassette(path, **settings) as cassette,
        DixaClient(
            server.api_key, base_url=server.url, rate_limit=UNLIMITED, retry=QUICK_RETRY, middleware=[cassette]
        ) as dixa,
    ):
        yield dixa


@asynccontextmanager
async def _replay(path: Path, **settings: Any) -> AsyncIterator[DixaClient]:
    async with Cassette(path, record="none", **settings) as cassette, cassette.client() as dixa:
        yield dixa


def _written(path: Path) -> str:
    return path.read_text()


def _edit(path: Path, edit: Callable[[bytes], bytes]) -> None:
    before = path.read_bytes()
    path.write_bytes(edit(before))
    assert path.read_bytes() != before


def _files(path: Path) -> set[str]:
    return {file.name for file in path.parent.glob("*")}


async def _list(dixa: DixaClient, *resources: str) -> None:
    for resource in resources:
        await getattr(dixa, resource).list()


async def _replay_lists(path: Path, *resources: str, **settings: Any) -> None:
    async with _replay(path, **settings) as dixa:
        await _list(dixa, *resources)


async def _program(dixa: DixaClient) -> tuple[list[object], list[Message]]:
    name, email, phone, text = _PERSONAL
    user = await dixa.end_users.create(NewEndUser(display_name=name, email=email, phone_number=phone))
    assert (user.display_name, user.email, user.phone_number) == (name, email, phone)
    assert [found.id for found in await dixa.end_users.list(email=email)] == [user.id]
    queue = next(queue for queue in await dixa.queues.list() if queue.name == "Support")
    everyone = [each.id async for each in dixa.end_users.list(page_limit=20)]
    note = await dixa.internal_notes.add(1001, text)
    assert note.message == text
    with pytest.raises(NotFoundError):
        await dixa.conversations.get(404404)
    return [user.id, queue.id, everyone, note.id], list(await dixa.messages.list(1001))


async def test_a_program_runs_the_same_without_a_server(server: FakeDixa, path: Path) -> None:
    server.add_email(server.end_users[0], "My order", ["Where is it?"])
    async with _recording(server, path) as dixa:
        recorded, messages = await _program(dixa)
    await server.aclose()
    async with _replay(path) as dixa:
        replayed, pseudonymous = await _program(dixa)
    assert replayed == recorded
    assert [type(each.attributes) for each in pseudonymous] == [type(each.attributes) for each in messages]


async def test_nothing_personal_and_no_token_is_in_the_file(server: FakeDixa, path: Path) -> None:
    server.add_email(server.end_users[0], "My order Q47Z11X", ["Where is Zacharias?"])
    server.inject_fault(status=400, body=json.dumps({"message": f"no {server.api_key} and {_PERSONAL[1]}"}).encode())
    echo: dict[str, Any] = {
        "id": server.api_key,
        "name": f"x {server.api_key}",
        "subdomain": server.api_key,
        server.api_key: 1,
    }
    echo["status"] = base64.b64encode(f"user:{server.api_key}".encode()).decode()
    server.inject_fault(body=json.dumps({"data": echo}).encode())
    async with _recording(server, path) as dixa:
        with pytest.raises(DixaError):
            await dixa.tags.list()
        await dixa.organization.get()
        await _program(dixa)
        await dixa.request("GET", "/endusers", query={"externalId": f"Basic {server.api_key}"})
    written = _written(path)
    assert written.count("\n") == len(written.splitlines()) == server.request_count + 1
    user = server.state.end_users[server.end_users[0].id]
    assert echo["status"] not in written
    for planted in (
        *_PERSONAL,
        server.api_key,
        "Q47Z11X",
        "Zacharias",
        user.email,
        user.phone_number,
        user.display_name,
    ):
        assert planted is not None
        assert planted not in written


@pytest.mark.parametrize("order", ["strict", "operation"])
async def test_an_unexpected_call_says_what_was_expected_and_sends_nothing(
    server: FakeDixa, path: Path, order: str
) -> None:
    async with _recording(server, path) as dixa:
        await dixa.end_users.list(email=_PERSONAL[1], page_limit=5)
    count = server.request_count
    with pytest.raises(UnexpectedCallError) as raised:
        async with Cassette(path, order=order) as cassette, cassette.client(base_url=server.url) as dixa:  # type: ignore[arg-type]
            await dixa.end_users.list(email=_PERSONAL[1], page_limit=6)
    assert "GET /endusers?email=***&pageLimit=6" in str(raised.value)
    assert "pageLimit=5 (query.pageLimit[0] differs)" in str(raised.value)
    assert _PERSONAL[1] not in str(raised.value)
    assert server.request_count == count


async def test_an_unexpected_call_is_reported_even_if_the_program_catches_its_error(
    server: FakeDixa, path: Path
) -> None:
    async with _recording(server, path) as dixa:
        await dixa.tags.list()

    async def program() -> None:
        async with _replay(path) as dixa:
            with pytest.raises(DixaError):
                await dixa.queues.list()
            await dixa.tags.list()

    with pytest.raises(UnexpectedCallError, match="GET /queues"):
        await program()


async def test_calls_that_were_not_made_are_reported_if_the_order_is_strict(server: FakeDixa, path: Path) -> None:
    async with _recording(server, path) as dixa:
        await dixa.tags.list()
        await dixa.queues.list()
    with pytest.raises(UnusedCallsError, match="1 recorded calls were not made: GET /queues"):
        async with _replay(path) as dixa:
            await dixa.tags.list()
    async with _replay(path, order="operation") as dixa:
        await dixa.queues.list()
    with pytest.raises(ZeroDivisionError):  # not hidden by another error
        async with _replay(path):
            _ = 1 / 0


async def test_each_call_is_replayed_once(server: FakeDixa, path: Path) -> None:
    async with _recording(server, path) as dixa:
        await dixa.tags.list()
    for order in ("strict", "operation"):
        with pytest.raises(UnexpectedCallError, match="no more calls"):
            await _replay_lists(path, "tags", "tags", order=order)


async def test_concurrent_calls_are_replayed_in_the_order_of_their_start(server: FakeDixa, path: Path) -> None:
    server.inject_fault(delay=0.05)

    async def program(dixa: DixaClient) -> Any:
        return await asyncio.gather(dixa.tags.list(), dixa.queues.list(), dixa.teams.list())

    async with _recording(server, path) as dixa:
        recorded = await program(dixa)
    async with _replay(path) as dixa:
        assert await program(dixa) == recorded


async def test_a_bulk_job_is_replayed_in_any_order(server: FakeDixa, path: Path) -> None:
    ids = [user.id for user in server.end_users]

    async def program(dixa: DixaClient, ids: list[str]) -> set[str]:
        found = set[str]()
        async with bulk.run(dixa.end_users.get, ids) as job:
            async for outcome in job:
                assert isinstance(outcome, bulk.Succeeded)
                assert (outcome.result.id, outcome.attempts) == (outcome.input, 1)
                found.add(outcome.input)
        return found

    async with _recording(server, path) as dixa:
        await program(dixa, ids)
    async with _replay(path, order="operation") as dixa:
        assert await program(dixa, ids[::-1]) == set(ids)


async def test_a_writing_bulk_job_counts_the_writes_of_a_replay(server: FakeDixa, path: Path, tmp_path: Path) -> None:
    conversation = server.add_email(server.end_users[0], "My order", ["Where is it?"])

    async def program(dixa: DixaClient, path: Path) -> list[Any]:
        async def add(text: str) -> str:
            return (await dixa.internal_notes.add(conversation.id, text)).id

        with bulk.Journal(path, job="notes") as journal:
            async with bulk.run(add, ["a", "b", "c"], journal=journal) as job:
                return sorted([(outcome.input, outcome.attempts) async for outcome in job])

    async with _recording(server, path) as dixa:
        recorded = await program(dixa, tmp_path / "one")
    async with _replay(path, order="operation") as dixa:
        assert await program(dixa, tmp_path / "two") == recorded == [("a", 1), ("b", 1), ("c", 1)]


async def test_record_once(server: FakeDixa, path: Path) -> None:
    cassette = Cassette(path)
    assert not cassette.replays
    with pytest.raises(ConfigurationError, match="DIXA_API_KEY"):
        cassette.client()
    async with _recording(server, path) as dixa:
        await dixa.tags.list()
    assert cassette.replays
    async with _recording(server, path) as dixa:
        await dixa.tags.list()
    assert server.request_count == 1


async def test_record_all_replaces_the_file(server: FakeDixa, path: Path) -> None:
    for call in ("tags", "queues"):
        async with _recording(server, path, record="all") as dixa:
            await getattr(dixa, call).list()
    assert '"tags"' not in _written(path)
    async with _replay(path) as dixa:
        await dixa.queues.list()
    assert server.request_count == 2


async def test_record_none_requires_a_file(path: Path) -> None:
    with pytest.raises(CassetteFileError, match="there is no cassette"):
        async with _replay(path):
            pass


async def test_a_recording_that_is_cut_is_readable_and_not_replayed(server: FakeDixa, path: Path) -> None:
    with pytest.raises(asyncio.CancelledError):
        await _record_until(asyncio.CancelledError(), server, path)
    partial = path.with_name(f"{path.name}.partial")
    assert _files(path) == {partial.name}
    partial.write_text(_written(partial) + '{"index":1,"oper')
    await _replay_lists(partial, "tags")
    async with _recording(server, path) as dixa:
        await dixa.queues.list()
    assert _files(path) == {path.name}


async def test_a_failing_program_is_recorded(server: FakeDixa, path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        await _record_until(ZeroDivisionError(), server, path)
    await _replay_lists(path, "tags")


async def _record_until(error: BaseException, server: FakeDixa, path: Path) -> None:
    async with _recording(server, path) as dixa:
        await dixa.tags.list()
        raise error


async def test_retries_are_recorded_and_replayed_without_pauses(server: FakeDixa, path: Path) -> None:
    server.inject_fault(status=503, times=2, headers={"Retry-After": "0"})
    async with _recording(server, path) as dixa:
        recorded = await dixa.with_response(dixa.organization.get())
    loop = asyncio.get_running_loop()
    async with _replay(path) as dixa:
        started = loop.time()
        replayed = await dixa.with_response(dixa.organization.get())
    assert [attempt.status for attempt in replayed.attempts] == [503, 503, 200]
    assert [attempt.seconds for attempt in replayed.attempts] == [round(a.seconds, 3) for a in recorded.attempts]
    assert loop.time() - started < 1


async def test_lost_responses_are_replayed(server: FakeDixa, path: Path) -> None:
    conversation = server.add_email(server.end_users[0], "My order", ["Where is it?"])

    async def program(dixa: DixaClient) -> list[tuple[type[DixaError], bool]]:
        outcomes = list[tuple[type[DixaError], bool]]()
        for _ in range(3):
            try:
                await dixa.internal_notes.add(conversation.id, "called back")
            except (ConnectionLostError, ServerError) as error:
                outcomes.append((type(error), error.maybe_applied))
        return outcomes

    server.inject_fault(drop="after", method="POST")
    server.inject_fault(status=504, apply=True, method="POST")
    async with _recording(server, path) as dixa:
        recorded = await program(dixa)
    async with _replay(path) as dixa:
        assert await program(dixa) == recorded == [(ConnectionLostError, True), (ServerError, True)]


async def test_a_wrong_token_is_not_recorded(server: FakeDixa, path: Path) -> None:
    async with Cassette(path) as cassette, cassette.client("a-wrong-token", base_url=server.url) as dixa:
        with pytest.raises(AuthenticationError):
            await dixa.tags.list()
    assert _files(path) == set()


async def test_equal_values_must_be_equal_and_different_ones_different(server: FakeDixa, path: Path) -> None:
    async def program(dixa: DixaClient, first: str, second: str, third: str) -> None:
        for email in (first, second, third):
            await dixa.end_users.list(email=email)

    async with _recording(server, path) as dixa:
        await program(dixa, "a@x.example", "b@x.example", "a@x.example")
    async with _replay(path) as dixa:
        await program(dixa, "c@y.example", "d@y.example", "c@y.example")
    for emails in (("a@x.example", "a@x.example", "a@x.example"), ("a@x.example", "b@x.example", "b@x.example")):
        with pytest.raises(UnexpectedCallError, match=r"query.email\[0\] differs"):
            async with _replay(path) as dixa:
                await program(dixa, *emails)


async def test_with_a_key_values_must_be_those_of_the_recording(server: FakeDixa, path: Path) -> None:
    async with _recording(server, path, key=_KEY) as dixa:
        await dixa.end_users.list(email="a@x.example")
    async with _replay(path, key=_KEY) as dixa:
        await dixa.end_users.list(email="a@x.example")
    with pytest.raises(UnexpectedCallError):
        async with _replay(path, key=_KEY) as dixa:
            await dixa.end_users.list(email="b@x.example")
    for settings in ({"key": _OTHER_KEY}, {}):
        async with _replay(path, **settings) as dixa:
            await dixa.end_users.list(email="b@x.example")


async def test_with_a_key_another_recording_has_the_same_pseudonyms(
    server: FakeDixa, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIXA_CASSETTE_KEY", _KEY)
    other = path.with_name("other.jsonl")
    async with _recording(server, path) as dixa:
        await dixa.end_users.list(email="a@x.example")
    async with _recording(server, other, key=_KEY) as dixa:
        await dixa.end_users.list(email="a@x.example")
    first, second = ([json.loads(line) for line in _written(each).splitlines()] for each in (path, other))
    assert first[0] == second[0]
    assert (first[1]["query"], first[1]["response"]) == (second[1]["query"], second[1]["response"])
    assert _KEY not in _written(path)


async def test_a_pseudonym_that_the_program_reads_can_be_sent(server: FakeDixa, path: Path) -> None:
    async def program(dixa: DixaClient) -> None:
        user = (await dixa.end_users.list())[3]
        assert [found.id for found in await dixa.end_users.list(email=user.email)] == [user.id]

    async with _recording(server, path, key=_KEY) as dixa:
        await program(dixa)
    for settings in ({}, {"key": _KEY}):
        async with _replay(path, **settings) as dixa:
            await program(dixa)


async def test_uploads_are_compared_by_a_hash(server: FakeDixa, path: Path) -> None:
    async def program(dixa: DixaClient, text: bytes) -> None:
        outcome = await dixa.knowledge.upload_attachments([("Anna.png", _PNG + text)])
        assert [image.original_filename for image in outcome.attachments or []] == ["Anna.png"]

    async with _recording(server, path, key=_KEY) as dixa:
        await program(dixa, b"--\xff Anna Jensen")
    assert "Anna" not in _written(path)
    assert "PNG" not in _written(path)
    async with _replay(path, key=_KEY) as dixa:
        await program(dixa, b"--\xff Anna Jensen")
    with pytest.raises(UnexpectedCallError, match=r"body.form\[0\].content differs"):
        async with _replay(path, key=_KEY) as dixa:
            await program(dixa, b"another one")


async def test_a_fake_dixa_is_loaded_from_a_cassette(server: FakeDixa, path: Path) -> None:
    conversation = server.add_email(server.end_users[0], "My order", ["Where is it?", "Hello?"])
    async with _recording(server, path) as dixa:
        await dixa.internal_notes.add(conversation.id, "called back")
        await dixa.conversations.get(conversation.id)
        await dixa.messages.list(conversation.id)
        tag = (await dixa.tags.list())[0]
        await dixa.tags.add_to_conversation(conversation.id, tag.id)
        await dixa.tags.list_for_conversation(conversation.id)
        await dixa.agents.list()
        await dixa.queues.list()
        await dixa.contact_endpoints.list()
        await dixa.organization.get()
        await dixa.conversations.list_activity(conversation.id)
    async with FakeDixa(seed_data=False) as fake:
        assert load_cassette(fake, path) > 10
        assert set(fake.state.agents) == set(server.state.agents)
        assert set(fake.state.queues) == set(server.state.queues)
        async with DixaClient(fake.api_key, base_url=fake.url, rate_limit=UNLIMITED) as dixa:
            assert [m.id for m in await dixa.messages.list(conversation.id)] == [
                message.id for message in server.state.messages[conversation.id]
            ]
            assert len(await dixa.internal_notes.list(conversation.id)) == 1
            assert [found.name for found in await dixa.tags.list_for_conversation(conversation.id)] == [tag.name]
            assert (await dixa.end_users.get(conversation.requester_id)).id == conversation.requester_id


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "line 1, is not a JSON object"),
        ("[]\n", "line 1, is not a JSON object"),
        ('{"interactions":[]}\n', "is not a cassette"),
        ('{"format":"dixa-async cassette","version":2}\n', "has version 2"),
        ('{"format":"dixa-async cassette","version":1}\n{"index":0\n', "line 2, is not a JSON object"),
        ('{"format":"dixa-async cassette","version":1}\n{"index":0,"new":1}\n', "line 2, is not a recorded call"),
    ],
)
async def test_a_file_that_is_no_cassette_is_reported(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "x.jsonl").write_text(text)
    with pytest.raises(CassetteFileError, match=reason):
        async with _replay(tmp_path / "x.jsonl"):
            pass


_BAD: list[tuple[Callable[[], object], str]] = [
    (lambda: Cassette("x", record="new"), "'once', 'none' or 'all'"),  # type: ignore[arg-type]
    (lambda: Cassette("x", order="any"), "'strict' or 'operation'"),  # type: ignore[arg-type]
    (lambda: Cassette("x", key="short"), "at least 16 characters"),
]


@pytest.mark.parametrize(("make", "reason"), _BAD)
def test_bad_settings_are_reported(make: Callable[[], Awaitable[None]], reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        make()


async def test_a_cassette_that_is_not_open_is_reported(server: FakeDixa, path: Path) -> None:
    async with Cassette(path).client(server.api_key, base_url=server.url) as dixa:
        with pytest.raises(UsageError, match="the cassette is not open"):
            await dixa.tags.list()


@pytest.mark.parametrize("is_replay", [False, True])
async def test_downloads_and_exports_are_refused(server: FakeDixa, path: Path, tmp_path: Path, is_replay: bool) -> None:
    link = server.add_file(b"%PDF-1.7", name="invoice.pdf").url
    async with _recording(server, path) as dixa:
        await dixa.tags.list()
    start = datetime(2026, 1, 1, tzinfo=UTC)
    before = server.request_count
    record = "none" if is_replay else "all"
    async with _recording(server, path, record=record, order="operation") as dixa:
        with pytest.raises(UsageError, match="cannot record a download or an export"):
            await dixa.files.download(link, to=tmp_path / "invoice.pdf")
        for rows in (dixa.exports.conversations, dixa.exports.messages):
            with pytest.raises(UsageError, match="cannot record a download or an export"):
                _ = [row async for row in rows(start, start + timedelta(days=1))]
    assert server.request_count == before


async def test_a_cancelled_call_waits_to_be_cancelled_again(server: FakeDixa, path: Path) -> None:
    server.inject_fault(delay=10, operation="GET /organization")
    conversation = server.add_email(server.end_users[0], "My order", ["Where is it?"])

    async def program(dixa: DixaClient) -> None:
        other = asyncio.create_task(dixa.organization.get())
        await dixa.messages.list(conversation.id)
        other.cancel()
        with pytest.raises(asyncio.CancelledError):
            await other
        await dixa.queues.list()

    async with _recording(server, path) as dixa:
        await program(dixa)
    async with _replay(path) as dixa:
        await program(dixa)


async def test_no_call_is_sent_if_it_cannot_be_written(server: FakeDixa, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "x.jsonl", tmp_path / "folder"):
        with pytest.raises(CassetteFileError, match="cannot be written"):
            async with _recording(server, path, record="all") as dixa:
                await dixa.tags.list()
    assert server.request_count == 0
    assert _files(tmp_path / "x") == {"file", "folder"}


async def test_two_recordings_of_one_file_leave_a_whole_one(server: FakeDixa, path: Path) -> None:
    async with _recording(server, path) as first:
        await first.tags.list()
        async with _recording(server, path) as second:
            await second.queues.list()
            await first.teams.list()
        await first.agents.list()
    assert _files(path) == {path.name}
    await _replay_lists(path, "tags", "teams", "agents")


async def test_a_recording_without_calls_leaves_nothing(server: FakeDixa, path: Path) -> None:
    async with _recording(server, path):
        pass
    with pytest.raises(asyncio.CancelledError):
        async with _recording(server, path):
            raise asyncio.CancelledError
    assert _files(path) == set()


_EDITS: list[Callable[[bytes], bytes]] = [
    lambda text: text.rstrip(b"\n"),
    lambda text: text.replace(b"\n", b"\r\n"),
    lambda text: text.replace(b"\n", b"\n\n"),
    lambda text: b"\xef\xbb\xbf" + text,
]


@pytest.mark.parametrize("edit", _EDITS)
async def test_what_editors_do_to_a_file_does_no_harm(
    server: FakeDixa, path: Path, edit: Callable[[bytes], bytes]
) -> None:
    async with _recording(server, path) as dixa:
        await _list(dixa, "tags", "queues")
    _edit(path, edit)
    await _replay_lists(path, "tags", "queues")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"path":["tags"]', '"path":3'),
        ('"index":0', '"index":"first"'),
        ('"query":[]', '"query":[["a"]]'),
        ('"status":200,"error":null', '"status":"ok","error":null'),
        ('"error":null,"headers"', '"error":"ConfigurationError","headers"'),
        ('"json":', '"jason":'),
        ('"seconds":', '"minutes":'),
        ('"headers":{', '"headers":{"x":1,'),
    ],
)
async def test_a_damaged_call_is_reported(server: FakeDixa, path: Path, old: str, new: str) -> None:
    async with _recording(server, path) as dixa:
        await dixa.tags.list()
    _edit(path, lambda text: text.replace(old.encode(), new.encode()))
    with pytest.raises(CassetteFileError, match="line 2, is not a recorded call"):
        await _replay_lists(path, "tags")


async def test_the_token_is_known_to_a_call_that_another_task_sends(server: FakeDixa, path: Path) -> None:
    async def in_a_task(request: Request, send: Send) -> Response:
        return await asyncio.create_task(send(request))  # type: ignore[arg-type]

    server.inject_fault(body=json.dumps({"data": [{"name": server.api_key}]}).encode())
    async with Cassette(path) as cassette, cassette.client(server.api_key, base_url=server.url) as dixa:
        view = dixa.with_options(middleware=[in_a_task])
        await view.request("GET", "/tags", response_type=list[NewTag])
    assert server.api_key not in _written(path)


async def test_a_call_that_a_middleware_sends_twice_has_the_attempts_of_the_recording(
    server: FakeDixa, path: Path
) -> None:
    async def twice(request: Request, send: Send) -> Response:
        await send(request)
        return await send(request)

    async def program(dixa: DixaClient) -> list[int | None]:
        response = await dixa.with_response(dixa.organization.get())
        return [attempt.status for attempt in response.attempts]

    server.inject_fault(status=503, headers={"Retry-After": "0"})
    async with (
        Cassette(path) as cassette,
        DixaClient(server.api_key, base_url=server.url, retry=QUICK_RETRY, middleware=[twice, cassette]) as dixa,
    ):
        recorded = await program(dixa)
    async with Cassette(path) as cassette, DixaClient("any-key", middleware=[twice, cassette]) as dixa:
        assert await program(dixa) == recorded == [503, 200, 200]


async def test_a_call_of_another_version_is_not_loaded(server: FakeDixa, path: Path) -> None:
    conversation = server.add_email(server.end_users[0], "My order", ["Where is it?"])
    async with _recording(server, path) as dixa:
        await dixa.messages.list(conversation.id)
        await dixa.tags.list()
    _edit(path, lambda text: text.replace(b'"messages"]', b'"messages","all"]'))
    async with FakeDixa(seed_data=False) as fake:
        load_cassette(fake, path)
        assert len(fake.tags) == len(server.tags)


async def test_a_call_that_ends_after_the_recording_is_left_out(server: FakeDixa, path: Path) -> None:
    server.inject_fault(delay=10, operation="GET /organization")
    async with DixaClient(server.api_key, base_url=server.url, rate_limit=UNLIMITED) as dixa:
        async with Cassette(path) as cassette:
            recorded = dixa.with_options(middleware=[cassette])
            pending = asyncio.create_task(recorded.organization.get())
            await recorded.tags.list()
        pending.cancel()
        await asyncio.wait([pending])
    assert _files(path) == {path.name}
