"""An event is put into the inbox without its models, and is the same as with them."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from dixa_async.models import WebhookEvent
from dixa_async.testing import event_builders as build
from dixa_async.webhooks import loaded_event
from dixa_async.webhooks.errors import WebhookRefusedError
from dixa_async.webhooks.event_models import MessageDirection
from dixa_async.webhooks.events import MessageAdded, parse_event
from dixa_async.webhooks.inbox.errors import InvalidEventError
from dixa_async.webhooks.loaded_event import LoadedEvent, incoming
from dixa_async.webhooks.own_messages import OwnMessages
from dixa_async.webhooks.receiver import Receiver

from .conftest import SECRET
from .inboxes import ListInbox

NOW = datetime(2026, 3, 1, tzinfo=UTC)
EVENTS: list[Any] = [
    build.message_added(),
    build.message_added(direction=MessageDirection.OUTBOUND),
    build.note_added(),
    build.rated(),
    build.tag_added(),
    build.abandoned(),
    build.other_event("PHONE_RANG"),
    build.other_event(WebhookEvent.TYPING_STARTED),
]
ODD = st.sampled_from([None, 0, -1, True, 2**63, 1.5, "", "a", "2026-03-01T12:00:00", "inbound", [], {}, [1], {"a": 1}])


async def test_no_models_are_made_for_a_handler_that_does_not_look_into_them(
    receiver: Receiver, inbox: ListInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    @receiver.on(WebhookEvent.CONVERSATION_MESSAGE_ADDED)
    async def hear(event: MessageAdded) -> None: ...

    def never(*_: object) -> None:
        raise AssertionError("models were made")

    headers, body = build.signed(build.message_added(), SECRET)
    async with receiver:
        monkeypatch.setattr(loaded_event, "structure_event", never)
        assert (await receiver.receive(headers, body)).status == 204
    assert [event.body for event in inbox.events] == [body]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.event_type.name)
@given(data=st.data())
def test_an_event_is_the_same_in_the_inbox_with_its_models_and_without(event: Any, data: st.DataObject) -> None:
    value = json.loads(event.body)
    places: list[tuple[dict[str, Any], str]] = [(value, key) for key in ("event_timestamp", "data", "event_version")]
    if isinstance(inner := value.get("data"), dict):
        places += [(inner, key) for key in ("conversation", "message_id", "note_id", "created_at", "direction")]
        if isinstance(inner.get("conversation"), dict):
            places += [(inner["conversation"], key) for key in ("csid", "channel")]
    for holder, key in data.draw(st.lists(st.sampled_from(places), max_size=2)):
        if data.draw(st.booleans()):
            holder[key] = data.draw(ODD)
        else:
            holder.pop(key, None)
    body = json.dumps(value).encode()
    parsed, loaded = parse_event(body), LoadedEvent(body)
    assert loaded.event == parsed
    assert loaded.event_type == parsed.event_type
    assert loaded.may_be_own or not OwnMessages((), "dixa-async:").has(parsed)
    try:
        expected = incoming(parsed, NOW)
    except InvalidEventError:
        with pytest.raises(InvalidEventError):
            LoadedEvent(body).incoming(NOW)
    else:
        put = LoadedEvent(body).incoming(NOW)
        assert (put.event_id, put.event_type, put.body) == (expected.event_id, expected.event_type, body)
        if type(parsed) is type(event):
            assert put == expected


@given(
    st.binary()
    | (ODD | st.lists(ODD) | st.dictionaries(st.text(), ODD)).map(
        lambda value: json.dumps({"event_id": "e", "event_fqn": "CONVERSATION_CREATED", "data": value}).encode()
    )
)
def test_what_is_no_event_is_refused_before_its_models_are_made(body: bytes) -> None:
    try:
        parse_event(body)
    except WebhookRefusedError as error:
        with pytest.raises(WebhookRefusedError, match=re.escape(str(error))):
            LoadedEvent(body)
    else:
        assert LoadedEvent(body).event == parse_event(body)
