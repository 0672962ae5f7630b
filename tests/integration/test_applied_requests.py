"""`FakeDixa.applied`: how many requests were applied, whatever happened to their responses."""

import pytest

from dixa_async import ConnectionLostError, NotFoundError, ServerError, StatusError
from dixa_async.config import ApiVersion
from dixa_async.testing import FakeDixa

from ..helpers.clients import NO_RETRY, connect

NOTES = "/conversations/{conversationId}/notes"


@pytest.fixture
def conversation_id(server: FakeDixa) -> int:
    """A conversation for notes."""
    return server.add_email(server.end_users[0], "My order").id


async def test_requests_are_counted_by_operation_across_paths_and_versions(
    server: FakeDixa, conversation_id: int
) -> None:
    other = server.add_email(server.end_users[1], "Another")
    versions: tuple[ApiVersion, ...] = ("beta", "v1")
    for version in versions:
        async with connect(server, api_version=version) as dixa:
            await dixa.internal_notes.add(conversation_id, "one")
            await dixa.internal_notes.add(other.id, "two")
            await dixa.internal_notes.list(other.id)
    assert server.applied("POST", NOTES) == server.applied("post", NOTES) == 4
    assert server.applied("GET", NOTES) == 2
    assert server.applied("POST", "/tags") == 0


async def test_an_applied_request_counts_although_its_response_was_lost(server: FakeDixa, conversation_id: int) -> None:
    async with connect(server, retry=NO_RETRY) as dixa:
        server.inject_fault(drop="after")
        with pytest.raises(ConnectionLostError):
            await dixa.internal_notes.add(conversation_id, "one")
        server.inject_fault(status=504, apply=True)
        with pytest.raises(ServerError):
            await dixa.internal_notes.add(conversation_id, "two")
    assert server.applied("POST", NOTES) == len(server.state.notes[conversation_id]) == 2


async def test_a_request_that_was_not_applied_does_not_count(server: FakeDixa, conversation_id: int) -> None:
    async with connect(server, retry=NO_RETRY) as dixa:
        server.inject_fault(drop="before")
        with pytest.raises(ConnectionLostError):
            await dixa.internal_notes.add(conversation_id, "one")
        server.inject_fault(status=429)
        with pytest.raises(StatusError):
            await dixa.internal_notes.add(conversation_id, "two")
        with pytest.raises(NotFoundError):
            await dixa.internal_notes.add(1, "three")
    async with connect(server, api_key="wrong") as stranger:
        with pytest.raises(StatusError):
            await stranger.internal_notes.add(conversation_id, "four")
    assert server.applied("POST", NOTES) == 0


async def test_the_count_outlives_the_history_of_requests() -> None:
    async with FakeDixa(rate=float("inf"), request_history=2) as server, connect(server) as dixa:
        for _ in range(5):
            await dixa.organization.get()
    assert server.applied("GET", "/organization") == 5


@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", NOTES), ("POST", "/conversations/7/notes"), ("POST", f"/beta{NOTES}"), ("POST", "")]
)
def test_an_unknown_operation_is_rejected(server: FakeDixa, method: str, path: str) -> None:
    with pytest.raises(ValueError, match="path template without the version"):
        server.applied(method, path)
