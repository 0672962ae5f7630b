"""Ratings: requests and responses."""

from datetime import UTC, datetime
from typing import Any

import pytest
from aioresponses import aioresponses

from dixa_async.errors import InvalidRequestError
from dixa_async.models.base import Unknown
from dixa_async.models.common import Channel
from dixa_async.models.ratings import (
    CsatScore,
    NewRatingScore,
    NpsScore,
    Rating,
    RatingOffer,
    RatingResult,
    RatingStatus,
    RatingType,
    ThumbsScore,
)

from .http_recorder import Sent, recording_client

_MORNING = datetime(2024, 3, 1, 8, tzinfo=UTC)
_RESPONSE = {
    "id": "r1",
    "ratingType": "Nps",
    "ratingScore": 9,
    "conversationChannel": "Email",
    "userId": "u1",
    "ratingStatus": "Rated",
    "timestamps": {"rated_at": "2024-03-01T08:00:00Z"},
}
_RATING = Rating(
    id="r1",
    rating_type=RatingType.NPS,
    rating_score=9,
    conversation_channel=Channel.EMAIL,
    user_id="u1",
    rating_status=RatingStatus.RATED,
    timestamps={"rated_at": _MORNING},
)


async def test_the_ratings_of_a_conversation_are_listed(mock_http: aioresponses) -> None:
    offered = {**_RESPONSE, "ratingType": "Stars", "ratingStatus": "Offered", "ratingScore": None, "timestamps": {}}
    async with recording_client(mock_http, "GET", {"data": [_RESPONSE, offered]}) as (dixa, sent):
        given, asked = await dixa.ratings.list(42)
    assert given == _RATING
    assert (asked.rating_type, asked.rating_status, asked.rating_score) == ("Stars", RatingStatus.OFFERED, None)
    assert asked.timestamps == {}
    assert sent == [Sent("GET", "/conversations/42/ratings")]


async def test_the_legacy_list_warns_and_names_its_successor(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "GET", {"data": [_RESPONSE]}) as (dixa, sent):
        with pytest.warns(DeprecationWarning, match=r"use ratings\.list"):
            pager = dixa.ratings.list_legacy(42)  # type: ignore[deprecated,unused-ignore]
        assert list(await pager) == [_RATING]
    assert sent == [Sent("GET", "/conversations/42/rating")]


async def test_offer_sends_what_is_given(mock_http: aioresponses) -> None:
    response = {"data": {"id": "r1", "userId": "u1", "agentId": "a1", "ratingType": "Csat"}}
    async with recording_client(mock_http, "POST", response, response) as (dixa, sent):
        ratings = dixa.ratings
        offer = await ratings.offer(42, RatingType.CSAT)
        await ratings.offer(42, RatingType.NPS, user_id="u1", agent_id="a1", offered_at=_MORNING)
    assert offer == RatingOffer(id="r1", user_id="u1", agent_id="a1", rating_type=RatingType.CSAT)
    whole = {"ratingType": "Nps", "userId": "u1", "agentId": "a1", "offeredAt": "2024-03-01T08:00:00Z"}
    assert sent == [
        Sent("POST", "/conversations/42/ratings/offer", {"ratingType": "Csat"}),
        Sent("POST", "/conversations/42/ratings/offer", whole),
    ]


async def test_submit_sends_the_score_with_its_kind(mock_http: aioresponses) -> None:
    result = {"ratingId": "r1", "ratingResult": {"_type": "Csat", "value": 4}, "submittedAt": "2024-03-01T08:00:00Z"}
    new = {"ratingId": "r1", "ratingResult": {"_type": "Stars", "value": 3}}
    async with recording_client(mock_http, "POST", {"data": result}, {"data": new}) as (dixa, sent):
        ratings = dixa.ratings
        known = await ratings.submit(42, "r 1", CsatScore(4))
        unknown = await ratings.submit(42, "r1", NpsScore(0), comment="Hm.", submitted_at=_MORNING, user_id="u1")
    assert known == RatingResult(rating_id="r1", rating_result=CsatScore(4), submitted_at=_MORNING)
    assert unknown.rating_result == Unknown(type="Stars", raw={"_type": "Stars", "value": 3})
    whole = {
        "ratingResult": {"_type": "Nps", "value": 0},
        "comment": "Hm.",
        "submittedAt": "2024-03-01T08:00:00Z",
        "userId": "u1",
    }
    assert sent == [
        Sent("POST", "/conversations/42/ratings/r%201/submit", {"ratingResult": {"_type": "Csat", "value": 4}}),
        Sent("POST", "/conversations/42/ratings/r1/submit", whole),
    ]


@pytest.mark.parametrize(
    "score", [CsatScore(0), CsatScore(6), NpsScore(-1), NpsScore(11), ThumbsScore(-1), ThumbsScore(2)], ids=repr
)
async def test_a_score_out_of_its_range_is_rejected_before_sending(
    mock_http: aioresponses, score: NewRatingScore
) -> None:
    async with recording_client(mock_http, "POST") as (dixa, sent):
        with pytest.raises(InvalidRequestError, match=f"{type(score).__name__} must be from"):
            await dixa.ratings.submit(42, "r1", score)
    assert sent == []


@pytest.mark.parametrize("value", ["5", None, True, 1.0])
async def test_a_score_that_is_not_a_number_is_rejected_before_sending(mock_http: aioresponses, value: Any) -> None:
    async with recording_client(mock_http, "POST") as (dixa, sent):
        with pytest.raises(InvalidRequestError) as caught:
            await dixa.ratings.submit(42, "r1", ThumbsScore(value))
    assert caught.value.path == "$.ratingResult.value"
    assert sent == []


async def test_a_score_of_another_type_is_rejected_before_sending(mock_http: aioresponses) -> None:
    wrong: Any = 5
    async with recording_client(mock_http, "POST") as (dixa, sent):
        with pytest.raises(InvalidRequestError) as caught:
            await dixa.ratings.submit(42, "r1", wrong)
    assert caught.value.path == "$.ratingResult"
    assert sent == []
