"""Ratings."""

from collections.abc import Mapping
from typing import Final

from ...models.activity import ActivityType
from ...models.activity_attributes import ConversationRatedAttribute, ConversationRatingOfferedAttribute
from ...models.base import UNSET
from ...models.ratings import (
    CsatScore,
    NewRatingOffer,
    NewRatingResult,
    NewRatingScore,
    NpsScore,
    Rating,
    RatingOffer,
    RatingResult,
    RatingStatus,
    RatingType,
    ThumbsScore,
)
from ...models.webhooks import WebhookEvent
from ..http.errors import bad_request, not_found
from ..http.responses import HandlerResponse, data
from ..http.routing import HandlerCall, Routes, declares_no_404, given
from ..logic.people import check_agent

routes: Routes = Routes()

_SCORES: Final[Mapping[type[NewRatingScore], tuple[RatingType, range]]] = {
    CsatScore: (RatingType.CSAT, range(1, 6)),
    NpsScore: (RatingType.NPS, range(11)),
    ThumbsScore: (RatingType.THUMBS_UP_OR_DOWN, range(2)),
}
"""The rating type of each score, and the values that are allowed."""


@routes("GET", "/conversations/{conversationId}/ratings")
def list_ratings(call: HandlerCall) -> HandlerResponse:
    """List the ratings of a conversation."""
    return data(call.state.ratings.get(call.conversation().id, []))


routes("GET", "/conversations/{conversationId}/rating")(list_ratings)


@routes("POST", "/conversations/{conversationId}/ratings/offer")
def offer_rating(call: HandlerCall) -> HandlerResponse:
    """Record that the end user is asked for a rating."""
    state, conversation = call.state, call.active_conversation()
    new: NewRatingOffer = call.body(NewRatingOffer)
    if call.version == "v1" and (new.user_id is UNSET or new.agent_id is UNSET):
        raise bad_request("The body cannot be read: userId and agentId are required")
    user_id = given(new.user_id) or conversation.requester_id
    if user_id not in state.end_users:
        raise not_found(f"end user {user_id}")
    agent_id = check_agent(state, new.agent_id)
    if agent_id is None and conversation.assignment is not None:
        agent_id = conversation.assignment.agent_id
    if agent_id is None:
        raise bad_request("There is no agent to rate: pass an agentId, or let an agent claim the conversation")
    if not new.rating_type.is_known:
        raise bad_request(f"There is no ratingType {new.rating_type}")
    rating = Rating(
        id=state.new_id(),
        rating_type=new.rating_type,
        conversation_channel=conversation.channel,
        user_id=user_id,
        rating_status=RatingStatus.OFFERED,
        timestamps={"offered_at": given(new.offered_at) or state.now()},
        agent_id=agent_id,
    )
    state.ratings.setdefault(conversation.id, []).append(rating)
    attributes = ConversationRatingOfferedAttribute(agent=state.user(agent_id), user=state.user(user_id))
    state.record(conversation.id, ActivityType.CONVERSATION_RATING_OFFERED, attributes=attributes)
    offer = RatingOffer(
        id=rating.id,
        user_id=user_id,
        agent_id=agent_id,
        rating_type=rating.rating_type,
        offered_at=rating.timestamps["offered_at"],
    )
    return data(offer, status=201)


@routes("POST", "/conversations/{conversationId}/ratings/{ratingId}/submit")
@declares_no_404
def submit_rating(call: HandlerCall) -> HandlerResponse:
    """Submit the rating of the end user."""
    state, conversation = call.state, call.conversation()
    new: NewRatingResult = call.body(NewRatingResult)
    rating = _open_offer(call, conversation.id)
    _check(rating, new.rating_result)
    rating.rating_status = RatingStatus.RATED
    rating.rating_score = new.rating_result.value
    rating.rating_comment = given(new.comment)
    rating.timestamps["rated_at"] = given(new.submitted_at) or state.now()
    attributes = ConversationRatedAttribute(
        agent=None if rating.agent_id is None else state.user(rating.agent_id),
        score=rating.rating_score,
        message=rating.rating_comment,
    )
    state.record(conversation.id, ActivityType.CONVERSATION_RATED, author_id=rating.user_id, attributes=attributes)
    state.emit(WebhookEvent.CONVERSATION_RATED, conversation, rating)
    result = RatingResult(
        rating_id=rating.id,
        rating_result=new.rating_result,
        user_id=rating.user_id,
        comment=rating.rating_comment,
        submitted_at=rating.timestamps["rated_at"],
    )
    return data(result, status=201)


def _open_offer(call: HandlerCall, conversation_id: int) -> Rating:
    rating_id = call.arguments["ratingId"]
    for rating in call.state.ratings.get(conversation_id, []):
        if rating.id == rating_id and rating.rating_status is RatingStatus.OFFERED:
            return rating
    raise bad_request(f"There is no open rating offer {rating_id}")


def _check(rating: Rating, score: NewRatingScore) -> None:
    rating_type, values = _SCORES[type(score)]
    if rating.rating_type is not rating_type:
        raise bad_request(f"The rating must be of the type {rating.rating_type}")
    if score.value not in values:
        raise bad_request(f"The value must be from {values[0]} to {values[-1]}")
