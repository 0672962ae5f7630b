"""The exports of FakeDixa: rows of its state, and errors without a body."""

import math
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from dixa_async import DixaClient, RetryPolicy, from_json
from dixa_async.exports import ExportedConversation, ExportedFile, ExportedMessage
from dixa_async.models import (
    CallRecordingAttributes,
    Channel,
    ContactFormConversation,
    File,
    InboundMessage,
    Message,
    NewChatConversation,
    PstnPhoneConversation,
    TextContent,
)
from dixa_async.testing import FakeDixa

from ..helpers.clients import NOW

NOW_MS = round(NOW.timestamp() * 1000)
DAY = 24 * 3600 * 1000


class Web:
    """Requests exports."""

    def __init__(self, server: FakeDixa, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._headers = {"Authorization": f"Bearer {server.api_key}"}

    async def status(self, path: str) -> int:
        async with self._session.get(f"/v1/{path}", headers=self._headers) as response:
            body = await response.read()
            assert response.ok or body == b""
            return response.status

    async def raw(self, path: str) -> list[Any]:
        async with self._session.get(f"/v1/{path}", headers=self._headers) as response:
            rows: list[Any] = await response.json()
            return rows

    async def conversations(self, query: str) -> list[ExportedConversation]:
        async with self._session.get(f"/v1/conversation_export?{query}", headers=self._headers) as response:
            return from_json(await response.read(), list[ExportedConversation])

    async def messages(self, query: str) -> list[ExportedMessage]:
        async with self._session.get(f"/v1/message_export?{query}", headers=self._headers) as response:
            return from_json(await response.read(), list[ExportedMessage])


@pytest.fixture
async def web(server: FakeDixa) -> AsyncIterator[Web]:
    async with aiohttp.ClientSession(server.url) as session:
        yield Web(server, session)


def period(by: str = "created", start: int = NOW_MS - DAY, end: int = NOW_MS + DAY) -> str:
    return f"{by}_after={start}&{by}_before={end}"


async def test_a_conversation_with_all_that_the_state_knows(dixa: DixaClient, server: FakeDixa, web: Web) -> None:
    user, agent = server.add_end_user("Ada", email="ada@example.com", phone_number="+4512345678"), server.agents[0]
    chat = NewChatConversation(
        requester_id=user.id, widget_id="w", message=InboundMessage(content=TextContent("Hello"))
    )
    created = await dixa.conversations.create(chat)
    await dixa.conversations.claim(created.id, agent.id)
    await dixa.internal_notes.add(created.id, "called back")
    await dixa.tags.add_to_conversation(created.id, server.tags[0].id)
    await dixa.conversations.close(created.id)
    (row,) = await web.conversations(f"csids={created.id}")
    assert (row.id, row.initial_channel, row.status) == (created.id, "widgetchat", "closed")
    assert (row.requester_name, row.requester_email) == ("Ada", "ada@example.com")
    assert row.requester_phone_number == "+4512345678"
    assert (row.assignee_id, row.assignee_name) == (agent.id, agent.display_name)
    assert row.conversation_wrapup_notes == ["called back"]
    assert row.tags == [server.tags[0].name]
    assert [(tag.id, tag.is_deactivated) for tag in row.tags_info or []] == [(server.tags[0].id, False)]
    assert row.created_at == row.closed_at == row.updated_at == row.last_message_created_at == NOW
    raw = (await web.raw(f"conversation_export?csids={created.id}"))[0]
    assert raw["created_at"] == NOW_MS
    assert not [name for name, value in raw.items() if name.endswith("_at") and not isinstance(value, int)]


async def test_messages_have_their_author_and_files(dixa: DixaClient, server: FakeDixa, web: Web) -> None:
    user = server.add_end_user("Ada", email="ada@example.com")
    server.add_email(user, "My order", ["Where is it?"])
    message = InboundMessage(
        content=TextContent("Look"), attachments=[File(url="https://shop.example/a.png", pretty_name="a.png")]
    )
    await dixa.conversations.create(NewChatConversation(requester_id=user.id, widget_id="w", message=message))
    call = PstnPhoneConversation(id=7, requester_id=user.id, channel=Channel.PSTN_PHONE, created_at=NOW)
    recording = CallRecordingAttributes(recording="/private/r", duration=60)
    server.add_conversation(call, [Message(id="m", author_id=user.id, created_at=NOW, attributes=recording)])
    email, chat, phone = await web.messages(period())
    assert (email.text, email.author_name, email.author_email) == ("Where is it?", "Ada", "ada@example.com")
    assert (email.from_, email.to, email.direction) == (["ada@example.com"], ["support@example.com"], "inbound")
    assert (chat.text, chat.is_automated_message, chat.initial_channel) == ("Look", False, "widgetchat")
    (file,) = chat.attached_files or []
    assert isinstance(file, ExportedFile)
    assert (file.url or "").startswith("https://files.dixa.io/private/")
    assert (phone.recording_url, phone.duration, phone.initial_channel) == ("/private/r", 60, "pstnphone")


async def test_rows_are_selected_by_each_time(server: FakeDixa, web: Web) -> None:
    old = NOW - timedelta(days=20)
    form = ContactFormConversation(
        id=5,
        requester_id=server.end_users[0].id,
        channel=Channel.CONTACT_FORM,
        created_at=old,
        from_email="ada@example.com",
    )
    server.add_conversation(form)
    server.add_message(form, "Is it there?")
    new = server.add_email(server.end_users[0], "New")
    for by, expected in {
        "created": [new.id],
        "updated": [5, new.id],
        "closed": [],
        "last_message_created": [5],
    }.items():
        assert [row.id for row in await web.conversations(period(by))] == expected
    start = round(old.timestamp() * 1000)
    assert [row.id for row in await web.conversations(period(start=start, end=start + 1))] == [5]
    assert await web.conversations(period(start=start - 1, end=start)) == []
    assert await web.conversations(period(start=start + 1, end=start + 2)) == []
    dates = f"created_after={old:%Y-%m-%d}&created_before={old + timedelta(days=1):%Y-%m-%d}"
    assert [row.id for row in await web.conversations(dates)] == [5]
    assert [row.id for row in await web.conversations(f"csids={new.id},5,6")] == [5, new.id]


async def test_an_anonymized_conversation_has_no_personal_data(dixa: DixaClient, server: FakeDixa, web: Web) -> None:
    conversation = server.add_email(server.end_users[0], "Secret", ["Secret"])
    await dixa.conversations.anonymize(conversation.id, force=True)
    server.clock.advance(hours=25)
    await dixa.organization.get()
    (row,) = await web.conversations(period("updated", end=NOW_MS + 3 * DAY))
    assert row.anonymized_at is not None
    assert (row.subject, row.requester_name, row.requester_email) == (None, None, None)
    (message,) = await web.messages(period())
    assert (message.author_name, message.author_email) == (None, None)
    assert "Secret" not in repr((row, message))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "created_after=1",
        "created_before=2",
        "created_after=1&updated_before=2",
        "created_after=1&created_before=2&created_after=1",
        "created_after=1&created_before=2&updated_after=1&updated_before=2",
        "created_after=1&created_before=2&csids=1",
        f"created_after=0&created_before={31 * DAY + 1}",
        "created_after=2&created_before=1",
        "created_after=1&created_before=1",
        "created_after=yesterday&created_before=2",
        "created_after=2025-02-30&created_before=2025-03-01",
        "created_after=2025-01-01T00:00:00Z&created_before=2025-01-02",
        "other_after=1&other_before=2",
        "csids=",
        "csids=1,,2",
        "csids=a",
        "csids=1&csids=2",
        "csids=1,2,3,4,5,6,7,8,9,10,11",
    ],
)
async def test_a_wrong_query_is_refused_without_a_body(web: Web, query: str) -> None:
    assert await web.status(f"conversation_export?{query}") == 400
    assert await web.status(f"message_export?{query}") == 400


async def test_what_is_allowed_at_most(web: Web) -> None:
    assert await web.status(f"conversation_export?created_after=0&created_before={31 * DAY}") == 200
    assert await web.status("conversation_export?csids=1,2,3,4,5,6,7,8,9,10") == 200
    assert await web.status("message_export?csids=1") == 400
    assert await web.status("message_export?updated_after=1&updated_before=2") == 400
    assert await web.raw(f"message_export?{period()}") == []


async def test_only_the_bearer_token_is_accepted(server: FakeDixa) -> None:
    async with aiohttp.ClientSession(server.url) as session:
        for token in (None, server.api_key, "Bearer wrong", f"bearer {server.api_key}"):
            headers = {} if token is None else {"Authorization": token}
            async with session.get(f"/v1/message_export?{period()}", headers=headers) as response:
                assert (response.status, await response.read()) == (401, b"")


async def test_exports_have_a_limit_of_their_own() -> None:
    async with FakeDixa(clock=NOW.timestamp, burst=1) as server, aiohttp.ClientSession(server.url) as session:
        web = Web(server, session)
        statuses = [await web.status(f"message_export?{period()}") for _ in range(12)]
        assert statuses == [200] * 10 + [429] * 2
        assert server.throttled_count == 2
        assert [request.throttled for request in server.requests] == [False] * 10 + [True] * 2
        async with session.get("/v1/organization", headers={"Authorization": server.api_key}) as response:
            assert response.status == 200
        server.clock.advance(seconds=6.1)
        assert await web.status(f"message_export?{period()}") == 200
    with pytest.raises(ValueError, match="exports_per_minute"):
        FakeDixa(exports_per_minute=0)


@pytest.mark.parametrize("cut_off", [0, 1, 1000, 10**9])
async def test_an_export_is_cut_off_anywhere(server: FakeDixa, cut_off: int) -> None:
    for number in range(20):
        server.add_email(server.end_users[0], f"Order {number}")
    server.inject_fault(cut_off=cut_off, operation="GET /conversation_export")
    async with aiohttp.ClientSession(server.url) as session:
        web = Web(server, session)
        with pytest.raises((aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError)):
            await web.conversations(period())
        assert len(await web.conversations(period())) == 20


async def test_a_company_is_exported_completely_whatever_breaks() -> None:
    since, until = datetime(2025, 11, 25, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    async with FakeDixa(company=100, rate=math.inf, exports_per_minute=math.inf) as server:
        for cut_off in (0, 1, 777, 20_000):
            server.inject_fault(cut_off=cut_off, operation="GET /conversation_export")
            server.inject_fault(cut_off=cut_off, operation="GET /message_export")
        retry = RetryPolicy(max_attempts=6, base_delay=0.001, max_delay=0.001)
        async with DixaClient(server.api_key, base_url=server.url, exports_per_minute=math.inf, retry=retry) as dixa:
            found = [row.id async for row in dixa.exports.conversations(since, until)]
            updated = [row.id async for row in dixa.exports.conversations(since, until, by="updated")]
            messages = [row.id async for row in dixa.exports.messages(since, until)]
        assert sorted(found) == sorted(updated) == sorted(server.state.conversations)
        assert sorted(messages) == sorted(each.id for known in server.state.messages.values() for each in known)
