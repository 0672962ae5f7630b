"""The metrics and record types, and how they are computed.

A metric is computed from the records of one type, and a record from one conversation.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

import attrs

from ...models.analytics import (
    AggregateMetadata,
    Measure,
    MetricFilterMetadata,
    MetricMetadata,
    MetricRecordMetadata,
    RecordFieldMetadata,
)
from ...models.analytics_records import (
    LongField,
    MetricRecord,
    PrimaryTimestamp,
    RecordField,
    RecordFieldValue,
    StringField,
    UuidField,
)
from ...models.ratings import RatingStatus, RatingType
from ..state.server_state import KnownConversation, State
from .metric_filters import FILTERS, values_of
from .search_filters import closed_at

_FIELDS: Final = {
    "csid": "The conversation ID.",
    "requester_id": "The end user.",
    "agent_id": FILTERS["agent_id"],
    "initial_channel": FILTERS["channel"],
    "initial_direction": FILTERS["initial_direction"],
    "contact_point": FILTERS["contact_point"],
    "queue_id": FILTERS["queue_id"],
}
_NULLABLE: Final = ("agent_id", "initial_direction", "contact_point", "queue_id")


@attrs.frozen
class Moment:
    """A moment at which a conversation yields a record."""

    time: datetime
    value: int | None = None
    """The value of the record; None if records are only counted."""


@attrs.frozen(kw_only=True)
class RecordType:
    """A type of records."""

    id: str
    description: str
    time_name: str
    moments: Callable[[State, KnownConversation], Iterable[Moment]]
    """The moments at which a conversation yields such records."""

    def metadata(self) -> MetricRecordMetadata:
        """Its description."""
        return MetricRecordMetadata(
            id=self.id,
            description=self.description,
            filters=_filters(),
            related_metric_ids=[metric.id for metric in METRICS.values() if metric.record_type is self],
            fields_metadata=[
                RecordFieldMetadata(field=name, description=description, nullable=name in _NULLABLE)
                for name, description in _FIELDS.items()
            ],
        )

    def record(self, state: State, conversation: KnownConversation, moment: Moment) -> MetricRecord:
        """The record that a conversation yields at a moment."""
        return MetricRecord(
            primary_timestamp_field=PrimaryTimestamp(name=self.time_name, timestamp=moment.time),
            value=None if moment.value is None else LongField(value=moment.value),
            fields=[RecordField(name=name, field=_field(state, conversation, name)) for name in _FIELDS],
        )


@attrs.frozen(kw_only=True)
class Metric:
    """A metric."""

    id: str
    description: str
    record_type: RecordType
    measures: tuple[Measure, ...]

    def metadata(self) -> MetricMetadata:
        """Its description."""
        return MetricMetadata(
            id=self.id,
            description=self.description,
            filters=_filters(),
            aggregations=[AggregateMetadata(measure=measure) for measure in self.measures],
            related_record_ids=[self.record_type.id],
        )


def _field(state: State, conversation: KnownConversation, name: str) -> RecordFieldValue | None:
    if name == "csid":
        return LongField(value=conversation.id)
    if name == "requester_id":
        return UuidField(value=conversation.requester_id, label=state.user(conversation.requester_id).name)
    make = UuidField if name.endswith("_id") else StringField
    attribute = "channel" if name == "initial_channel" else name
    values = values_of(state, conversation, attribute)
    return make(value=values[0].value, label=values[0].label) if values else None


def _filters() -> list[MetricFilterMetadata]:
    return [MetricFilterMetadata(filter_attribute=name, description=text) for name, text in FILTERS.items()]


def _created(_: State, conversation: KnownConversation) -> list[Moment]:
    return [Moment(conversation.created_at)]


def _closed(_: State, conversation: KnownConversation) -> list[Moment]:
    time = closed_at(conversation)
    return [] if time is None else [Moment(time, int((time - conversation.created_at).total_seconds()))]


def _rated(state: State, conversation: KnownConversation) -> list[Moment]:
    return [
        Moment(rating.timestamps["rated_at"], rating.rating_score)
        for rating in state.ratings.get(conversation.id, ())
        if rating.rating_type is RatingType.CSAT and rating.rating_status is RatingStatus.RATED
    ]


_CREATED: Final = RecordType(
    id="created_conversations",
    description="Conversations, when they were created.",
    time_name="created_at",
    moments=_created,
)
_CLOSED: Final = RecordType(
    id="closed_conversations",
    description="Conversations, when they were closed, with the seconds since they were created.",
    time_name="closed_at",
    moments=_closed,
)
_RATINGS: Final = RecordType(
    id="ratings",
    description="Ratings from 1 to 5, when they were given, with the score.",
    time_name="rated_at",
    moments=_rated,
)
RECORD_TYPES: Final[Mapping[str, RecordType]] = {
    record_type.id: record_type for record_type in (_CREATED, _CLOSED, _RATINGS)
}
"""The record types, by id."""

_NUMERIC_MEASURES: Final = (Measure.COUNT, Measure.MIN, Measure.MAX, Measure.SUM, Measure.AVERAGE, Measure.STD_DEV)
METRICS: Final[Mapping[str, Metric]] = {
    metric.id: metric
    for metric in (
        Metric(
            id="created_conversations",
            description="How many conversations were created.",
            record_type=_CREATED,
            measures=(Measure.COUNT,),
        ),
        Metric(
            id="closed_conversations",
            description="How many conversations were closed.",
            record_type=_CLOSED,
            measures=(Measure.COUNT,),
        ),
        Metric(
            id="time_to_close",
            description="The seconds from the creation of a conversation until it was closed.",
            record_type=_CLOSED,
            measures=_NUMERIC_MEASURES,
        ),
        Metric(
            id="csat",
            description="The percentage of ratings from 1 to 5 that are a 4 or a 5.",
            record_type=_RATINGS,
            measures=(Measure.PERCENTAGE,),
        ),
    )
}
"""The metrics, by id."""
