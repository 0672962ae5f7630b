"""Ratings: read, offer and submit."""

from __future__ import annotations

from datetime import datetime

from typing_extensions import deprecated

from .. import models
from ..errors import InvalidRequestError
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from .base import ConversationId, Resource, none_to_unset

_LIST: Operation[models.Rating] = Operation(
    "getConversationsConversationidRatings",
    "GET",
    "/conversations/{conversationId}/ratings",
    response_type=LazyType(lambda: models.Rating),
)
_LIST_LEGACY: Operation[models.Rating] = Operation(
    "getConversationsConversationidRating",
    "GET",
    "/conversations/{conversationId}/rating",
    response_type=LazyType(lambda: models.Rating),
)
_OFFER: Operation[models.RatingOffer] = Operation(
    "postConversationsConversationidRatingsOffer",
    "POST",
    "/conversations/{conversationId}/ratings/offer",
    body=LazyType(lambda: models.NewRatingOffer),
    response_type=LazyType(lambda: models.RatingOffer),
)
_SUBMIT: Operation[models.RatingResult] = Operation(
    "postConversationsConversationidRatingsRatingidSubmit",
    "POST",
    "/conversations/{conversationId}/ratings/{ratingId}/submit",
    body=LazyType(lambda: models.NewRatingResult),
    response_type=LazyType(lambda: models.RatingResult),
)


class Ratings(Resource):
    """Ratings: what end users think of a conversation."""

    def list(self, conversation_id: ConversationId) -> Pager[models.Rating]:
        """List the ratings of a conversation, including those that are only offered.

        Dixa sends them all in one page: one for each question, and the questions of one survey have the same ID.

        Args:
            conversation_id: the conversation ID.

        Returns:
            A pager over the ratings.

        Raises:
            InvalidRequestError: the conversation ID is not valid.
            BadRequestError: Dixa rejected the conversation ID.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived.

        ``GET /conversations/{conversationId}/ratings``
        """
        return self._caller.pages(_LIST, path={"conversationId": conversation_id})

    @deprecated("use ratings.list")
    def list_legacy(self, conversation_id: ConversationId) -> Pager[models.Rating]:
        """List the ratings of a conversation at an endpoint that Dixa is retiring. Deprecated: use `list`.

        Args:
            conversation_id: the conversation ID.

        Returns:
            A pager over the ratings.

        Raises:
            InvalidRequestError: the conversation ID is not valid.
            BadRequestError: Dixa rejected the conversation ID.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived.

        ``GET /conversations/{conversationId}/rating``
        """
        return self._caller.pages(_LIST_LEGACY, path={"conversationId": conversation_id})

    async def offer(
        self,
        conversation_id: ConversationId,
        rating_type: models.RatingType,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        offered_at: datetime | None = None,
    ) -> models.RatingOffer:
        """Record that the end user was asked for a rating.

        It is not idempotent, so it is not retried when the response is lost.

        Args:
            conversation_id: the conversation ID.
            rating_type: how the rating is given.
            user_id: the ID of the end user who is asked; defaults to the one of the conversation. Required by ``v1``.
            agent_id: the ID of the agent who is rated; by default, Dixa chooses one. An agent who did not take part in
                the conversation distorts the statistics. Required by ``v1``.
            offered_at: when the end user was asked, a datetime with a time zone.

        Returns:
            The offer. Pass its `id` to `submit`.

        Raises:
            InvalidRequestError: the conversation ID is not valid, an argument is of the wrong type, or the time has no
                time zone; nothing was sent.
            BadRequestError: Dixa rejected a value.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived; `maybe_applied` says whether it may have been done.

        ``POST /conversations/{conversationId}/ratings/offer``
        """
        offer = models.NewRatingOffer(
            rating_type=rating_type,
            user_id=none_to_unset(user_id),
            agent_id=none_to_unset(agent_id),
            offered_at=none_to_unset(offered_at),
        )
        return await self._caller.call(_OFFER, path={"conversationId": conversation_id}, body=offer)

    async def submit(
        self,
        conversation_id: ConversationId,
        rating_id: str,
        score: models.NewRatingScore,
        *,
        comment: str | None = None,
        submitted_at: datetime | None = None,
        user_id: str | None = None,
    ) -> models.RatingResult:
        """Submit the rating that the end user gave.

        It is not idempotent, so it is not retried when the response is lost.

        Args:
            conversation_id: the conversation ID.
            rating_id: the `id` of the offer.
            score: a `CsatScore` from 1 to 5, an `NpsScore` from 0 to 10, or a `ThumbsScore` of 0 (down) or 1 (up).
            comment: what the end user wrote about it.
            submitted_at: when it was given, a datetime with a time zone.
            user_id: the ID of the end user. Dixa accepts it but no longer uses it.

        Returns:
            The rating.

        Raises:
            InvalidRequestError: the conversation ID is not valid, the ID is empty, the score is out of its range, an
                argument is of the wrong type, or the time has no time zone; nothing was sent.
            BadRequestError: Dixa rejected a value, or there is no such offer.
            TransportError: no response arrived; `maybe_applied` says whether it may have been submitted.

        ``POST /conversations/{conversationId}/ratings/{ratingId}/submit``
        """
        _check(score)
        result = models.NewRatingResult(
            rating_result=score,
            comment=none_to_unset(comment),
            submitted_at=none_to_unset(submitted_at),
            user_id=none_to_unset(user_id),
        )
        path = {"conversationId": conversation_id, "ratingId": rating_id}
        return await self._caller.call(_SUBMIT, path=path, body=result)


def _check(score: models.NewRatingScore) -> None:
    limits = {models.CsatScore: (1, 5), models.NpsScore: (0, 10), models.ThumbsScore: (0, 1)}.get(type(score))
    # What is not a score, or has no number, is rejected by the check of the whole body.
    if limits is None or not isinstance(score.value, int):  # pyright: ignore[reportUnnecessaryIsInstance]
        return
    lowest, highest = limits
    if not lowest <= score.value <= highest:
        raise InvalidRequestError(
            f"the value of a {type(score).__name__} must be from {lowest} to {highest}, not {score.value}"
        )
