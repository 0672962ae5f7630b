"""The metrics and records that there are, and what they are counted from.

Every metric is made of one kind of records, and every record of one conversation.
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
    """When a conversation gives a record."""

    time: datetime
    value: int | None = None
    """The value of the record; None if it is only counted."""


@attrs.frozen(kw_only=True)
class RecordKind:
    """A kind of records."""

    id: str
    description: str
    time_name: str
    moments: Callable[[State, KnownConversation], Iterable[Moment]]
    """When a conversation gives such records."""

    def metadata(self) -> MetricRecordMetadata:
        """What can be asked of it."""
        return MetricRecordMetadata(
            id=self.id,
            description=self.description,
            filters=_filters(),
            related_metric_ids=[metric.id for metric in METRICS.values() if metric.records is self],
            fields_metadata=[
                RecordFieldMetadata(field=name, description=description, nullable=name in _NULLABLE)
                for name, description in _FIELDS.items()
            ],
        )

    def record(self, state: State, conversation: KnownConversation, moment: Moment) -> MetricRecord:
        """The record that a conversation gives at a moment."""
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
    records: RecordKind
    measures: tuple[Measure, ...]

    def metadata(self) -> MetricMetadata:
        """What can be asked of it."""
        return MetricMetadata(
            id=self.id,
            description=self.description,
            filters=_filters(),
            aggregations=[AggregateMetadata(measure=measure) for measure in self.measures],
            related_record_ids=[self.records.id],
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


_CREATED: Final = RecordKind(
    id="created_conversations",
    description="Conversations, when they were created.",
    time_name="created_at",
    moments=_created,
)
_CLOSED: Final = RecordKind(
    id="closed_conversations",
    description="Conversations, when they were closed, with the seconds that this took.",
    time_name="closed_at",
    moments=_closed,
)
_RATINGS: Final = RecordKind(
    id="ratings",
    description="Ratings from 1 to 5, when they were given, with the score.",
    time_name="rated_at",
    moments=_rated,
)
RECORDS: Final[Mapping[str, RecordKind]] = {kind.id: kind for kind in (_CREATED, _CLOSED, _RATINGS)}
"""The kinds of records, by id."""

_NUMBERS: Final = (Measure.COUNT, Measure.MIN, Measure.MAX, Measure.SUM, Measure.AVERAGE, Measure.STD_DEV)
METRICS: Final[Mapping[str, Metric]] = {
    metric.id: metric
    for metric in (
        Metric(
            id="created_conversations",
            description="How many conversations were created.",
            records=_CREATED,
            measures=(Measure.COUNT,),
        ),
        Metric(
            id="closed_conversations",
            description="How many conversations were closed.",
            records=_CLOSED,
            measures=(Measure.COUNT,),
        ),
        Metric(
            id="time_to_close",
            description="The seconds from when a conversation was created until it was closed.",
            records=_CLOSED,
            measures=_NUMBERS,
        ),
        Metric(
            id="csat",
            description="How many in a hundred ratings from 1 to 5 are a 4 or a 5.",
            records=_RATINGS,
            measures=(Measure.PERCENTAGE,),
        ),
    )
}
"""The metrics, by id."""
