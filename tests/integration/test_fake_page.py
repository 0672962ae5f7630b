"""The page of FakeDixa: its paths, and what it refuses."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import Mock
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from dixa_async import DixaClient
from dixa_async._json import dumps
from dixa_async.models.common import Channel
from dixa_async.models.conversations import AnonymizedConversation, PstnPhoneConversation
from dixa_async.models.messages import ChatAttributes, Message
from dixa_async.models.new_messages import HtmlContent
from dixa_async.models.webhooks import NewWebhookSubscription, NoAuthorization, WebhookEvent
from dixa_async.testing import FakeDixa
from dixa_async.testing.http.errors import ApiError
from dixa_async.testing.page import guard
from dixa_async.testing.page.change_feed import ChangeFeed

from ..helpers.clients import NOW


@pytest.fixture
async def server() -> AsyncIterator[FakeDixa]:
    async with FakeDixa(page=True) as running:
        yield running


@pytest.fixture
async def browser(server: FakeDixa) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(server.url) as session:
        yield session


async def read(browser: aiohttp.ClientSession, path: str) -> Any:
    async with browser.get(path) as response:
        assert response.status == 200, await response.text()
        return await response.json()


def texts(server: FakeDixa, conversation_id: int) -> list[str]:
    return [each.attributes.email_content.content.value for each in server.state.messages[conversation_id]]  # type: ignore[union-attr]


async def test_there_is_no_page_unless_asked_for() -> None:
    async with FakeDixa() as server, aiohttp.ClientSession(server.url) as session, session.get("/") as response:
        assert response.status == 401


async def test_every_file_of_the_page_is_served_with_headers_that_forbid_scripts_of_others(
    server: FakeDixa, browser: aiohttp.ClientSession
) -> None:
    files = ("/", "/page/page.css", "/page/main.js", "/page/icon.svg")
    types = ["text/html", "text/css", "text/javascript", "image/svg+xml"]
    found: list[str] = []
    for path in files:
        async with browser.get(path) as response:
            assert response.status == 200
            found.append(response.content_type)
            policy = response.headers["Content-Security-Policy"]
            assert "unsafe" not in policy
            assert "script-src 'self';" in policy
            assert "http" not in policy
            body = await response.text()
            assert "https://" not in body
    assert found == types
    # They cost nothing of the limit of 4 at once, and are not in the log.
    assert (server.request_count, len(server.requests)) == (0, 0)


@pytest.mark.parametrize("path", ["/page/../__init__.py", "/page/%2e%2e%2froutes.py", "/page/routes.py"])
async def test_no_other_file_is_served(browser: aiohttp.ClientSession, path: str) -> None:
    async with browser.get(path) as response:
        assert response.status in (401, 404)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Host": "localhost:80"}, 200),
        ({"Host": "dixa.evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example:80"}, 403),
        ({"Host": "[::1"}, 403),
        ({"Host": ""}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
@pytest.mark.parametrize("path", ["/page/server", "/page/conversations", "/page/known"])
async def test_other_websites_read_nothing(
    browser: aiohttp.ClientSession, path: str, headers: dict[str, str], status: int
) -> None:
    async with browser.get(path, headers=headers) as response:
        assert response.status == status
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(("name", "is_refused"), [("192.0.2.7:80", False), ("192.0.2.8", True), ("mine", False)])
def test_the_address_that_a_name_resolved_to_is_its_own(name: str, is_refused: bool) -> None:
    transport = Mock(**{"get_extra_info.side_effect": {"sockname": ("192.0.2.7", 80)}.get})
    request = make_mocked_request("GET", "/page/server", headers={"Host": name}, transport=transport)
    with pytest.raises(ApiError) if is_refused else contextlib.nullcontext():
        guard.check(request, "mine")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "/page/conversations",
        "/page/conversations/1001/messages",
        "/page/faults",
        "/page/webhooks/x/redeliver",
        "/page/clock",
    ],
)
async def test_other_websites_change_nothing(
    server: FakeDixa, browser: aiohttp.ClientSession, path: str, headers: dict[str, str]
) -> None:
    conversation = server.add_email(server.end_users[0], "My order")
    body = dumps({"text": "evil", "email": "evil@example.com", "subject": "evil", "status": 500, "seconds": 9})
    async with browser.post(path, data=body, headers={"Content-Type": "application/json"} | headers) as response:
        assert response.status in (403, 415)
    assert server.state.messages[conversation.id] == []
    assert list(server.state.conversations) == [conversation.id]
    assert (server.faults, server.clock.moved) == ([], timedelta())


async def test_a_link_leads_to_the_page_and_its_own_origin_may_write(
    server: FakeDixa, browser: aiohttp.ClientSession
) -> None:
    async with browser.get("/", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}) as response:
        assert response.status == 200
        assert response.headers["X-Frame-Options"] == "DENY"
    new = {"email": "new@example.com", "subject": "Hello", "text": "Is anyone there?"}
    async with browser.post("/page/conversations", json=new, headers={"Origin": server.url}) as response:
        assert response.status == 200
        begun = int((await response.json())["id"])
    assert texts(server, begun) == ["Is anyone there?"]
    assert server.end_users[-1].email == "new@example.com"


async def test_messages_are_written_as_the_customer_and_as_an_agent(
    server: FakeDixa, browser: aiohttp.ClientSession
) -> None:
    conversation = server.add_email(server.end_users[0], "My order", ["Where is it?"])
    path = f"/page/conversations/{conversation.id}/messages"
    agent = server.agents[0]
    for body in ({"text": "Hello?"}, {"text": "It is there.", "agentId": agent.id}):
        async with browser.post(path, json=body) as response:
            assert response.status == 200
    shown = await read(browser, f"/page/conversations/{conversation.id}")
    entries = shown["entries"]
    assert [(each["kind"], each["author"], each["text"]) for each in entries] == [
        ("customer", "Ada Almgren", "Where is it?"),
        ("customer", "Ada Almgren", "Hello?"),
        ("agent", agent.display_name, "It is there."),
    ]


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("/page/conversations/1001/messages", b'{"text": " "}', 400, "Write a message first"),
        ("/page/conversations/1001/messages", b'{"text": "x", "agentId": "y"}', 404, "There is no agent y"),
        ("/page/conversations/1001/messages", b'{"text": 1}', 400, ".text"),
        ("/page/conversations/1001/messages", b"[", 400, "cannot be read"),
        ("/page/conversations/9/messages", b'{"text": "x"}', 404, "There is no conversation 9"),
        ("/page/conversations/x/messages", b'{"text": "x"}', 400, "conversation ID"),
        ("/page/faults", b'{"operation": "POST /nothing/{id}", "status": 500}', 400, "there is no operation"),
        ("/page/faults", b'{"operation": "*"}', 400, "does nothing"),
        ("/page/faults", b'{"drop": "sometimes"}', 400, "must be one of before, after"),
        ("/page/faults", b'{"mutation": "x"}', 400, "must be one of wrong_type"),
        ("/page/clock", b'{"seconds": -1}', 400, "only moves ahead"),
        ("/page/clock", b'{"seconds": 1e30}', 400, "9998"),
        ("/page/conversations", b'{"email": "x", "subject": "", "text": "x"}', 400, "email address"),
        ("/page/webhooks/x/redeliver", b'{"event": "ConversationCreated", "eventId": "x"}', 404, "delivery"),
    ],
)
async def test_bad_input_is_refused_with_one_clear_sentence(
    server: FakeDixa, browser: aiohttp.ClientSession, path: str, body: bytes, status: int, words: str
) -> None:
    assert server.add_email(server.end_users[0], "My order").id == 1001
    async with browser.post(path, data=body, headers={"Content-Type": "application/json"}) as response:
        assert response.status == status
        assert words in (await response.json())["message"]


@pytest.mark.parametrize("agent", [0, None])
async def test_what_a_channel_does_not_accept_is_refused(
    server: FakeDixa, browser: aiohttp.ClientSession, agent: int | None
) -> None:
    fields: Any = {"requester_id": server.end_users[0].id, "channel": Channel.PSTN_PHONE, "created_at": NOW}
    server.add_conversation(PstnPhoneConversation(id=7, **fields))
    server.add_conversation(AnonymizedConversation(id=8, anonymized_at=NOW, **fields))
    agent_id = None if agent is None else server.agents[agent].id
    for conversation_id in (7, 8):
        body = {"text": "x", "agentId": agent_id}
        async with browser.post(f"/page/conversations/{conversation_id}/messages", json=body) as response:
            assert response.status == 400
            assert "channel" in (await response.json())["message"]
        assert (await read(browser, f"/page/conversations/{conversation_id}"))["entries"] == []


async def test_conversations_are_searched_and_paged_by_activity(
    server: FakeDixa, browser: aiohttp.ClientSession
) -> None:
    users = server.end_users
    for number in range(120):
        server.add_email(users[number % 48], f"Order {number}", [f"text {number}"])
    oldest = server.state.conversations[1001]
    server.add_message(oldest, "needle <b>")
    first = await read(browser, "/page/conversations")
    assert (first["total"], first["page"], first["pages"], first["first"]) == (120, 0, 3, 1)
    assert len(first["items"]) == 50
    found = await read(browser, "/page/conversations?words=NEEDLE+ada&state=Open&page=7")
    assert (found["total"], found["page"]) == (1, 0)
    last = await read(browser, "/page/conversations?page=2")
    assert (len(last["items"]), last["first"]) == (20, 101)
    assert (await read(browser, "/page/conversations?state=Closed"))["items"] == []
    async with browser.get("/page/conversations?page=-1") as response:
        assert response.status == 400


async def test_long_texts_and_long_conversations_are_cut(server: FakeDixa, browser: aiohttp.ClientSession) -> None:
    conversation = server.add_email(server.end_users[0], "s" * 1000, ["x"] * 250 + ["y" * 100_000])
    shown = await read(browser, f"/page/conversations/{conversation.id}")
    entries = shown["entries"]
    assert (len(entries), shown["earlier"]) == (200, 51)
    assert (len(entries[-1]["text"]), entries[-1]["cut"]) == (20_000, 80_000)
    assert len(shown["subject"]) == 201


async def test_html_is_shown_as_a_person_reads_it_and_as_it_is(
    server: FakeDixa, browser: aiohttp.ClientSession
) -> None:
    conversation = server.add_email(server.end_users[0], "My order")
    source = "<p>Salt &amp; <b>pepper</b></p>a &lt;script&gt;" + "<" * 10_000
    attributes = ChatAttributes(content=HtmlContent(source), is_automated=False)
    message = Message(id="m", author_id=server.agents[0].id, created_at=NOW, attributes=attributes)
    server.state.messages[conversation.id].append(message)
    (entry,) = (await read(browser, f"/page/conversations/{conversation.id}"))["entries"]
    assert (entry["format"], entry["source"]) == ("HTML", source)
    assert entry["text"] == "Salt & pepper\na <script>" + "<" * 10_000


async def test_a_delivery_is_repeated_with_the_same_body_and_a_valid_signature(
    server: FakeDixa, browser: aiohttp.ClientSession
) -> None:
    received: list[bytes] = []
    statuses = [500, 204]

    async def receive(request: web.Request) -> web.Response:
        received.append(await request.read())
        return web.Response(status=statuses[len(received) - 1])

    application = web.Application()
    application.router.add_post("/", receive)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    async with DixaClient(server.api_key, base_url=server.url) as dixa:
        subscription = await dixa.webhooks.create(
            NewWebhookSubscription(
                name="Ours",
                url=url,
                authorization=NoAuthorization(),
                custom_headers={},
                events=[WebhookEvent.CONVERSATION_CREATED],
            )
        )
    server.add_email(server.end_users[0], "My order")
    await server.deliveries_done()
    (shown,) = (await read(browser, "/page/server"))["webhooks"]
    assert "secret" not in str(shown).lower()
    (delivery,) = shown["deliveries"]
    assert (delivery["status"], delivery["success"]) == (500, False)
    again = {"event": delivery["event"], "eventId": delivery["eventId"]}
    async with browser.post(f"/page/webhooks/{subscription.id}/redeliver", json=again) as response:
        assert response.status == 200
    await server.deliveries_done()
    await runner.cleanup()
    assert received[0] == received[1]
    (shown,) = (await read(browser, "/page/server"))["webhooks"]
    assert [each["status"] for each in shown["deliveries"]] == [204, 500]


async def test_the_requests_of_a_program_are_shown_with_the_limit(
    server: FakeDixa, browser: aiohttp.ClientSession
) -> None:
    for _ in range(5):
        async with browser.get("/beta/organization", headers={"Authorization": server.api_key}):
            pass
    shown = await read(browser, "/page/server")
    requests, (burst, quota) = shown["requests"], shown["limits"]
    assert [each["status"] for each in requests] == [429, 200, 200, 200, 200]
    assert requests[0]["ms"] >= 0
    assert (shown["requestCount"], shown["throttledCount"]) == (5, 1)
    assert burst["capacity"] == 4
    assert burst["tokens"] < 4
    assert quota["capacity"] == 864_000


async def test_faults_are_switched_on_and_off(server: FakeDixa, browser: aiohttp.ClientSession) -> None:
    faults = (
        {"operation": "GET /organization", "status": 503, "times": 1},
        {"operation": "POST *", "drop": "after"},
        {"operation": "* /endusers", "mutation": "missing_field", "probability": 0.5, "delay": 0.5},
    )
    for fault in faults:
        async with browser.post("/page/faults", json=fault) as response:
            assert response.status == 200
    shown = (await read(browser, "/page/server"))["faults"]
    assert [each["text"] for each in shown] == [str(each) for each in server.faults]
    async with browser.get("/beta/organization", headers={"Authorization": server.api_key}) as response:
        assert response.status == 503
    async with browser.post("/page/faults/clear", json={"id": shown[1]["id"]}):
        pass
    (left,) = (await read(browser, "/page/server"))["faults"]
    assert (left["id"], left["used"]) == (shown[2]["id"], 0)
    assert (await read(browser, "/page/server"))["requests"][0]["fault"] == "GET /organization: 503, once"
    async with browser.post("/page/faults/clear", json={}):
        pass
    assert server.faults == []


async def test_a_page_that_is_out_of_date_removes_no_later_fault(
    server: FakeDixa, browser: aiohttp.ClientSession
) -> None:
    shown = set[str]()
    for _ in range(30):
        fault = server.inject_fault(status=503)
        shown.update(each["id"] for each in (await read(browser, "/page/server"))["faults"])
        fault.remove()
        del fault
    assert len(shown) == 30


async def test_the_clock_is_moved_and_every_page_hears_of_it(server: FakeDixa, browser: aiohttp.ClientSession) -> None:
    async with open_stream(browser) as stream:
        async with browser.post("/page/clock", json={"seconds": 7200}) as response:
            assert response.status == 200
        assert await next_event(stream) == b'data: ["server"]'
    assert server.clock.moved == timedelta(hours=2)


@asynccontextmanager
async def open_stream(browser: aiohttp.ClientSession) -> AsyncIterator[aiohttp.ClientResponse]:
    async with browser.get("/page/events") as response:
        assert response.content_type == "text/event-stream"
        assert await next_event(response) == b": connected"
        yield response
        response.close()


async def next_event(response: aiohttp.ClientResponse) -> bytes:
    async with asyncio.timeout(10):
        event = await response.content.readuntil(b"\n\n")
    return event.strip()


async def test_a_change_is_reported_to_every_open_page(server: FakeDixa, browser: aiohttp.ClientSession) -> None:
    async with open_stream(browser) as one, open_stream(browser) as other:
        server.add_email(server.end_users[0], "My order")
        for stream in (one, other):
            assert await next_event(stream) == b'data: ["conversations"]'
        server.inject_fault(status=500)
        for stream in (one, other):
            assert await next_event(stream) == b'data: ["server"]'


async def test_closed_pages_leave_nothing_behind_and_open_ones_do_not_keep_the_server_from_stopping() -> None:
    before = asyncio.all_tasks()
    async with FakeDixa(page=True) as server:
        page = server._page
        assert page is not None
        for _ in range(20):
            async with aiohttp.ClientSession(server.url) as closed, open_stream(closed):
                pass
        async with aiohttp.ClientSession(server.url) as browser, open_stream(browser) as stream:
            await until(lambda: page.feed.listener_count == 1)
            await server.aclose()
            async with asyncio.timeout(5):
                assert await stream.content.read() == b""
        assert page.feed.listener_count == 0
        await server.start()  # and it can be opened again
        async with aiohttp.ClientSession(server.url) as browser, open_stream(browser):
            pass
    assert asyncio.all_tasks() == before


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - what changes it has no event
            await asyncio.sleep(0.01)


class ChangingMarks:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> dict[str, object]:
        self.count += 1
        return {"a" * 100_000: self.count, "b": 0}


@pytest.fixture
async def fast_feed() -> AsyncIterator[tuple[ChangeFeed, str]]:
    feed = ChangeFeed(ChangingMarks(), interval=0.001, write_timeout=0.2, ping_after=0.1)
    application = web.Application()
    application.router.add_get("/page/events", feed.stream)
    runner = web.AppRunner(application, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield feed, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await feed.close()
    await runner.cleanup()


async def test_a_page_that_reads_nothing_is_dropped(fast_feed: tuple[ChangeFeed, str]) -> None:
    feed, url = fast_feed
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        slow.setblocking(False)
        loop = asyncio.get_running_loop()
        parts = urlsplit(url)
        await loop.sock_connect(slow, (parts.hostname, parts.port))
        await loop.sock_sendall(slow, b"GET /page/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await until(lambda: feed.listener_count == 1)
        await until(lambda: feed.listener_count == 0)
