"""The metrics and records that there are, and what they are counted from.

Every metric is made of one kind of records, and every record of one conversation.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import attrs

from ..models.analytics import (
    AggregateMetadata,
    Measure,
    MetricFilterMetadata,
    MetricFilterValue,
    MetricMetadata,
    MetricRecordMetadata,
    RecordFieldMetadata,
)
from ..models.analytics_records import (
    LongField,
    MetricRecord,
    PrimaryTimestamp,
    RecordField,
    RecordFieldValue,
    StringField,
    UuidField,
)
from ..models.common import Channel, Direction
from ..models.conversations import AnonymizedConversation
from .matching import closed_at
from .state import KnownConversation, State

_FILTERS: Final = {
    "agent_id": "The agent who has the conversation.",
    "channel": "The channel.",
    "direction": "Who began.",
    "queue_id": "The queue.",
}
_FIELDS: Final = {"csid": "The number of the conversation.", "requester_id": "The end user."} | _FILTERS
_NULLABLE: Final = ("agent_id", "direction", "queue_id")


@attrs.frozen(kw_only=True)
class RecordKind:
    """A kind of records."""

    id: str
    description: str
    time_name: str
    time: Callable[[KnownConversation], datetime | None]
    """When a conversation gives such a record; None if it gives none."""
    value: Callable[[KnownConversation], int | None]
    """The value of the record; None if it is only counted."""

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

    def record(self, state: State, conversation: KnownConversation, time: datetime) -> MetricRecord:
        """The record of a conversation."""
        value = self.value(conversation)
        return MetricRecord(
            primary_timestamp_field=PrimaryTimestamp(name=self.time_name, timestamp=time),
            value=None if value is None else LongField(value=value),
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


def filter_values(state: State, attribute: str) -> list[MetricFilterValue] | None:
    """The values that an attribute can be filtered by; None if there is no such attribute."""
    match attribute:
        case "agent_id":
            return [MetricFilterValue(value=agent.id, label=agent.display_name) for agent in state.agents.values()]
        case "queue_id":
            return [MetricFilterValue(value=queue.id, label=queue.name) for queue in state.queues.values()]
        case "channel":
            return [MetricFilterValue(value=channel) for channel in Channel]
        case "direction":
            return [MetricFilterValue(value=direction) for direction in Direction]
        case _:
            return None


def attribute_of(conversation: KnownConversation, name: str) -> str | None:
    """What a conversation has for an attribute that can be filtered by, or for a field of a record."""
    active = None if isinstance(conversation, AnonymizedConversation) else conversation
    values: Mapping[str, str | None] = {
        "agent_id": active.assignment.agent_id if active and active.assignment else None,
        "channel": conversation.channel,
        "direction": conversation.direction,
        "queue_id": active.queue.id if active and active.queue else None,
        "requester_id": conversation.requester_id,
    }
    return values[name]


def _field(state: State, conversation: KnownConversation, name: str) -> RecordFieldValue | None:
    if name == "csid":
        return LongField(value=conversation.id)
    value = attribute_of(conversation, name)
    if value is None:
        return None
    if not name.endswith("_id"):
        return StringField(value=value)
    queue = state.queues.get(value)
    return UuidField(value=value, label=state.user(value).name if queue is None else queue.name)


def _filters() -> list[MetricFilterMetadata]:
    return [MetricFilterMetadata(filter_attribute=name, description=text) for name, text in _FILTERS.items()]


def _seconds_until_closed(conversation: KnownConversation) -> int | None:
    closed = closed_at(conversation)
    return None if closed is None else int((closed - conversation.created_at).total_seconds())


_CREATED: Final = RecordKind(
    id="created_conversations",
    description="Conversations, when they were created.",
    time_name="created_at",
    time=lambda conversation: conversation.created_at,
    value=lambda _: None,
)
_CLOSED: Final = RecordKind(
    id="closed_conversations",
    description="Conversations, when they were closed, with the seconds that this took.",
    time_name="closed_at",
    time=closed_at,
    value=_seconds_until_closed,
)
RECORDS: Final[Mapping[str, RecordKind]] = {kind.id: kind for kind in (_CREATED, _CLOSED)}
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
    )
}
"""The metrics, by id."""
