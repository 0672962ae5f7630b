"""Ratings: what end users think of a conversation."""

from datetime import datetime
from typing import ClassVar, TypeAlias

from .base import UNSET, Model, OpenEnum, SharedField, Unknown, Unset, define
from .common import Channel


class RatingType(OpenEnum):
    """How a rating is given."""

    CSAT = "Csat"
    """From 1 to 5."""
    NPS = "Nps"
    """From 0 to 10."""
    THUMBS_UP_OR_DOWN = "ThumbsUpOrDown"
    """0 or 1."""


class RatingStatus(OpenEnum):
    """The state of a rating."""

    CANCELLED = "Cancelled"
    OFFERED = "Offered"
    RATED = "Rated"
    SCHEDULED = "Scheduled"
    UNSCHEDULED = "Unscheduled"


@define(kw_only=True)
class Rating(Model):
    """A rating of a conversation, submitted or offered (``ConversationRating``).

    A survey with several questions has several ratings with the same ID.
    """

    id: str
    rating_type: RatingType
    conversation_channel: Channel
    user_id: str
    """The end user."""
    rating_status: RatingStatus
    timestamps: dict[str, datetime]
    """What happened when: ``offered_at``, ``rated_at`` and the like."""
    rating_score: int | None = None
    rating_comment: str | None = None
    agent_id: str | None = None
    """The agent who is rated."""
    language: str | None = None


@define(kw_only=True)
class NewRatingOffer(Model):
    """A rating to offer (``CreateRatingOfferInput``)."""

    rating_type: RatingType
    user_id: str | Unset = UNSET
    """The end user to ask."""
    agent_id: str | Unset = UNSET
    """The agent to rate."""
    offered_at: datetime | Unset = UNSET


@define(kw_only=True)
class RatingOffer(Model):
    """A rating that was offered to the end user."""

    id: str
    user_id: str
    """The end user."""
    agent_id: str
    """The agent who is rated."""
    rating_type: RatingType
    offered_at: datetime | None = None


@define
class CsatScore(Model):
    """How satisfied the end user is (``Csat``)."""

    _type: ClassVar[str] = "Csat"
    value: int
    """From 1 to 5 (best)."""


@define
class NpsScore(Model):
    """How much the end user would recommend you (``Nps``)."""

    _type: ClassVar[str] = "Nps"
    value: int
    """From 0 to 10 (best)."""


@define
class ThumbsScore(Model):
    """Thumbs up or down (``ThumbsUpOrDown``)."""

    _type: ClassVar[str] = "ThumbsUpOrDown"
    value: int
    """1: up. 0: down."""


NewRatingScore: TypeAlias = CsatScore | NpsScore | ThumbsScore
"""A score to submit."""


@define(kw_only=True)
class UnknownRatingScore(Unknown):
    """A score of a kind that this version cannot read."""

    value: ClassVar[SharedField[int]] = SharedField()


RatingScore: TypeAlias = CsatScore | NpsScore | ThumbsScore | UnknownRatingScore
"""A score (``SubmittedRatingResult``)."""


@define(kw_only=True)
class NewRatingResult(Model):
    """The response to a question for a rating (``CreateRatingResultInput``)."""

    rating_result: NewRatingScore
    comment: str | Unset = UNSET
    submitted_at: datetime | Unset = UNSET
    user_id: str | Unset = UNSET
    """Dixa accepts it but no longer uses it."""


@define(kw_only=True)
class RatingResult(Model):
    """A rating that was submitted."""

    rating_id: str
    rating_result: RatingScore
    user_id: str | None = None
    """The end user."""
    comment: str | None = None
    submitted_at: datetime | None = None
