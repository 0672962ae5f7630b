"""Rows for tables, and the text and the direction of messages, are there for every kind, also for unknown ones."""

import csv
import io
from datetime import UTC, datetime
from typing import Any, get_args

import attrs
import pytest
from hypothesis import given, strategies as st

from dixa_async import UsageError, conversation_row, from_json, message_row, to_json
from dixa_async.models import (
    Conversation,
    Direction,
    EmailAttributes,
    EmailContact,
    File,
    HtmlContent,
    Message,
    MessageAttributes,
    MessageContent,
    RegularEmailContent,
    TextContent,
    TooLargeEmailContent,
    Unknown,
)

from ..helpers.strategies import values_of

_TIME = datetime(2026, 1, 31, 12, tzinfo=UTC)
_KINDS = [each for each in get_args(MessageAttributes) if not issubclass(each, Unknown)]


def _message(attributes: Any) -> Message:
    return Message(id="m", author_id="a", created_at=_TIME, attributes=attributes)


def _email(content: Any) -> EmailAttributes:
    return EmailAttributes(from_=EmailContact(email="a@example.com"), is_auto_reply=False, email_content=content)


@pytest.mark.parametrize("kind", _KINDS, ids=lambda kind: kind.__name__)
def test_a_message_of_any_kind_has_its_text_and_direction(kind: Any) -> None:
    names = {field.name for field in attrs.fields(kind)}
    content: Any = HtmlContent("<b>Hi</b>")
    given: dict[str, Any] = {"from_": "1", "to": "2", "recording": "r", "is_auto_reply": False, "is_automated": True}
    given |= {"direction": Direction.INBOUND, "content": content, "email_content": RegularEmailContent(content=content)}
    given["form_submission"] = {}
    message = _message(kind(**{name: value for name, value in given.items() if name in names}))
    has_content = names & {"content", "email_content"}
    assert message.content == (content if has_content else None)
    assert message.text == ("<b>Hi</b>" if has_content else None)
    assert message.direction == (Direction.INBOUND if "direction" in names else None)


@pytest.mark.parametrize(
    ("raw", "text", "direction"),
    [
        ({"content": {"_type": "Text", "value": "Hi"}, "direction": "Outbound"}, "Hi", Direction.OUTBOUND),
        ({"content": {"_type": "Beam", "value": "Hi"}, "direction": "Sideways"}, "Hi", "Sideways"),
        ({"content": {"value": 3}, "direction": 4}, None, None),
        ({"content": "Hi"}, None, None),
        ([], None, None),
        (None, None, None),
    ],
)
def test_a_message_of_an_unknown_kind_has_them_if_they_are_where_others_have_them(
    raw: Any, text: str | None, direction: str | None
) -> None:
    message = _message(Unknown(type="BeamAttributes", raw=raw))
    assert (message.content, message.text, message.direction) == (None, text, direction)
    assert message_row(message)["kind"] == "BeamAttributes"


def test_a_content_of_an_unknown_kind_has_its_text_if_there_is_one() -> None:
    for body, text in ((b'{"_type": "Beam", "value": "Hi"}', "Hi"), (b'{"_type": "Beam"}', None)):
        content = from_json(body, MessageContent)
        assert _message(_email(RegularEmailContent(content=content))).text == text


def test_an_email_that_is_too_large_has_no_text() -> None:
    message = _message(_email(TooLargeEmailContent(file=File(url="https://example.com/1"))))
    assert (message.text, message.content) == (None, None)
    assert _message(_email(None)).text is None


def test_the_properties_are_not_written() -> None:
    message = _message(_email(RegularEmailContent(content=TextContent("Hi"))))
    assert from_json(to_json(message), Message) == message
    assert b'"text"' not in to_json(message)


@given(conversation=values_of(Conversation))
def test_any_conversation_makes_a_row_with_the_same_columns(conversation: Conversation) -> None:
    row = conversation_row(conversation)
    assert list(row) == list(conversation_row(from_json(b'{"_type": "Beam"}', Conversation)))
    assert row["conversation_id"] == getattr(conversation, "id", None)
    assert {type(value) for value in row.values()} <= {str, int, datetime, type(None)}
    csv.DictWriter(io.StringIO(), row).writerow(row)


@given(message=values_of(Message), conversation_id=st.none() | st.integers(0))
def test_any_message_makes_a_row_with_the_same_columns(message: Message, conversation_id: int | None) -> None:
    row = message_row(message, conversation_id=conversation_id)
    assert list(row) == [
        *("message_id", "conversation_id", "created_at", "direction", "kind", "text", "author_id", "external_id")
    ]
    assert {type(value) for value in row.values()} <= {str, int, datetime, type(None)}


def test_a_row_has_what_is_in_the_objects_of_a_conversation() -> None:
    body = b"""{"_type": "EmailConversation", "id": 7, "requesterId": "u", "channel": "Email", "state": "Open",
        "createdAt": "2026-01-31T12:00:00Z", "fromEmail": "a@example.com", "toEmail": "b@example.com",
        "integrationEmail": "c@example.com", "subject": "My order", "queue": {"id": "q"},
        "assignment": {"agentId": "a", "assignedAt": "2026-01-31T12:00:00Z"},
        "link": {"_type": "FollowUp", "parentId": 6}}"""
    row = conversation_row(from_json(body, Conversation))
    assert {name: value for name, value in row.items() if value is not None} == {
        "kind": "EmailConversation",
        "conversation_id": 7,
        "channel": "Email",
        "state": "Open",
        "requester_id": "u",
        "agent_id": "a",
        "assigned_at": _TIME,
        "queue_id": "q",
        "created_at": _TIME,
        "parent_id": 6,
        "subject": "My order",
        "from_email": "a@example.com",
        "to_email": "b@example.com",
        "integration_email": "c@example.com",
    }


def test_an_unknown_conversation_has_the_columns_that_all_conversations_have() -> None:
    body = b'{"_type": "Beam", "id": 7, "requesterId": "u", "channel": "Beam", "createdAt": "2026-01-31T12:00:00Z"}'
    row = conversation_row(from_json(body, Conversation))
    assert (row["kind"], row["conversation_id"], row["channel"], row["created_at"]) == ("Beam", 7, "Beam", _TIME)


@pytest.mark.parametrize("make_row", [conversation_row, message_row])
@pytest.mark.parametrize("wrong", [None, {}, File(url="https://example.com/1")], ids=str)
def test_what_makes_no_row_is_an_error(make_row: Any, wrong: object) -> None:
    with pytest.raises(UsageError, match=f"{make_row.__name__} takes a .*, not {type(wrong).__name__}"):
        make_row(wrong)
