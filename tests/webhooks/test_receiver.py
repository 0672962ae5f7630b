"""Deliveries are acknowledged when they are safe, and reach the handlers that want them."""

import asyncio
import functools
import json
import logging
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dixa_async import ConfigurationError, UsageError
from dixa_async.models import BasicAuthorization, TokenAuthorization, WebhookEvent
from dixa_async.testing import event_builders as build
from dixa_async.webhooks.errors import HandlerError, UnreadableEventError
from dixa_async.webhooks.event_models import EventUser, MessageDirection
from dixa_async.webhooks.events import EVENT_CLASSES, ConversationCreated, Event, MessageAdded, NoteAdded, OtherEvent
from dixa_async.webhooks.handlers import Context
from dixa_async.webhooks.inbox.errors import InboxFullError
from dixa_async.webhooks.inbox.memory import MemoryInbox
from dixa_async.webhooks.own_messages import inbound
from dixa_async.webhooks.receiver import Receiver
from dixa_async.webhooks.signature import SIGNATURE_HEADER, sign

from .conftest import SECRET
from .inboxes import ListInbox

E = WebhookEvent
OUTBOUND = MessageDirection.OUTBOUND


async def status(receiver: Receiver, event: Any, **signing: Any) -> int:
    headers, body = build.signed(event, SECRET, **signing)
    return (await receiver.receive(headers, body)).status


def handles(receiver: Receiver, *events: WebhookEvent, **options: Any) -> list[Event]:
    """Register a handler that notes what it gets."""
    heard: list[Event] = []

    @receiver.on(*events, name=options.pop("name", f"h{len(receiver.handlers)}"), **options)
    async def hear(event: Event) -> None:
        heard.append(event)

    return heard


ALL_EVENTS: list[Any] = [
    *(build.conversation_event(cls) for cls in (*build._Plain.__constraints__,)),
    build.pending_expired(),
    build.abandoned(),
    build.message_added(),
    build.note_added(),
    build.tag_added(),
    build.tag_removed(),
    build.rated(),
]


async def test_each_event_is_put_into_the_inbox_as_it_was_delivered(opened: Receiver, inbox: ListInbox) -> None:
    handles(opened)
    assert {type(event) for event in ALL_EVENTS} == set(EVENT_CLASSES.values())
    for event in [*ALL_EVENTS, build.other_event("PHONE_RANG"), build.other_event(E.TYPING_STARTED)]:
        assert await status(opened, event) == 204
        put = inbox.events[-1]
        assert (put.event_id, put.event_type, put.body) == (event.id, event.event_type.name, event.body)
        assert put.occurred_at == event.occurred_at
        assert put.conversation_id == (None if event.conversation is None else 1)
    by_name = {put.event_type: put.message_id for put in inbox.events}
    named = {name for name, message_id in by_name.items() if message_id is not None}
    assert named == {"CONVERSATION_MESSAGE_ADDED", "CONVERSATION_NOTE_ADDED"}


async def test_it_responds_before_the_event_is_safe_never(opened: Receiver, inbox: ListInbox, caplog: Any) -> None:
    handles(opened)
    headers, body = build.signed(build.message_added(text="private"), SECRET)
    for fault in (InboxFullError("full"), OSError("the disk is full")):
        inbox.fault = fault
        result = await opened.receive(headers, body)
        assert (result.status, dict(result.headers)) == (503, {"Retry-After": "10"})
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "private" not in caplog.text
    inbox.fault = None
    assert (await opened.receive(headers, body)).status == 204


async def test_no_log_holds_what_an_error_says(opened: Receiver, inbox: ListInbox, caplog: Any) -> None:
    handles(opened)
    inbox.fault = ValueError("a private text")
    assert await status(opened, build.message_added()) == 503
    assert "ValueError" in caplog.text
    assert "private" not in "\n".join(logging.Formatter().format(record) for record in caplog.records)


async def test_a_clock_that_fails_is_no_error_of_the_server(inbox: ListInbox, caplog: Any) -> None:
    def clock() -> datetime:
        raise ValueError("no time")

    async with Receiver(SECRET, inbox, clock=clock) as receiver:
        handles(receiver)
        assert await status(receiver, build.message_added()) == 503


async def test_a_body_may_be_a_bytearray(opened: Receiver, inbox: ListInbox) -> None:
    heard = handles(opened)
    headers, body = build.signed(build.message_added(), SECRET)
    received: Any = bytearray(body)
    assert (await opened.receive(headers, received)).status == 204
    received.clear()
    await opened.handle(inbox.batch())
    assert heard[0].body == body


async def test_it_takes_nothing_when_it_is_not_open(receiver: Receiver, inbox: ListInbox) -> None:
    handles(receiver)
    headers, body = build.signed(build.message_added(), SECRET)
    assert (await receiver.receive(headers, body)).status == 503
    async with receiver:
        assert (await receiver.receive(headers, body)).status == 204
    closed = await receiver.receive(headers, body)
    assert (closed.status, dict(closed.headers)) == (503, {"Retry-After": "10"})
    assert receiver.check(headers) == closed
    async with receiver:
        assert receiver.check(headers) is None
        assert (await receiver.receive(headers, body)).status == 204


async def test_a_delivery_that_is_refused_gets_the_status_of_the_reason(inbox: ListInbox) -> None:
    now = datetime(2026, 3, 4, tzinfo=UTC)
    async with Receiver(SECRET, inbox, authorization=TokenAuthorization("t"), clock=lambda: now) as receiver:
        handles(receiver)
        headers, body = build.signed(build.message_added(), SECRET, at=now)
        right = headers | {"Authorization": "Bearer t"}
        assert (await receiver.receive(right, body)).status == 204
        assert (await receiver.receive(headers, body)).status == 401
        assert (await receiver.receive(right, body + b" ")).status == 401
        assert (await receiver.receive(right | {"Content-Encoding": "br"}, body)).status == 400
        assert (await receiver.receive(right, bytes(2**20 + 1))).status == 413
        old, _ = build.signed(build.message_added(), SECRET, at=now - timedelta(hours=1))
        assert (await receiver.receive(right | old, body)).status == 401
        for wrong in (b"[]", b"{", b'{"event_id":"e","event_fqn":"\\u0000"}', b'{"event_id":"e","event_fqn":""}'):
            signature = {SIGNATURE_HEADER: sign(wrong, SECRET, at=now)}
            assert (await receiver.receive(right | signature, wrong)).status in (204, 400)
        huge = build.other_event("X", {"conversation": {"csid": 2**63}})
        signed, body = build.signed(huge, SECRET, at=now)
        assert (await receiver.receive(right | signed, body)).status == 400


async def test_what_no_handler_wants_is_acknowledged_and_not_kept(opened: Receiver, inbox: ListInbox) -> None:
    assert await status(opened, build.message_added()) == 204
    handles(opened, E.CONVERSATION_NOTE_ADDED)
    handles(opened, E.CONVERSATION_MESSAGE_ADDED, when=lambda event: event.data.text == "help")
    unwanted: list[Event] = [build.tag_added(), build.message_added(text="hello")]
    for event in unwanted:
        assert await status(opened, event) == 204
    assert inbox.events == []
    wanted: list[Event] = [build.note_added(), build.message_added(text="help")]
    for event in wanted:
        assert await status(opened, event) == 204
    assert len(inbox.events) == 2


async def test_the_bots_own_messages_do_not_reach_its_handlers(inbox: ListInbox) -> None:
    own: list[Event] = [
        build.message_added(direction=OUTBOUND),
        build.message_added(direction=OUTBOUND, external_id="dixa-async:1"),
        build.note_added(),
    ]
    others: list[Event] = [
        build.message_added(),
        build.message_added(direction=OUTBOUND, author=EventUser(id="somebody")),
        build.note_added(author=EventUser(id="somebody")),
    ]
    async with Receiver(SECRET, inbox, agent_ids=[build.AGENT.id]) as receiver:
        heard = handles(receiver)
        for event in own + others:
            assert await status(receiver, event) == 204
        assert [each.event_id for each in inbox.events] == [event.id for event in others]
        asked = handles(receiver, include_own=True)
        for event in own:
            assert await status(receiver, event) == 204
        await receiver.handle(inbox.batch())
        assert heard == others
        assert asked == [*others, *own]


async def test_without_its_agents_any_outbound_message_may_be_its_own(opened: Receiver, inbox: ListInbox) -> None:
    handles(opened)
    for event in (build.message_added(direction=OUTBOUND), build.message_added(), build.note_added()):
        await status(opened, event)
    assert [each.event_type for each in inbox.events] == ["CONVERSATION_MESSAGE_ADDED", "CONVERSATION_NOTE_ADDED"]


async def test_handlers_are_called_in_their_order_each_with_its_events(opened: Receiver, inbox: ListInbox) -> None:
    calls: list[Any] = []

    @opened.on(E.CONVERSATION_MESSAGE_ADDED)
    async def first(event: MessageAdded) -> None:
        calls.append(("first", event.data.text))

    @opened.on(E.CONVERSATION_MESSAGE_ADDED, E.CONVERSATION_NOTE_ADDED, burst=True)
    async def second(event: Event, context: Context) -> None:
        assert event is context.events[-1] is context.event
        calls.append(("second", len(context.events), context.attempt, context.handler_name, context.dixa))

    for event in (build.message_added(text="a"), build.note_added(), build.message_added(text="b")):
        await status(opened, event)
    await opened.handle(inbox.batch(attempt=3))
    assert calls == [("first", "a"), ("first", "b"), ("second", 3, 3, "second", None)]


async def test_a_handler_that_raises_does_not_keep_the_others_from_running(opened: Receiver, inbox: ListInbox) -> None:
    @opened.on(name="bad")
    async def bad(event: Event) -> None:
        raise ValueError("bad")

    heard = handles(opened)
    await status(opened, build.message_added())
    with pytest.raises(ValueError, match="bad"):
        await opened.handle(inbox.batch())
    assert len(heard) == 1
    opened.on(name="worse")(bad)
    with pytest.raises(ExceptionGroup, match="several handlers") as caught:
        await opened.handle(inbox.batch())
    assert len(caught.value.exceptions) == 2


async def test_a_predicate_that_raises_loses_nothing(opened: Receiver, inbox: ListInbox) -> None:
    handles(opened, when=lambda event: bool(1 / 0))
    assert await status(opened, build.message_added()) == 204
    with pytest.raises(ZeroDivisionError):
        await opened.handle(inbox.batch())


async def test_an_event_that_does_not_fit_its_class_is_not_lost(opened: Receiver, inbox: ListInbox) -> None:
    handles(opened, E.CONVERSATION_MESSAGE_ADDED, when=inbound)
    event = build.other_event(E.CONVERSATION_MESSAGE_ADDED, {"conversation": {"csid": 3}, "text": 5})
    assert isinstance(event, OtherEvent)
    assert await status(opened, event) == 204
    assert inbox.events[0].conversation_id == 3
    with pytest.raises(UnreadableEventError, match=r"CONVERSATION_MESSAGE_ADDED .*: \$\.data\.text: expected str"):
        await opened.handle(inbox.batch())
    everything = handles(opened)
    with pytest.raises(UnreadableEventError):
        await opened.handle(inbox.batch())
    assert everything == [event]


def test_inbound_is_a_message_of_the_end_user() -> None:
    assert inbound(build.message_added())
    assert not inbound(build.message_added(direction=OUTBOUND))
    assert not inbound(build.note_added())


class Bot:
    async def hear(self, event: MessageAdded, context: Context[MessageAdded]) -> None: ...
    async def __call__(self, event: Event) -> None: ...


async def plain(event) -> None: ...  # type: ignore[no-untyped-def]
async def wider(event: object, context: Any) -> None: ...
async def union(event: MessageAdded | NoteAdded) -> None: ...
async def optional(event: MessageAdded, retries: int = 3) -> None: ...
async def unresolved(event: "Missing") -> None: ...  # type: ignore[name-defined]  # noqa: F821
async def other_class(event: ConversationCreated) -> None: ...
async def no_arguments() -> None: ...
async def three(event: Any, context: Any, more: Any) -> None: ...
async def needs_keyword(event: Any, *, more: Any) -> None: ...
async def no_context(event: MessageAdded, client: int) -> None: ...
def not_async(event: MessageAdded) -> None: ...


@pytest.mark.parametrize(
    "function",
    [plain, wider, union, optional, unresolved, Bot().hear, Bot(), functools.partial(three, more=1)],
)
def test_functions_of_many_kinds_are_handlers(receiver: Receiver, function: Any) -> None:
    receiver.on(E.CONVERSATION_MESSAGE_ADDED, name="h")(function)
    assert [handler.name for handler in receiver.handlers] == ["h"]


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (other_class, "registered for MessageAdded"),
        (no_arguments, "must be async def handler"),
        (three, "must be async def handler"),
        (needs_keyword, "must be async def handler"),
        (no_context, "second argument"),
        (not_async, "coroutine function"),
        (None, "coroutine function"),
        (5, "coroutine function"),
    ],
)
def test_a_function_that_cannot_be_a_handler_is_refused_when_it_is_registered(
    receiver: Receiver, function: Any, words: str
) -> None:
    with pytest.raises(HandlerError, match=words):
        receiver.on(E.CONVERSATION_MESSAGE_ADDED, name="h")(function)
    assert receiver.handlers == ()


def test_a_handler_of_several_events_must_take_each(receiver: Receiver) -> None:
    register: Any = receiver.on(E.CONVERSATION_MESSAGE_ADDED, E.CONVERSATION_NOTE_ADDED)
    with pytest.raises(HandlerError, match="OtherEvent"):
        register(union)
    with pytest.raises(HandlerError, match="ConversationCreated"):
        receiver.on()(union)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda receiver: receiver.on(5),
        lambda receiver: receiver.on(MessageAdded),
        lambda receiver: receiver.on(name="")(plain),
        lambda receiver: receiver.on()(functools.partial(plain)),
        lambda receiver: receiver.on(when=plain)(plain),
        lambda receiver: receiver.on(when=5)(plain),
        lambda receiver: (receiver.on()(plain), receiver.on()(plain)),
    ],
)
def test_what_cannot_be_registered_is_refused(receiver: Receiver, wrong: Callable[[Any], Any]) -> None:
    with pytest.raises(HandlerError):
        wrong(receiver)


async def test_a_handler_is_called_once_for_what_is_delivered_often_and_again_if_it_raises() -> None:
    heard: list[tuple[str | None, int]] = []
    done = asyncio.Event()
    inbox = MemoryInbox(order_window=0)
    async with Receiver(SECRET, inbox, retry=lambda attempt, error: 0.0) as receiver:

        @receiver.on(E.CONVERSATION_MESSAGE_ADDED, when=inbound)
        async def hear(event: MessageAdded, context: Context) -> None:
            heard.append((event.data.text, context.attempt))
            if context.attempt == 1:
                raise ValueError("try again")
            done.set()

        headers, body = build.signed(build.message_added(text="a", message_id="m"), SECRET)
        again, other_id = build.signed(build.message_added(text="a", message_id="m"), SECRET)
        for each in ((headers, body), (headers, body), (again, other_id)):
            assert (await receiver.receive(*each)).status == 204
        await asyncio.wait_for(done.wait(), 5)
    assert heard == [("a", 1), ("a", 2)]


async def test_it_is_opened_once_at_a_time(receiver: Receiver) -> None:
    async with receiver:
        with pytest.raises(UsageError, match="open already"):
            await receiver.__aenter__()
    async with receiver:
        pass


async def test_an_inbox_that_does_not_open_leaves_it_closed() -> None:
    class Broken(ListInbox):
        async def __aenter__(self) -> Any:
            raise OSError("no such directory")

    receiver = Receiver(SECRET, Broken())
    for _ in range(2):
        with pytest.raises(OSError, match="no such directory"):
            await receiver.__aenter__()


@pytest.mark.parametrize(
    "settings",
    [
        {"max_body_size": 0},
        {"body_timeout": 0},
        {"max_body_size": "large"},
        {"max_body_size": 1.5},
        {"body_timeout": "long"},
        {"body_timeout": math.nan},
        {"tolerance": timedelta(0)},
        {"tolerance": 300},
        {"authorization": TokenAuthorization("\ud800")},
        {"authorization": BasicAuthorization(username="\ud800", password="p")},
        {"authorization": BasicAuthorization(username="u:v", password="p")},
        {"authorization": "Bearer token"},
        {"agent_ids": "agent"},
        {"external_id_prefix": ""},
        {"secrets": "not hex"},
    ],
)
def test_a_setting_that_cannot_work_is_refused(inbox: ListInbox, settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        Receiver(**{"secrets": SECRET, "inbox": inbox, **settings})


def test_names_of_events_are_taken_as_texts_too(receiver: Receiver) -> None:
    heard: Any = receiver.on
    heard("CONVERSATION_MESSAGE_ADDED")(union)
    assert receiver.wants(build.message_added())
    assert not receiver.wants(build.tag_added())
    assert json.loads(build.tag_added().body)["event_fqn"] == "CONVERSATION_TAG_ADDED"
