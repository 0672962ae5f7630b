"""Models that a program stores as JSON."""

import math
import re
import typing
from collections.abc import Mapping
from datetime import UTC, datetime
from types import NoneType
from typing import Any, assert_type

import pytest

from dixa_async import UNSET, Model, SerializationError, Unknown, from_json, to_json
from dixa_async.models import (
    AgentFilter,
    Channel,
    Conversation,
    Direction,
    EmailConversation,
    InternalNote,
    Message,
    NewInternalNote,
    SmsConversation,
)
from dixa_async.models.base import StringOrNumber

NOW = datetime(2025, 6, 7, 8, 9, 10, 123000, tzinfo=UTC)
EMAIL = EmailConversation(
    id=7,
    requester_id="u-1",
    channel=Channel.EMAIL,
    created_at=NOW,
    direction=Direction.INBOUND,
    from_email="ada@example.com",
    to_email="support@example.com",
    integration_email="support@example.com",
)
SMS = SmsConversation(
    id=8,
    requester_id="u-1",
    channel=Channel.SMS,
    created_at=NOW,
    from_number="+4500000000",
)
NOTE: Any = {"id": "n-1", "author_id": "a-1", "message": "hi", "conversation_id": 1}


def test_a_stored_model_is_read_back_equal_and_as_its_own_class() -> None:
    body = to_json([EMAIL, SMS])
    assert from_json(body, list[Conversation]) == [EMAIL, SMS]
    assert from_json(body.decode(), list[Conversation]) == [EMAIL, SMS]
    assert b"\n" not in body
    assert b'"_type":"EmailConversation"' in body
    assert b'"createdAt":"2025-06-07T08:09:10.123000Z"' in body


def test_a_union_keeps_unknown_members() -> None:
    later: Any = {"_type": "FaxConversation", "id": 9}
    kept = from_json(to_json(later), Conversation)
    assert kept == Unknown(type="FaxConversation", raw=later)
    assert from_json(to_json({"a": kept}), dict[str, Conversation]) == {"a": kept}


def test_a_model_returns_its_own_type_to_type_checkers() -> None:
    body = b'{"id": "n-1", "authorId": "a-1", "message": "hi", "createdAt": "2025-06-07T08:09:10Z", "csid": 1}'
    assert_type(from_json(body, InternalNote), InternalNote)


def test_unset_fields_are_omitted() -> None:
    assert to_json(NewInternalNote(message="hi")) == b'{"message":"hi"}'
    assert to_json({"filters": [AgentFilter.is_empty()]}).startswith(b'{"filters":[{')


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", r"\$: the body is empty"),
        (b'{"id": ', r"\$: not JSON \(line 1, column 8\)"),
        (b"[" * 100_000, r"\$: not JSON"),
        (b"[]", r"\$: expected an object, got a list"),
        (b'{"id": 7}', r"\$.id: expected str, got int"),
    ],
)
def test_invalid_data_raises_one_error_that_names_the_place(body: bytes, message: str) -> None:
    with pytest.raises(SerializationError, match=message) as caught:
        from_json(body, Message)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("body", [5, None, ["{}"], memoryview(b"{}")], ids=["int", "None", "list", "memoryview"])
def test_data_of_another_type_raises_one_error(body: Any) -> None:
    with pytest.raises(SerializationError, match=f"expected JSON as bytes or str, got {type(body).__name__}"):
        from_json(body, Message)


def test_a_string_that_is_not_valid_unicode_raises_one_error() -> None:
    with pytest.raises(SerializationError, match="not JSON"):
        from_json('"\ud800"', str)


@pytest.mark.parametrize("body", [b"[1]", b"{}", b"not JSON"])
@pytest.mark.parametrize(
    "target_type",
    [
        "Agent",
        list["Agent"],  # type: ignore[name-defined]  # noqa: F821
        None,
        {},
        7,
        dict,
        list,
        list[bytes],
        bytes,
        bytearray,
        complex,
        tuple[int],
        dict[int, str],
        EmailConversation | bytes,
        NoneType,
        Model,
        UNSET,
    ],
    ids=str,
)
def test_an_unsupported_target_type_raises_one_error_that_lists_the_supported_ones(
    body: bytes, target_type: Any
) -> None:
    with pytest.raises(
        SerializationError, match=r"target_type must be a model, .* union, or list\[…\] or dict\[str, …\] of these"
    ):
        from_json(body, target_type)


@pytest.mark.parametrize(
    ("body", "target_type", "value"),
    [
        ("7", int, 7),
        ("null", int | None, None),
        ('["a"]', list[str], ["a"]),
        ('{"a": [1.5]}', dict[str, list[float]], {"a": [1.5]}),
        ('{"a": "b"}', Mapping[str, object], {"a": "b"}),
        ("[1]", Any, [1]),
        ("7", StringOrNumber, "7"),
        ('"2025-06-07T08:09:10.123Z"', datetime, NOW),
        ('["Email"]', list[Channel], [Channel.EMAIL]),
        ('{"_type": "Later"}', Unknown, Unknown(type="Later", raw={"_type": "Later"})),
    ],
)
def test_plain_values_can_be_read_too(body: str, target_type: Any, value: object) -> None:
    assert from_json(body, target_type) == value


@pytest.mark.skipif(not hasattr(typing, "TypeAliasType"), reason="there is no `type` statement")
def test_an_alias_made_by_a_type_statement_is_read_as_its_value() -> None:
    aliases: dict[str, Any] = {"Conversation": Conversation}
    exec("type Mine = list[Conversation | None]; type Endless = list[Endless]; type Odd = list[bytes]", aliases)
    assert from_json(to_json([SMS]), aliases["Mine"]) == [SMS]
    for unreadable in ("Endless", "Odd"):
        with pytest.raises(SerializationError, match="target_type must be"):
            from_json(b"[]", aliases[unreadable])


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (math.nan, r"\$"),
        ({"a": [1.0, (math.inf,)]}, r"\$\['a'\]\[1\]\[0\]"),
        (NOW.replace(tzinfo=None), r"\$"),
        ([InternalNote(**NOTE, created_at=NOW.replace(tzinfo=None))], r"\$\[0\]\['createdAt'\]"),
        ({"kept": Unknown(type=None, raw={"a": -math.inf})}, r"\$\['kept'\]\['a'\]"),
    ],
)
def test_a_value_that_would_be_read_back_differently_is_rejected_with_its_place(value: object, place: str) -> None:
    with pytest.raises(SerializationError) as caught:
        to_json(value)
    assert re.fullmatch(place, caught.value.path)


def test_the_message_of_an_error_contains_no_key_of_a_map() -> None:
    with pytest.raises(SerializationError) as written:
        to_json({"anna@example.com": [math.nan]})
    with pytest.raises(SerializationError) as read:
        from_json('{"anna@example.com": [1]}', dict[str, list[str]])
    assert str(written.value) == "$[...][0]: expected a number that JSON can represent"
    assert str(read.value) == "$[...][0]: expected str, got int"
    for error in (written.value, read.value):
        assert "anna" not in f"{error!r}"
        assert error.path == "$['anna@example.com'][0]"


@pytest.mark.parametrize("value", [{"a": object()}, {("a", "b"): 1}, {1: 2}], ids=["object", "tuple key", "int key"])
def test_a_value_that_json_cannot_represent_raises_one_error(value: Any) -> None:
    with pytest.raises(SerializationError, match="JSON cannot represent this"):
        to_json(value)
