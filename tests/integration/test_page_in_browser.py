"""The page of FakeDixa in a browser: a conversation with a bot, the keyboard, and texts that try to run."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import unused_port

from dixa_async import DixaClient
from dixa_async.models.common import File
from dixa_async.models.conversations import Assignment, ConversationQueue
from dixa_async.models.internal_notes import InternalNote
from dixa_async.models.messages import ChatAttributes, Message
from dixa_async.models.new_messages import HtmlContent, TextContent
from dixa_async.models.webhooks import (
    DeliveryDetail,
    EventDeliveryLog,
    NewWebhookSubscription,
    NoAuthorization,
    WebhookEvent,
    WebhookSubscription,
)
from dixa_async.testing import FakeDixa, ReceivedRequest
from dixa_async.webhooks import Context, MemoryInbox, MessageAdded, Receiver, aiohttp_app, inbound

from ..helpers.chromium import Tab, running_tab
from ..helpers.clients import NOW

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

_SETS_FLAG = "window.hacked=1"
HOSTILE = (
    f"<script>{_SETS_FLAG}</script>",
    f"<img src=x onerror={_SETS_FLAG}>",
    f'"><svg onload={_SETS_FLAG}><a href="javascript:{_SETS_FLAG}">x</a>',
    f"javascript:{_SETS_FLAG}",
    f"{{{{constructor.constructor('{_SETS_FLAG}')()}}}}${{{_SETS_FLAG}}}",
    "\u202e reversed \u2066 isolated \u0000 \U0001f600 \ufeff",
    "</textarea></p></bdi></main><style>*{display:none}</style>",
    "W" * 100_000,
    "\u0645\u0631\u062d\u0628\u0627 " * 50,
    "line\n" * 400,
)
EVENTS = [WebhookEvent.CONVERSATION_MESSAGE_ADDED, WebhookEvent.CONVERSATION_CREATED]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tab() -> AsyncIterator[Tab]:
    async with running_tab() as tab:
        yield tab


@pytest_asyncio.fixture(loop_scope="module")
async def browser(tab: Tab) -> Tab:
    """The tab, which has left the page of the test before, whose server is gone."""
    await tab.open("about:blank")
    tab.problems.clear()
    return tab


async def open_page(tab: Tab, url: str, *, width: int = 1280) -> None:
    await tab.open("about:blank")  # an address that differs only behind the # would not be loaded anew
    await tab.open(url, width=width)
    await tab.until("document.querySelector('#live').textContent === 'Live'")


def subscription(url: str, name: str = "Bot") -> NewWebhookSubscription:
    return NewWebhookSubscription(name=name, url=url, authorization=NoAuthorization(), custom_headers={}, events=EVENTS)


@asynccontextmanager
async def running_bot(server: FakeDixa) -> AsyncIterator[None]:
    """A bot that replies to each message with the same words."""
    async with DixaClient(server.api_key, base_url=server.url) as dixa:
        port = unused_port()
        made = await dixa.webhooks.create(subscription(f"http://127.0.0.1:{port}/dixa"))
        receiver = Receiver(made.secret_key, MemoryInbox(order_window=0), dixa=dixa, agent_ids=[server.agents[0].id])

        @receiver.on(WebhookEvent.CONVERSATION_MESSAGE_ADDED, when=inbound)
        async def reply(event: MessageAdded, context: Context[MessageAdded]) -> None:
            await context.reply(TextContent(f"You wrote: {event.data.text}"))

        runner = web.AppRunner(aiohttp_app(receiver, "/dixa"))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield
        finally:
            await runner.cleanup()


async def test_what_the_customer_writes_is_replied_to_by_the_bot_without_a_reload(browser: Tab) -> None:
    async with FakeDixa(page=True) as server, running_bot(server):
        await open_page(browser, server.url)
        await browser.evaluate("window.isTheSamePage = true")
        await browser.click("#begin")
        for text in (str(server.end_users[0].email), "My order", "Where is it?"):  # by the keyboard alone
            await browser.type(text)
            await browser.press("Tab")
        await browser.press("Tab")
        await browser.press("Enter")
        await browser.until(
            "document.querySelector('#entries .agent .text')?.textContent === 'You wrote: Where is it?'"
        )
        await browser.click("#text")
        await browser.type("And when does it come?")
        await browser.press("Enter", control=True)
        await browser.until("document.querySelectorAll('#entries .agent').length === 2")
        shown = await browser.evaluate(
            "[...document.querySelectorAll('#entries .text')].map((each) => each.textContent)"
        )
        texts = ["Where is it?", "And when does it come?"]
        assert shown == [each for text in texts for each in (text, f"You wrote: {text}")]
        # What a person sees beside it.
        await browser.until("document.querySelectorAll('#requests tr').length === 3")
        await browser.until("document.querySelectorAll('.delivery').length === 5")
        await browser.click("input[value=agent]")
        await browser.click("#text")
        await browser.type("I am a human.")
        await browser.click("#write .primary")
        await browser.until("document.querySelectorAll('#entries .agent').length === 3")
        await browser.until("document.querySelectorAll('.delivery').length === 6")  # and nothing moves any more
        await browser.click(".delivery button")
        await browser.until("document.querySelectorAll('.delivery').length === 7")
        await browser.click("#fault .actions button")
        await browser.until("document.querySelectorAll('.fault').length === 1")
        await browser.click(".fault button")
        await browser.until("document.querySelectorAll('.fault').length === 0")
        assert await browser.evaluate("window.isTheSamePage")
        assert browser.problems == []


async def test_those_who_are_added_later_can_be_chosen(browser: Tab) -> None:
    async with FakeDixa(page=True) as server:
        first = server.add_email(server.end_users[0], "First", ["Hello?"])
        await open_page(browser, f"{server.url}/#{first.id}")
        await browser.until("document.querySelectorAll('.entry').length === 1")
        server.add_agent("Late Agent", email="late@example.com")
        server.add_end_user("Late Customer", email="late.customer@example.com")
        await browser.click("input[value=agent]")
        await browser.until("[...document.querySelectorAll('#agents option')].at(-1).textContent === 'Late Agent'")
        await browser.click("#begin")
        await browser.until("document.querySelector('#end-users option[value=\"late.customer@example.com\"]')")
    assert browser.problems == []


async def test_the_keyboard_gets_past_a_long_list(browser: Tab) -> None:
    async with FakeDixa(page=True) as server:
        for user in server.end_users[:20]:
            server.add_email(user, f"Order of {user.display_name}", ["Where is it?"])
        await open_page(browser, f"{server.url}/#1003")
        await browser.until("document.querySelector('#entries .entry')")
        await browser.click("#search select")
        await browser.press("Escape")
        await browser.press("Tab")
        focused = "document.activeElement.textContent"
        assert "Order of Cleo Almgren" in await browser.evaluate(focused)  # the one that is open
        await browser.press("ArrowDown")
        await browser.press("Enter")
        await browser.until("location.hash === '#1002'")
        assert "Order of Bo Almgren" in await browser.evaluate(focused)
        await browser.press("Tab")
        assert await browser.evaluate("document.activeElement.id") == "entries"


def add_hostile_data(server: FakeDixa, text: str) -> None:
    """Put a text in everything that the page shows."""
    user = server.add_end_user(text, email=f"{text}@example.com")
    conversation = server.add_email(user, text, [text, text])
    state = server.state
    agent = server.add_agent(text, email=text)
    tag = server.add_tag(text)
    queue = server.add_queue(text)
    state.conversation_tags[conversation.id] = [tag.id]
    conversation.queue = ConversationQueue(id=queue.id)
    conversation.assignment = Assignment(agent_id=agent.id, assigned_at=NOW)
    file = File(url=text, pretty_name=text)
    attributes = ChatAttributes(content=HtmlContent(text), is_automated=False, attachments=[file])
    state.messages[conversation.id].append(Message(id=text, author_id=agent.id, created_at=NOW, attributes=attributes))
    note = InternalNote(id=text, author_id=text, created_at=NOW, conversation_id=conversation.id, message=text)
    state.notes[conversation.id] = [note]
    state.organization.name = text
    server.requests.append(ReceivedRequest(method=text, path=text, query=text, status=200, seconds=1.0, fault=text))
    event = WebhookEvent.CONVERSATION_CREATED
    hook = WebhookSubscription(
        id=text,
        name=text,
        url=text,
        secret_key="00",
        enabled=True,
        created_at=NOW,
        created_by=text,
        updated_at=NOW,
        updated_by=text,
        subscribed_events=[event, WebhookEvent(text)],
    )
    state.webhooks[text] = hook
    detail = DeliveryDetail(delivery_timestamp=NOW, success=False, response_code=500, response_text=text)
    state.deliveries[text, event] = [EventDeliveryLog(delivery_detail=detail, payload=text)]


async def test_no_text_runs_or_breaks_the_page(browser: Tab) -> None:
    async with FakeDixa(page=True) as server:
        for text in HOSTILE:
            add_hostile_data(server, text)
        for width in (1280, 400):
            await open_page(browser, server.url, width=width)
            for conversation_id in server.state.conversations:
                await browser.evaluate(f"location.hash = '{conversation_id}'")
                await browser.until(
                    f"document.querySelector('#thread-facts').textContent.includes('#{conversation_id}')"
                )
                assert await browser.evaluate("document.querySelectorAll('#entries .entry').length") == 4
                assert await browser.evaluate("[window.hacked, document.scripts.length]") == [None, 1]
                assert await browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await open_page(browser, f"{server.url}/#server", width=400)
        await browser.until(f"document.querySelectorAll('.webhook').length === {len(HOSTILE)}")
        assert await browser.evaluate("document.querySelector('main').scrollWidth <= innerWidth")
        assert await browser.evaluate("[...document.querySelectorAll('a')].every((each) => each.protocol === 'http:')")
        assert await browser.evaluate("window.hacked") is None
        assert browser.problems == []  # the content security policy had nothing to stop
