"""Bodies become the class of their event, and nothing in them is lost."""

import copy
import json
import pickle
from typing import Any

import attrs
import pytest
from hypothesis import example, given, strategies as st

from dixa_async import from_json, to_dict
from dixa_async.models import WebhookEvent
from dixa_async.webhooks.errors import RefusalReason, WebhookRefusedError
from dixa_async.webhooks.events import (
    EVENT_CLASSES,
    ConversationPendingExpired,
    ConversationRated,
    Event,
    MessageAdded,
    NoteAdded,
    OtherEvent,
    TagAdded,
    parse_event,
)

from . import samples

CONVERSATION = {"csid": 7}


def body(name: str, **data: Any) -> bytes:
    return json.dumps({"event_id": "e", "event_fqn": name, "data": {"conversation": CONVERSATION, **data}}).encode()


def _without_nulls(value: Any) -> Any:
    """A JSON value in which an absent field and a null are the same, and a time is the instant alone."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _times(value: Any) -> Any:
    return json.loads(json.dumps(value).replace("000Z", "Z"))


class TestSamples:
    def test_each_is_read_into_its_class_and_written_as_it_came(self) -> None:
        for sample in samples.load():
            delivered = json.dumps(sample, indent=1).encode()
            event = parse_event(delivered)
            assert event.event_type.name == sample["event_fqn"]
            assert isinstance(event, OtherEvent) is (event.event_type not in EVENT_CLASSES)
            assert (event.id, event.body) == (sample["event_id"], delivered)
            assert _times(_without_nulls(to_dict(event))) == _times(_without_nulls(sample))
            assert event.conversation is not None
            assert event.conversation.id == 48213

    def test_any_field_but_those_that_name_the_event_can_be_null_or_absent(self) -> None:
        needed = {"event_id", "event_fqn", "data", "conversation", "csid", "id"}

        def thinned(value: Any, *, null: bool) -> Any:
            if not isinstance(value, dict):
                return value
            kept = {key: thinned(item, null=null) for key, item in value.items() if key in needed}
            return kept | ({key: None for key in value if key not in needed} if null else {})

        for sample in samples.load():
            for null in (True, False):
                event = parse_event(json.dumps(thinned(sample, null=null)).encode())
                assert event.conversation is not None
                assert isinstance(event, OtherEvent) is (event.event_type not in EVENT_CLASSES)


@pytest.mark.parametrize("event_type", EVENT_CLASSES, ids=str)
@pytest.mark.parametrize("spell", [str, lambda e: e.name, lambda e: e.name.lower(), lambda e: e.value.upper()])
def test_the_name_of_an_event_is_read_in_any_spelling(event_type: WebhookEvent, spell: Any) -> None:
    event = parse_event(body(spell(event_type)))
    assert type(event) is EVENT_CLASSES[event_type]
    assert event.event_type is event_type
    assert to_dict(event)["event_fqn"] == event_type.name


def test_a_subscription_and_a_delivery_name_one_member() -> None:
    for event_type in WebhookEvent:
        assert WebhookEvent(event_type.name) is event_type
        assert WebhookEvent(event_type.name.lower().replace("_", "")) is event_type
    assert from_json(b'["CONVERSATION_MESSAGE_ADDED"]', list[WebhookEvent]) == ["ConversationMessageAdded"]
    new = WebhookEvent("SOMETHING_NEW")
    assert (new, new.is_known) == ("SOMETHING_NEW", False)


def test_what_may_stand_in_two_places_is_found_in_both() -> None:
    user = {"id": "u"}
    for key in ("pending_by_user", "pendingByUser"):
        expired = parse_event(body("CONVERSATION_PENDING_EXPIRED", **{key: user}))
        assert isinstance(expired, ConversationPendingExpired)
        assert expired.pending_by is not None
        assert expired.pending_by.id == "u"
        assert to_dict(expired)["data"] == {"conversation": CONVERSATION, key: user}
    for data in ({"score": 0, "type": "Csat"}, {"conversation": {**CONVERSATION, "score": 0, "type": "Csat"}}):
        rated = parse_event(body("CONVERSATION_RATED", **data))
        assert isinstance(rated, ConversationRated)
        assert (rated.score, rated.rating_type) == (0, "Csat")


def test_fields_that_are_not_known_are_kept_everywhere() -> None:
    value = {
        "event_id": "e",
        "event_fqn": "CONVERSATION_TAG_ADDED",
        "region": {"a": 1},
        "data": {"conversation": {"csid": 7, "custom_attributes": []}, "tag": "t", "by_rule": True},
    }
    event = parse_event(json.dumps(value).encode())
    assert isinstance(event, TagAdded)
    assert event.extra == {"region": {"a": 1}}
    assert event.data.extra == {"by_rule": True}
    assert event.conversation.extra == {"custom_attributes": []}
    assert to_dict(event) == value


def test_an_event_without_a_class_has_its_conversation_if_there_is_one() -> None:
    new = parse_event(body("PHONE_RANG", number="1"))
    assert isinstance(new, OtherEvent)
    assert (new.id, new.event_type, new.data.extra) == ("e", "PHONE_RANG", {"number": "1"})
    assert new.conversation is not None
    assert new.conversation.id == 7
    unreadable: list[Any] = [{}, None, [], {"conversation": "gone"}, {"conversation": {"csid": "7"}}]
    for data in unreadable:
        value = {"event_id": "e", "event_fqn": "AGENT_BANNED_IP", "data": data}
        event = parse_event(json.dumps(value).encode())
        assert isinstance(event, OtherEvent)
        assert event.event_type is WebhookEvent.AGENT_BANNED_IP
        assert event.conversation is None
        assert to_dict(event) == value


def test_an_event_that_does_not_fit_its_class_is_kept_with_the_reason() -> None:
    event = parse_event(body("CONVERSATION_NOTE_ADDED", text=5))
    assert isinstance(event, OtherEvent)
    assert event.reason == "$.data.text: expected str, got int"
    assert event.conversation is not None
    assert event.event_type is WebhookEvent.CONVERSATION_NOTE_ADDED


def test_the_body_of_a_copy_is_what_the_copy_is() -> None:
    event = parse_event(body("CONVERSATION_NOTE_ADDED", text="a"))
    assert isinstance(event, NoteAdded)
    changed = attrs.evolve(event, id="f")
    for other in (changed, copy.copy(event), copy.deepcopy(event), pickle.loads(pickle.dumps(event))):
        assert parse_event(other.body) == other
    assert parse_event(event.body) == event


def test_half_a_character_is_the_one_for_what_cannot_be_read() -> None:
    event = parse_event(body("CONVERSATION_MESSAGE_ADDED", text="half \ud83d"))
    assert isinstance(event, MessageAdded)
    assert event.data.text == "half \ufffd"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", RefusalReason.NOT_JSON),
        (b"\xff\xfe{}", RefusalReason.NOT_JSON),
        (b'{"event_id": "\xed\xa0\x80", "event_fqn": "X"}', RefusalReason.NOT_JSON),
        (b'{"event_id": NaN}', RefusalReason.NOT_JSON),
        (b"[" * 200_000, RefusalReason.NOT_JSON),
        (b"[" * 200_000 + b"]" * 200_000, RefusalReason.NOT_JSON),
        (b'{"event_id":"e","event_fqn":"X","data":' + b'{"a":' * 90_000 + b"1" + b"}" * 90_001, RefusalReason.NOT_JSON),
        (b"[]", RefusalReason.NOT_AN_EVENT),
        (b"null", RefusalReason.NOT_AN_EVENT),
        (b"{}", RefusalReason.NOT_AN_EVENT),
        (b'{"event_id": "e"}', RefusalReason.NOT_AN_EVENT),
        (b'{"event_id": 1, "event_fqn": "X"}', RefusalReason.NOT_AN_EVENT),
        (b'{"event_id": "", "event_fqn": "X"}', RefusalReason.NOT_AN_EVENT),
        (b'{"event_id": "e", "event_fqn": null}', RefusalReason.NOT_AN_EVENT),
        (b'{"event_id": "%s", "event_fqn": "X"}' % (b"e" * 513), RefusalReason.NOT_AN_EVENT),
    ],
)
def test_what_is_no_event_is_refused(data: bytes, reason: RefusalReason) -> None:
    with pytest.raises(WebhookRefusedError) as caught:
        parse_event(data)
    assert caught.value.reason is reason


JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("2026-03-04T09:16:00Z"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["csid", "conversation", "text", "author", "id", "tags"]) | st.text(), inner)
    ),
    max_leaves=10,
)
EVENTS = st.fixed_dictionaries(
    {"event_id": st.text(min_size=1), "event_fqn": st.sampled_from([*EVENT_CLASSES, "NEW"])},
    optional={"data": JSON, "organization": JSON, "event_timestamp": JSON, "event_version": JSON},
)


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()) | EVENTS.map(lambda v: json.dumps(v).encode()))
@example(b'{"event_id": "e", "event_fqn": "CONVERSATION_CREATED", "data": {"conversation": {"csid": 1e400}}}')
def test_any_bytes_are_an_event_or_are_refused(data: bytes) -> None:
    try:
        event: Event = parse_event(data)
    except WebhookRefusedError:
        return
    assert event.body == data
    assert parse_event(copy.copy(event).body) == event
