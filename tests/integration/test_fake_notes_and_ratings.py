"""Internal notes and ratings, from the call to the state of the server and back."""

from datetime import timedelta

import pytest

from dixa_async import BadRequestError, DixaClient, NotFoundError
from dixa_async.models import Channel, SmsConversation
from dixa_async.models.activity import ActivityType
from dixa_async.models.internal_notes import NewInternalNote
from dixa_async.models.outcomes import Failure, Success
from dixa_async.models.ratings import CsatScore, NpsScore, RatingStatus, RatingType
from dixa_async.testing import FakeDixa
from dixa_async.testing.state.server_state import TOKEN_OWNER

from ..helpers.clients import NOW, connect

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def conversation_id(server: FakeDixa) -> int:
    """A conversation ID."""
    user_id = server.end_users[0].id
    return server.add_conversation(SmsConversation(id=5, requester_id=user_id, channel=Channel.SMS, created_at=NOW)).id


async def test_notes_are_listed_oldest_first(dixa: DixaClient, server: FakeDixa, conversation_id: int) -> None:
    agent = server.agents[0]
    now = await dixa.internal_notes.add(conversation_id, "Now", agent_id=agent.id)
    before = await dixa.internal_notes.add(conversation_id, "Before", created_at=NOW - timedelta(hours=1))
    assert list(await dixa.internal_notes.list(conversation_id)) == [before, now]
    assert (now.author_id, now.conversation_id, before.author_id) == (agent.id, conversation_id, TOKEN_OWNER)
    with pytest.raises(BadRequestError, match=NOBODY):
        await dixa.internal_notes.add(conversation_id, "From nobody", agent_id=NOBODY)


async def test_each_of_many_notes_has_its_own_outcome(dixa: DixaClient, conversation_id: int) -> None:
    outcomes = await dixa.internal_notes.add_many(
        conversation_id, [NewInternalNote(message="One"), NewInternalNote(message=""), NewInternalNote(message="Two")]
    )
    assert [type(outcome) for outcome in outcomes] == [Success, Failure, Success]
    assert [note.message for note in await dixa.internal_notes.list(conversation_id)] == ["One", "Two"]


async def test_a_rating_is_offered_and_given_once(dixa: DixaClient, server: FakeDixa, conversation_id: int) -> None:
    agent, user = server.agents[0], server.end_users[0]
    with pytest.raises(BadRequestError, match="no agent to rate"):
        await dixa.ratings.offer(conversation_id, RatingType.CSAT)
    await dixa.conversations.claim(conversation_id, agent.id)
    offer = await dixa.ratings.offer(conversation_id, RatingType.CSAT)
    assert (offer.agent_id, offer.user_id, offer.offered_at) == (agent.id, user.id, NOW)
    for score, expected_error in ((NpsScore(3), "Csat"), (CsatScore(3), None)):
        if expected_error is None:
            result = await dixa.ratings.submit(conversation_id, offer.id, score, comment="Fine")
            assert (result.rating_result, result.comment, result.user_id) == (score, "Fine", user.id)
        else:
            with pytest.raises(BadRequestError, match=expected_error):
                await dixa.ratings.submit(conversation_id, offer.id, score)
    with pytest.raises(BadRequestError, match="no open rating offer"):
        await dixa.ratings.submit(conversation_id, offer.id, CsatScore(1))
    (rating,) = await dixa.ratings.list(conversation_id)
    assert (rating.rating_status, rating.rating_score, rating.timestamps["rated_at"]) == (RatingStatus.RATED, 3, NOW)
    with pytest.deprecated_call():
        assert list(await dixa.ratings.list_legacy(conversation_id)) == [rating]
    types = [entry.type for entry in await dixa.conversations.list_activity(conversation_id)]
    assert types[-2:] == [ActivityType.CONVERSATION_RATING_OFFERED, ActivityType.CONVERSATION_RATED]


async def test_an_invalid_rating_offer_is_rejected(dixa: DixaClient, server: FakeDixa, conversation_id: int) -> None:
    agent_id = server.agents[0].id
    with pytest.raises(NotFoundError, match=NOBODY):
        await dixa.ratings.offer(conversation_id, RatingType.NPS, user_id=NOBODY, agent_id=agent_id)
    with pytest.raises(BadRequestError, match="Stars"):
        await dixa.ratings.offer(conversation_id, RatingType("Stars"), agent_id=agent_id)
    offer = await dixa.ratings.offer(conversation_id, RatingType.NPS, agent_id=agent_id)
    result = {"ratingResult": {"_type": "Nps", "value": 11}}
    with pytest.raises(BadRequestError, match="from 0 to 10"):
        await dixa.request("POST", f"/conversations/{conversation_id}/ratings/{offer.id}/submit", json=result)


async def test_a_rating_without_an_agent_can_be_given(dixa: DixaClient, server: FakeDixa, conversation_id: int) -> None:
    offer = await dixa.ratings.offer(conversation_id, RatingType.NPS, agent_id=server.agents[0].id)
    server.state.ratings[conversation_id][0].agent_id = None
    await dixa.ratings.submit(conversation_id, offer.id, NpsScore(10))
    assert server.state.ratings[conversation_id][0].rating_score == 10


async def test_v1_requires_the_agent_and_the_end_user_of_an_offer(server: FakeDixa, conversation_id: int) -> None:
    user_id, agent_id = server.end_users[0].id, server.agents[0].id
    async with connect(server, api_version="v1") as v1:
        for known in ((None, None), (user_id, None), (None, agent_id)):
            with pytest.raises(BadRequestError, match="userId and agentId are required"):
                await v1.ratings.offer(conversation_id, RatingType.CSAT, user_id=known[0], agent_id=known[1])
        await v1.ratings.offer(conversation_id, RatingType.CSAT, user_id=user_id, agent_id=agent_id)
