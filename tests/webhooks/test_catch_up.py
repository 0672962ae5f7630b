"""What was missed is taken in from the logs of Dixa: by a receiver, and by a command that forwards it."""

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import aiohttp
import pytest
from aiohttp import web

from dixa_async import (
    AuthenticationError,
    ConfigurationError,
    DixaClient,
    InvalidRequestError,
    NotFoundError,
    RateLimit,
    RetryPolicy,
    UsageError,
)
from dixa_async.cli.forwarding import Forwarder, find_subscription, poll
from dixa_async.cli.main import main
from dixa_async.models import (
    DeliveryDetail,
    EventDeliveryLog,
    NewWebhookSubscription,
    TokenAuthorization,
    WebhookEvent,
    WebhookSubscription,
)
from dixa_async.testing import FakeDixa, event_builders as build
from dixa_async.webhooks import (
    CatchUpResult,
    ConversationClosed,
    InboxClosedError,
    InboxFullError,
    Intake,
    MemoryInbox,
    MessageAdded,
    MessageDirection,
    Receiver,
    aiohttp_handler,
)
from dixa_async.webhooks.catch_up import polls

from .conftest import SECRET
from .inboxes import ListInbox

E = WebhookEvent
NOW: Final = datetime(2026, 3, 4, 12, tzinfo=UTC)
EVENTS: Final = [E.CONVERSATION_MESSAGE_ADDED, E.CONVERSATION_RATED, E.CONVERSATION_CLOSED]


@pytest.fixture
async def server() -> AsyncIterator[FakeDixa]:
    async with FakeDixa(rate=math.inf) as server:
        yield server


@pytest.fixture
async def dixa(server: FakeDixa) -> AsyncIterator[DixaClient]:
    async with DixaClient(
        server.api_key,
        base_url=server.url,
        rate_limit=RateLimit(per_second=math.inf),
        retry=RetryPolicy(max_attempts=1),
    ) as dixa:
        yield dixa


@pytest.fixture
async def subscription(dixa: DixaClient) -> WebhookSubscription:
    return await subscribe(dixa)


async def subscribe(dixa: DixaClient, name: str = "bot") -> WebhookSubscription:
    return await dixa.webhooks.create(
        NewWebhookSubscription(
            name=name,
            url="https://bot.example.com/dixa",
            authorization=TokenAuthorization("of-the-subscription"),
            custom_headers={"X-Custom": "yes"},
            events=EVENTS,
        )
    )


def log(server: FakeDixa, subscription: WebhookSubscription, event: Any, *, at: datetime = NOW) -> None:
    """Log a delivery as Dixa does, the newest first."""
    payload = event if isinstance(event, str) else event.body.decode()
    kind = E.CONVERSATION_RATED if isinstance(event, str) else event.event_type
    detail = DeliveryDetail(delivery_timestamp=at, success=False, response_code=502, response_text="Bad Gateway")
    entries = server.state.deliveries.setdefault((subscription.id, kind), [])
    entries.insert(0, EventDeliveryLog(delivery_detail=detail, payload=payload))


async def ignore(event: Any) -> None: ...


async def test_what_was_missed_is_taken_in_once_and_in_order(
    server: FakeDixa, dixa: DixaClient, subscription: WebhookSubscription, inbox: ListInbox
) -> None:
    texts = ["one", "two", "three"]
    for number, text in enumerate(texts):
        log(server, subscription, build.message_added(text=text, at=NOW + timedelta(seconds=number)))
    log(server, subscription, build.rated(at=NOW + timedelta(seconds=0.5)))
    log(server, subscription, build.message_added(text="too old"), at=NOW - timedelta(seconds=1))
    log(server, subscription, build.conversation_event(ConversationClosed))
    async with Receiver(subscription.secret_key, inbox, dixa=dixa) as receiver:
        receiver.on(E.CONVERSATION_MESSAGE_ADDED, name="a")(ignore)
        receiver.on(E.CONVERSATION_RATED, name="b")(ignore)
        result = await receiver.catch_up(since=NOW)
    assert result == CatchUpResult(new=4)
    assert [event.event_type for event in inbox.events] == [
        *("CONVERSATION_MESSAGE_ADDED", "CONVERSATION_RATED"),
        *("CONVERSATION_MESSAGE_ADDED", "CONVERSATION_MESSAGE_ADDED"),
    ]


async def test_it_goes_the_same_way_as_a_delivery(
    server: FakeDixa, dixa: DixaClient, subscription: WebhookSubscription
) -> None:
    heard: list[str | None] = []
    event = build.message_added(text="missed")
    async with Receiver(subscription.secret_key, MemoryInbox(order_window=0), dixa=dixa) as receiver:

        @receiver.on(E.CONVERSATION_MESSAGE_ADDED)
        async def hear(event: MessageAdded) -> None:
            heard.append(event.data.text)

        delivered = build.message_added(text="delivered")
        headers, body = build.signed(delivered, subscription.secret_key)
        assert (await receiver.receive(headers, body)).status == 204
        log(server, subscription, delivered)
        log(server, subscription, event)
        result = await receiver.catch_up(since=NOW)
        assert await receiver.catch_up(since=NOW) == CatchUpResult(duplicates=2)
        headers, body = build.signed(event, subscription.secret_key)
        assert (await receiver.receive(headers, body)).status == 204
        await until(lambda: len(heard) == 2)
    assert result == CatchUpResult(new=1, duplicates=1)
    assert sorted(map(str, heard)) == ["delivered", "missed"]


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def test_what_is_no_event_is_counted_and_holds_nothing_up(
    server: FakeDixa,
    dixa: DixaClient,
    subscription: WebhookSubscription,
    inbox: ListInbox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    log(server, subscription, "secret words")
    log(server, subscription, "{}")
    log(server, subscription, "[" * 9)
    log(server, subscription, build.rated())
    log(server, subscription, build.message_added(direction=MessageDirection.OUTBOUND))
    async with Receiver(subscription.secret_key, inbox) as receiver:
        receiver.on()(ignore)
        with caplog.at_level(logging.WARNING):
            result = await receiver.catch_up(dixa, since=NOW)
        path = f"/webhooks/{subscription.id}/delivery-status/logs/ConversationClosed"
        server.inject_fault(path=path, body=b'{"data": [{"payload": "secret"}, 7]}')
        again = await receiver.catch_up(dixa, since=NOW)
    assert result == CatchUpResult(new=1, unwanted=1, unreadable=3)
    assert again.unreadable == 5
    assert "3 logged deliveries" in caplog.text
    assert "secret" not in caplog.text


async def test_only_subscriptions_of_the_receiver_are_read_unless_others_are_named(
    server: FakeDixa, dixa: DixaClient, subscription: WebhookSubscription, inbox: ListInbox
) -> None:
    other = await subscribe(dixa, "another")
    log(server, subscription, build.rated())
    log(server, other, build.rated())
    server.state.webhooks[other.id].secret_key = "not hex"
    async with Receiver([SECRET, subscription.secret_key], inbox, dixa=dixa) as receiver:
        receiver.on()(ignore)
        assert await receiver.catch_up(since=NOW) == CatchUpResult(new=1)
        assert (await receiver.catch_up(since=NOW, subscription_ids=[other.id])).new == 1
    async with Receiver(SECRET, inbox, dixa=dixa) as receiver:
        with pytest.raises(UsageError, match="subscription"):
            await receiver.catch_up(since=NOW)


async def test_only_the_kinds_that_a_handler_wants_are_asked_for(
    server: FakeDixa, dixa: DixaClient, subscription: WebhookSubscription, inbox: ListInbox
) -> None:
    async with Receiver(subscription.secret_key, inbox, dixa=dixa) as receiver:
        for number in range(2):
            receiver.on(E.CONVERSATION_RATED, E.TYPING_STARTED, name=f"h{number}")(ignore)
        await receiver.catch_up(since=NOW)
    assert [request.path.rpartition("/")[2] for request in server.requests][1:] == ["webhooks", "ConversationRated"]


async def test_what_it_needs_is_said(dixa: DixaClient, subscription: WebhookSubscription, inbox: ListInbox) -> None:
    receiver = Receiver(subscription.secret_key, inbox)
    with pytest.raises(UsageError, match="client"):
        await receiver.catch_up(since=NOW)
    with pytest.raises(UsageError, match="open"):
        await receiver.catch_up(dixa, since=NOW)
    async with receiver:
        with pytest.raises(InvalidRequestError, match="since"):
            await receiver.catch_up(dixa, since=NOW.replace(tzinfo=None))
        with pytest.raises(ConfigurationError, match="interval"):
            await receiver.listen(dixa, interval=0)


async def test_a_full_inbox_is_waited_for_and_a_closed_one_is_not(
    server: FakeDixa,
    dixa: DixaClient,
    subscription: WebhookSubscription,
    inbox: ListInbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dixa_async.webhooks.catch_up._PAUSE", 0.001)
    log(server, subscription, build.rated())
    async with Receiver(subscription.secret_key, inbox, dixa=dixa) as receiver:
        receiver.on()(ignore)
        inbox.fault = InboxFullError("full")
        catching = asyncio.create_task(receiver.catch_up(since=NOW))
        await asyncio.sleep(0.02)
        assert not catching.done()
        inbox.fault = None
        assert (await catching).new == 1
        inbox.fault = InboxClosedError("closed")
        with pytest.raises(InboxClosedError):
            await receiver.catch_up(since=NOW)


async def test_a_receiver_without_an_address_listens(
    server: FakeDixa, dixa: DixaClient, subscription: WebhookSubscription, inbox: ListInbox
) -> None:
    async with Receiver(subscription.secret_key, inbox, dixa=dixa, clock=lambda: NOW) as receiver:
        receiver.on()(ignore)
        log(server, subscription, build.rated(), at=NOW - timedelta(seconds=1))
        listening = asyncio.create_task(receiver.listen(interval=0.005))
        server.inject_fault(status=500)
        log(server, subscription, build.rated(), at=NOW)
        await until(lambda: len(inbox.events) == 1)
        server.inject_fault(drop="before")
        log(server, subscription, build.message_added(), at=NOW)
        await until(lambda: len(inbox.events) > 1)
        assert not listening.done()
        server.inject_fault(status=401, times=9)
        with pytest.raises(AuthenticationError):
            await listening
    assert {event.event_type for event in inbox.events} == {"CONVERSATION_RATED", "CONVERSATION_MESSAGE_ADDED"}


async def test_a_clock_that_is_set_back_hides_nothing_from_the_polls() -> None:
    times = iter([NOW, NOW, NOW - timedelta(days=1), NOW - timedelta(days=1) + timedelta(hours=5)])
    since: list[datetime] = []

    async def poll(time: datetime) -> CatchUpResult:
        since.append(time)
        return CatchUpResult()

    async for _ in polls(poll, interval=0.0001, clock=lambda: next(times)):
        if len(since) == 3:
            break
    assert since == [NOW, NOW - timedelta(days=1), NOW - timedelta(days=1) + timedelta(hours=4)]


async def test_events_can_be_taken_in_by_hand(opened: Receiver, inbox: ListInbox) -> None:
    assert await opened.take_in(build.rated()) is Intake.UNWANTED
    opened.on()(ignore)
    assert await opened.take_in(build.rated()) is Intake.NEW
    assert len(inbox.events) == 1


class Target:
    """A server on this machine, which takes deliveries."""

    def __init__(self) -> None:
        self.requests: list[web.BaseRequest] = []
        self.statuses: list[int] = []
        self.url = ""


@pytest.fixture
async def target(subscription: WebhookSubscription, inbox: ListInbox) -> AsyncIterator[Target]:
    target = Target()
    authorization = TokenAuthorization("of-the-subscription")
    async with Receiver(subscription.secret_key, inbox, authorization=authorization) as receiver:
        receiver.on()(ignore)
        handle = aiohttp_handler(receiver)

        async def receive(request: web.Request) -> web.StreamResponse:
            target.requests.append(request)
            return web.Response(status=target.statuses.pop(0)) if target.statuses else await handle(request)

        app = web.Application()
        app.router.add_post("/hook", receive)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        target.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        yield target
        await runner.cleanup()


async def test_deliveries_are_forwarded_once_signed_and_with_the_headers_of_the_subscription(
    server: FakeDixa, dixa: DixaClient, subscription: WebhookSubscription, inbox: ListInbox, target: Target
) -> None:
    event = build.message_added(text="private")
    log(server, subscription, event)
    log(server, subscription, build.rated(), at=NOW - timedelta(seconds=1))
    async with aiohttp.ClientSession() as session:
        forwarder = Forwarder(session, target.url)
        lines = [line for _ in range(2) async for line in poll(dixa, subscription, forwarder, since=NOW)]
    assert [put.body for put in inbox.events] == [event.body]
    assert lines == [f"12:00:00  CONVERSATION_MESSAGE_ADDED  {event.id}  conversation 1  204"]
    (request,) = target.requests
    assert request.headers["X-Custom"] == "yes"
    assert request.headers["X-DIXA-SUBSCRIPTION-ID"] == subscription.id


async def test_what_is_not_acknowledged_is_forwarded_again_for_a_while(
    server: FakeDixa, dixa: DixaClient, subscription: WebhookSubscription, inbox: ListInbox, target: Target
) -> None:
    log(server, subscription, build.rated())
    log(server, subscription, "no event")
    target.statuses = [503, 302]
    async with aiohttp.ClientSession() as session:
        forwarder = Forwarder(session, target.url)
        lines = [
            line.rpartition("  ")[2] for _ in range(9) async for line in poll(dixa, subscription, forwarder, since=NOW)
        ]
        assert len(inbox.events) == 1
        nowhere = Forwarder(session, "http://127.0.0.1:1/")
        unreached = [line async for line in poll(dixa, subscription, nowhere, since=NOW)]
    again = ", sent again with the next poll"
    assert sorted(lines) == sorted([f"503{again}", f"302{again}", "204", *[f"400{again}"] * 3, "400, given up"])
    assert all("ClientConnectorError" in line for line in unreached)


async def test_the_subscription_must_be_clear(dixa: DixaClient, subscription: WebhookSubscription) -> None:
    assert (await find_subscription(dixa, None)).id == subscription.id
    other = await subscribe(dixa, "another")
    with pytest.raises(UsageError, match=other.id):
        await find_subscription(dixa, None)
    assert (await find_subscription(dixa, other.id)).id == other.id
    for each in (subscription, other):
        await dixa.webhooks.delete(each.id)
    with pytest.raises(UsageError, match="no webhook subscription"):
        await find_subscription(dixa, None)
    with pytest.raises(NotFoundError):
        await find_subscription(dixa, other.id)


@pytest.mark.parametrize(
    "options",
    [
        ["--forward", "ftp://x"],
        ["--forward", "http://x", "--interval", "0"],
        ["--forward", "http://x", "--last", "nan"],
    ],
)
def test_the_command_refuses_what_cannot_work(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["webhooks", "listen", *options]) == 1
    assert "ConfigurationError" in capsys.readouterr().err


def test_the_command_shows_no_secret(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with FakeDixa(rate=math.inf) as server:
        monkeypatch.setenv("DIXA_API_KEY", server.api_key)
        monkeypatch.setenv("DIXA_BASE_URL", server.url)

        async def prepare() -> WebhookSubscription:
            async with DixaClient() as dixa:
                return await subscribe(dixa)

        subscription = asyncio.run(prepare())
        log(server, subscription, build.message_added(text="private"), at=datetime.now(UTC))
        polled = f"/webhooks/{subscription.id}/delivery-status/logs/ConversationClosed"
        server.inject_fault(path=polled, delay=0.001)
        server.inject_fault(path=polled, status=401)
        options = ["--forward", "http://127.0.0.1:1/", "--interval", "0.01", "--last", "60"]
        assert main(["webhooks", "listen", *options]) == 1
    shown = capsys.readouterr()
    assert "CONVERSATION_MESSAGE_ADDED" in shown.out
    assert "AuthenticationError" in shown.err
    for hidden in (subscription.secret_key, "of-the-subscription", "private", server.api_key):
        assert hidden not in shown.out + shown.err
