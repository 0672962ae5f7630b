"""Internal notes: requests and responses."""

from datetime import UTC, datetime

import pytest
from aioresponses import aioresponses

from dixa_async.errors import InvalidRequestError
from dixa_async.models.base import Unknown
from dixa_async.models.internal_notes import InternalNote, InternalNoteFault, NewInternalNote
from dixa_async.models.outcomes import Failure, Success

from .http_recorder import Sent, recording_client

_MORNING = datetime(2024, 3, 1, 8, tzinfo=UTC)
_RESPONSE = {"id": "n1", "authorId": "a1", "createdAt": "2024-03-01T08:00:00Z", "csid": 42, "message": "Call her."}
_NOTE = InternalNote(id="n1", author_id="a1", created_at=_MORNING, conversation_id=42, message="Call her.")


async def test_the_notes_of_a_conversation_are_listed(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "GET", {"data": [_RESPONSE]}) as (dixa, sent):
        assert list(await dixa.internal_notes.list(42)) == [_NOTE]
    assert sent == [Sent("GET", "/conversations/42/notes")]


async def test_add_sends_what_is_given(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "POST", {"data": _RESPONSE}, {"data": _RESPONSE}) as (dixa, sent):
        notes = dixa.internal_notes
        assert await notes.add("42", "Call her.") == _NOTE
        assert await notes.add(42, "Call her.", agent_id="a1", created_at=_MORNING) == _NOTE
    whole = {"message": "Call her.", "agentId": "a1", "createdAt": "2024-03-01T08:00:00Z"}
    assert sent == [
        Sent("POST", "/conversations/42/notes", {"message": "Call her."}),
        Sent("POST", "/conversations/42/notes", whole),
    ]


async def test_add_many_wraps_the_notes_and_returns_an_outcome_for_each(mock_http: aioresponses) -> None:
    response = [
        {"_type": "BulkActionFailure", "error": {"message": "no such agent"}},
        {"_type": "BulkActionFailure", "error": {"_type": "ErrorResponse", "message": "no such agent"}},
        {"_type": "BulkActionSuccess", "data": _RESPONSE},
        {"_type": "BulkActionDelayed"},
    ]
    given = (
        NewInternalNote(message="Wait.", agent_id="a2"),
        NewInternalNote(message="Wait.", agent_id="a3"),
        NewInternalNote(message="Call her.", created_at=_MORNING),
        NewInternalNote(message="Later."),
    )
    async with recording_client(mock_http, "POST", {"data": response}) as (dixa, sent):
        outcomes = await dixa.internal_notes.add_many(42, given)
    assert outcomes == [
        Failure(InternalNoteFault(message="no such agent")),
        Failure(InternalNoteFault(message="no such agent", _extra={"_type": "ErrorResponse"})),
        Success(_NOTE),
        Unknown(type="BulkActionDelayed", raw={"_type": "BulkActionDelayed"}),
    ]
    body = [
        {"message": "Wait.", "agentId": "a2"},
        {"message": "Wait.", "agentId": "a3"},
        {"message": "Call her.", "createdAt": "2024-03-01T08:00:00Z"},
        {"message": "Later."},
    ]
    assert sent == [Sent("POST", "/conversations/42/notes/bulk", {"data": body})]


async def test_a_note_without_a_time_zone_is_rejected_before_sending(mock_http: aioresponses) -> None:
    late = NewInternalNote(message="Late.", created_at=datetime(2024, 3, 1, 8))
    async with recording_client(mock_http, "POST") as (dixa, sent):
        with pytest.raises(InvalidRequestError, match="time zone") as caught:
            await dixa.internal_notes.add_many(42, [NewInternalNote(message="Now."), late])
    assert caught.value.path == "$[1].createdAt"
    assert sent == []
