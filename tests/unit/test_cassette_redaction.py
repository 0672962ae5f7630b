"""What is written to a cassette: nothing personal, nothing secret, and still the same kinds of things."""

import base64
import json
import sys
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin
from urllib.parse import quote

import attrs
import pytest
from hypothesis import example, given, settings, strategies as st

from dixa_async import Model, from_json, to_json
from dixa_async.models import (
    ActivityLogEntry,
    Article,
    Conversation,
    EndUser,
    EventDeliveryLog,
    NewChatConversation,
    PhoneAttributes,
    Queue,
    SearchParameters,
)
from dixa_async.resources.registry import operations
from dixa_async.serialization.unions import is_union
from dixa_async.testing.cassettes.kinds import Kind, decided_kind
from dixa_async.testing.cassettes.matching import Bindings
from dixa_async.testing.cassettes.pseudonyms import Pseudonyms
from dixa_async.testing.cassettes.redaction import (
    marker,
    path_segments,
    pseudonymizer,
    walk_path,
    walk_query,
    walk_response_body,
)
from dixa_async.testing.cassettes.walk import Walker
from dixa_async.transport.http import Response
from dixa_async.transport.operation import Operation, custom_operation

from ..helpers.exhaustive_values import exhaustive_values
from ..helpers.strategies import json_values
from ..helpers.type_forms import fields_of, is_model, model_types

_TOKEN = "eyJhbGciOi+secret/token=42"
_EMAIL = "anna.jensen@kunde.example"
_PHONE = "+4520304050"
_TEXT = "Hvor er min ordre, Anna Jensen?"
_TYPES = [form for form in model_types() if not (isinstance(form, type) and form.__name__.startswith("Unknown"))]


def _walker(secrets: tuple[str, ...] = (_TOKEN,)) -> Walker:
    return pseudonymizer(Pseudonyms("a key for these tests"), secrets)


def _redacted(value: Any, type_form: Any = None) -> Any:
    walker = _walker()
    return walker.untyped(value) if type_form is None else walker.typed(value, type_form)


def _values(type_form: Any, text: str) -> list[Any]:
    return [json.loads(to_json(value)) for value in exhaustive_values(type_form, text)]


def _holds_strings(form: Any) -> bool:
    """Whether a type contains strings that are no keys, outside of the models in it."""
    if get_origin(form) in (dict, Mapping):
        return _holds_strings(get_args(form)[1])
    return form is str or (not is_model(form) and any(map(_holds_strings, get_args(form))))


def test_every_string_of_a_model_is_decided() -> None:
    undecided = {
        f"{form.__name__}.{field.name}"
        for form in _TYPES
        if is_model(form) and isinstance(form, type)
        for field in fields_of(form).values()
        if _holds_strings(field.type) and decided_kind(form, field.name) is None
    }
    assert not undecided, f"say in dixa_async/testing/cassettes/kinds.py what these are: {sorted(undecided)}"


@pytest.mark.parametrize("planted", [_EMAIL, _PHONE, f"https://files.example/{_EMAIL}?sig=1", _TOKEN])
def test_an_address_is_hidden_in_whatever_string_of_a_model_it_is(planted: str) -> None:
    for form in _TYPES:
        for value in _values(form, planted):
            assert planted not in json.dumps(_redacted(value, form), ensure_ascii=False), (form, value)


def test_a_text_is_hidden_unless_the_field_is_a_word_of_the_organization() -> None:
    for form in _TYPES:
        if not (is_model(form) and isinstance(form, type)):
            continue
        words = {wire for wire, field in fields_of(form).items() if decided_kind(form, field.name) is Kind.WORD}
        for value in _values(form, _TEXT):
            redacted = {key: item for key, item in _redacted(value, form).items() if key not in words}
            nested = [item for item in redacted.values() if isinstance(item, str)]
            assert _TEXT not in nested, (form, value)


@pytest.mark.parametrize("operation", tuple(operations()), ids=lambda operation: operation.id)
def test_a_redacted_response_is_read_into_the_same_classes(operation: Operation[Any]) -> None:
    if operation.response_type is None:
        return
    for text in (_EMAIL, _TEXT, str(uuid.UUID(int=7))):
        for value in _values(operation.response_type, text):
            again = from_json(json.dumps(_redacted(value, operation.response_type)), operation.response_type)
            before = from_json(json.dumps(value), operation.response_type)
            assert _classes(again) == _classes(before)


def _classes(value: Any) -> Any:
    if isinstance(value, Model):
        fields = (a.name for a in attrs.fields(type(value)) if a.name not in ("_extra", "raw"))
        return type(value), {name: _classes(getattr(value, name)) for name in fields}
    if isinstance(value, list):
        return [_classes(item) for item in value]
    if isinstance(value, dict):
        return sorted(map(str, map(_classes, value.values())))
    return type(value)


_personal = st.from_regex(r"[A-Z][a-zæøå]{5,12} [A-Z][a-z]{5,12}", fullmatch=True) | st.emails()


@given(_personal, json_values)
@settings(max_examples=60, deadline=None)
@example('Ann "Æ" \\u0041 <b>Jensen</b>', None)
@example("4520304050", None)
@example("12 34 56 78", None)
@example("192.168.77.13", None)
@example("2001:db8:1::77", None)
@example("Renée\n\u2028Zoë 😀", None)
def test_nothing_of_json_that_no_model_describes_is_kept(planted: str, around: Any) -> None:
    value = {
        "fullName": planted,
        "list": [around, [planted]],
        planted: 1,
        "inner": {"_type": "New", "x": {"y": planted}},
        "number": 4520304050,
        "json": json.dumps({"a": planted}),
        "percent": quote(planted),
    }
    written = json.dumps(_redacted(value), ensure_ascii=False)
    escaped = json.dumps(planted)[1:-1]
    for form in {planted, escaped, quote(planted), quote(planted, safe=""), "4520304050"}:
        assert form not in written


@given(st.text(min_size=8, max_size=40).filter(lambda text: not text.isspace()), st.text(max_size=5))
@settings(max_examples=60, deadline=None)
def test_the_token_is_never_written(token: str, before: str) -> None:
    walker = _walker((token,))
    encoded = token.encode(errors="replace")
    basic = base64.b64encode(before.encode(errors="replace") + b":" + encoded).decode()
    texts = [before + token + before, quote(before + token), basic]
    for kind in Kind:
        for text in texts:
            written = walker.text(text, kind)
            assert written != text, (kind, text)
            if len(token) > 12:
                assert token not in written


def test_what_was_equal_stays_equal_whatever_the_field() -> None:
    redacted = _redacted(
        [{"email": _EMAIL, "phone": _PHONE, "who": _TEXT}, {"fromEmail": _EMAIL, "to": _PHONE, "subject": _TEXT}]
    )
    assert len({redacted[0]["email"], redacted[1]["fromEmail"]}) == 1
    assert len({redacted[0]["phone"], redacted[1]["to"]}) == 1
    assert len({redacted[0]["who"], redacted[1]["subject"]}) == 1
    query = walk_query(_walker(), [["email", _EMAIL]])
    assert query == [["email", redacted[0]["email"]]]


@given(st.lists(st.text(max_size=12), unique=True, max_size=30))
@settings(max_examples=40, deadline=None)
def test_what_was_different_stays_different(texts: list[str]) -> None:
    redacted = [_walker().text(text, Kind.PERSONAL) for text in texts]
    kept = [text for text in texts if not text or text.isspace()]
    assert len(set(redacted)) == len(texts)
    assert set(kept) == set(redacted) & set(texts)


def test_shapes_are_kept() -> None:
    pseudonyms = Pseudonyms("a key for these tests")
    assert str(pseudonyms.shaped(_EMAIL)).endswith(".example")
    assert str(pseudonyms.shaped(_EMAIL)).split("@")[1] == str(pseudonyms.shaped("bo@kunde.example")).split("@")[1]
    assert str(pseudonyms.shaped(_PHONE)).startswith("+999")
    assert len(str(pseudonyms.shaped(_PHONE))) == 16
    assert str(pseudonyms.shaped("https://x.example/a.png?key=1")).endswith(".png")
    assert str(pseudonyms.shaped("203.0.113.7")).split(".")[0] in map(str, range(240, 256))
    assert str(pseudonyms.shaped("2001:db8:1::77")).startswith("2001:db8:")
    assert uuid.UUID(str(pseudonyms.shaped(str(uuid.uuid4())))).version == 4
    assert isinstance(pseudonyms.shaped(4520304050), int)
    assert str(pseudonyms.shaped("<b>Hi</b>")).startswith("<p>")
    long = "Hvor er min ordre? " * 50
    assert len(long) <= len(str(pseudonyms.shaped(long))) < len(long) + 12


@given(
    st.text(max_size=30) | st.sampled_from([_EMAIL, _PHONE, "10.0.0.1", "https://a.example/x", str(uuid.UUID(int=9))])
)
@settings(max_examples=80, deadline=None)
def test_a_pseudonym_is_hidden_again_where_its_value_was(value: str) -> None:
    for kind in Kind:
        for key in ("", "id", "language", "email", "pageKey"):
            holes = marker(())
            written = _walker(()).text(value, kind)
            assert isinstance(holes.text(value, kind), str) == isinstance(holes.text(written, kind), str), (kind, value)
            untyped = _walker(()).untyped(value, key)
            assert isinstance(holes.untyped(value, key), str) == isinstance(holes.untyped(untyped, key), str), key


def test_what_a_test_looks_for_is_kept() -> None:
    queue = {"id": str(uuid.UUID(int=3)), "name": "Support", "isDefault": True, "queueThresholds": {"SlaTime": 60}}
    assert _redacted(queue, Queue) == queue
    user = {"id": "abc", "createdAt": "2031-05-17T08:00:00.000Z[GMT]", "displayName": "Anna"}
    assert _redacted(user, EndUser) == {**user, "displayName": _walker().text("Anna", Kind.PERSONAL)}
    conversation = {"_type": "ChatConversation", "id": 12345678, "channel": "Chat", "requesterId": "u-1"}
    assert _redacted(conversation, Conversation) == conversation


def test_ids_are_kept_at_any_depth() -> None:
    message = {"_type": "Outbound", "agentId": "agent-1", "content": {"_type": "Text", "value": "Hi"}}
    new = {"_type": "Chat", "requesterId": "user-1", "widgetId": "w-1", "message": message}
    redacted = _redacted(new, NewChatConversation)
    assert (redacted["requesterId"], redacted["message"]["agentId"]) == ("user-1", "agent-1")
    assert redacted["message"]["content"]["value"] != "Hi"
    entry = {"id": "e-1", "attributes": {"_type": "MessageAddedAttribute", "messageId": "m-1", "fromEndpoint": "Anna"}}
    attributes = _redacted(entry, ActivityLogEntry)["attributes"]
    assert attributes["messageId"] == "m-1"
    assert attributes["fromEndpoint"] != "Anna"


def test_a_phone_number_that_is_a_json_number_is_hidden() -> None:
    redacted = _redacted(
        {"_type": "PhoneAttributes", "from": 4520304050, "to": _PHONE, "duration": 1234567}, PhoneAttributes
    )
    assert str(redacted["from"]).startswith("999")
    assert redacted["duration"] == 1234567


def test_json_in_a_string_is_redacted_and_stays_json() -> None:
    payload = json.dumps({"event_fqn": "CONVERSATION_RATED", "data": {"comment": _TEXT, "email": _EMAIL, "score": 5}})
    redacted = _redacted({"payload": payload}, EventDeliveryLog)
    inner = json.loads(redacted["payload"])
    assert inner["data"]["score"] == 5
    assert "@" in inner["data"]["email"]
    assert _TEXT not in redacted["payload"]
    assert _EMAIL not in redacted["payload"]


def test_values_of_custom_attributes_are_hidden_in_a_search() -> None:
    search = {
        "query": {"value": "Anna"},
        "filters": {
            "strategy": "All",
            "conditions": [
                {"field": {"_type": "CustomAttribute", "attributeId": "a-1",
                           "operator": {"_type": "IsOneOf", "values": [["gold"]]}}},
                {"field": {"_type": "AgentId", "operator": {"_type": "IsOneOf", "values": ["agent-1"]}}},
            ],
        },
    }  # fmt: skip
    redacted = _redacted(search, SearchParameters)
    custom, agent = redacted["filters"]["conditions"]
    assert "gold" not in json.dumps(redacted)
    assert "Anna" not in json.dumps(redacted)
    assert (custom["field"]["attributeId"], custom["field"]["operator"]["_type"]) == ("a-1", "IsOneOf")
    assert agent["field"]["operator"]["values"] == ["agent-1"]


@pytest.mark.parametrize("operation", [each for each in operations() if each.body], ids=lambda operation: operation.id)
def test_a_body_matches_its_recording_and_comes_back(operation: Operation[Any]) -> None:
    for text in (_EMAIL, _TEXT, "word", str(uuid.UUID(int=7)), "2031-05-17"):
        for value in _values(operation.body, text):
            written = _walker().typed(value, operation.body)
            bindings = Bindings()
            recorded, made = (marker(()).typed(each, operation.body) for each in (written, value))
            assert bindings.difference({"body": recorded}, {"body": made}) is None
            assert bindings.restore(written) == value


@given(json_values)
@settings(max_examples=80, deadline=None)
def test_any_json_matches_its_recording_and_comes_back(value: Any) -> None:
    written = _walker().untyped(value)
    bindings = Bindings()
    recorded, made = (marker(()).untyped(each) for each in (written, value))
    assert bindings.difference({"body": recorded}, {"body": made}) is None
    if all(map(_is_plain_key, _keys(value))):
        assert bindings.restore(written) == value


def _keys(value: Any) -> Iterator[str]:
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _keys(item)
    yield from value if isinstance(value, dict) else ()


def _is_plain_key(key: str) -> bool:
    return marker(()).key(key, 0) == key


def test_a_time_may_be_another_one() -> None:
    bodies = [marker(()).untyped({"at": time}) for time in ("2031-05-17T08:00:00Z", "2032-01-01", "soon", "later")]
    assert Bindings().difference(bodies[0], bodies[1]) is None
    assert Bindings(Pseudonyms("a key for these tests")).difference(bodies[0], bodies[1]) is None
    assert Bindings().difference(bodies[0], bodies[2]) == "at"


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/contact-endpoints/{contactEndpointId}", f"/contact-endpoints/{quote(_EMAIL, safe='')}"),
        ("/endusers/{userId}", f"/endusers/{quote(_PHONE, safe='')}"),
        (f"/endusers/{_EMAIL}", f"/endusers/{_EMAIL}"),
        ("/endusers/Anna", "/endusers/Anna"),
    ],
)
def test_an_address_in_a_path_is_hidden(path: str, url: str) -> None:
    operation = custom_operation("GET", path, None)
    segments = walk_path(_walker(), operation, path_segments(operation, f"https://dev.dixa.io/beta{url}"))
    assert segments[0] == path.split("/")[1]
    assert not {_EMAIL, _PHONE, "Anna"} & set(segments)


def test_a_body_that_is_nested_too_deeply_is_not_written() -> None:
    operation = custom_operation("GET", "/x", None)
    # What can still be parsed, and no longer be looked through.
    depth = 1200 if sys.version_info >= (3, 12) else 900
    response = Response(status=200, headers={}, body=b"[" * depth + b'"Anna"' + b"]" * depth)
    assert walk_response_body(_walker(), operation, response) == {"text": "(nested too deeply)"}


def test_a_body_that_is_not_json_is_not_written() -> None:
    operation = custom_operation("GET", "/x", None)
    response = Response(status=502, headers={}, body=b"<html>Anna \xff</html>")
    (text,) = walk_response_body(_walker(), operation, response).values()
    assert text.startswith("redacted:")


def _unions() -> Iterator[Any]:
    return (form for form in _TYPES if is_union(form))


def test_a_new_kind_in_a_union_is_redacted_with_care() -> None:
    for form in _unions():
        redacted = _redacted({"_type": "BrandNew", "owner": _TEXT, "mail": _EMAIL, "n": 5}, form)
        assert (redacted["_type"], redacted["n"]) == ("BrandNew", 5)
        assert not {_TEXT, _EMAIL} & set(map(str, redacted.values()))
    assert _redacted({"id": "a", "newField": _TEXT}, Article)["newField"] != _TEXT


_ENCODED = (
    "+45 (0) 20 30 40",
    "20\u201330\u201340\u201350",
    "20\u201130\u201140\u201150",
    "20 / 30 / 40 / 50",
    "20_30_40_50",
    "\u0662\u0660\u0663\u0660\u0664\u0660\u0665\u0660",
    "\uff12\uff10\uff13\uff10\uff14\uff10\uff15\uff10",
    "2\u200b0\u200b3\u200b0\u200b4\u200b0\u200b5\u200b0",
    quote(_EMAIL, safe=""),
    quote(quote(_EMAIL, safe=""), safe=""),
    _EMAIL.replace("@", "\uff20"),
    _EMAIL.replace("@", "&#64;"),
    "www.kunde.example/anna",
    "192.168.77.13",
    "2001:db8:1::77",
    _TOKEN.replace("+", "%2b").replace("/", "%2f"),
    "".join(f"%{byte:02x}" for byte in _TOKEN.encode()),
    _TOKEN.replace("+", "\u200b+"),
    _TOKEN.encode().hex(),
)


@pytest.mark.parametrize("planted", _ENCODED, ids=ascii)
def test_an_address_is_hidden_in_the_name_of_a_queue_however_it_is_written(planted: str) -> None:
    for text in (planted, f"Line {planted}" if planted != "2001:db8:1::77" else planted):
        assert _redacted({"name": text}, Queue)["name"] != text


@pytest.mark.parametrize("name", ["Support 24/7", "Returns 2031", "Salg & service", "Zoë 😀", "VIP (A/B)", "1.2.3"])
def test_the_name_of_a_queue_is_kept(name: str) -> None:
    assert _redacted({"name": name}, Queue)["name"] == name


@pytest.mark.parametrize("key", ["type", "language", "event", "channel"])
def test_a_text_is_hidden_where_a_word_is_expected(key: str) -> None:
    assert _redacted({key: "Anna Jensen"})[key].startswith("redacted:")
    assert _redacted({key: "da-DK"})[key] == "da-DK"


@pytest.mark.parametrize("key", ["value", "birthday", "dateOfBirth", str(uuid.UUID(int=7))])
def test_a_date_of_birth_is_hidden(key: str) -> None:
    assert _redacted({key: "1984-05-17"})[key] != "1984-05-17"


def test_a_place_is_hidden() -> None:
    redacted = _redacted({"lat": 55.676098, "long": 12.568337, "score": 4.25})
    assert redacted["score"] == 4.25
    assert not {55.676098, 12.568337} & set(redacted.values())
