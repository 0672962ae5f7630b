"""Analytics: the available metrics and records, and the results of metrics."""

from typing import ClassVar, TypeAlias

from .base import Model, OpenEnum, SharedField, Unknown, define


class Measure(OpenEnum):
    """How the values of a metric are aggregated."""

    AGENT_PRESENCE_DURATION = "AgentPresenceDuration"
    AVERAGE = "Average"
    COUNT = "Count"
    MAX = "Max"
    MIN = "Min"
    PERCENTAGE = "Percentage"
    STD_DEV = "StdDev"
    SUM = "Sum"


@define(kw_only=True)
class MetricFilterMetadata(Model):
    """A filter attribute of a metric or a record type (``FilterMetadata``)."""

    filter_attribute: str
    """Its name, as queries take it."""
    description: str | None = None


@define(kw_only=True)
class AggregateMetadata(Model):
    """A measure that a metric has."""

    measure: Measure
    description: str | None = None


@define(kw_only=True)
class MetricMetadata(Model):
    """A metric: its names, filters and measures."""

    id: str
    description: str | None = None
    filters: list[MetricFilterMetadata] | None = None
    aggregations: list[AggregateMetadata] | None = None
    related_record_ids: list[str] | None = None
    """The records that it is made of."""


@define(kw_only=True)
class RecordFieldMetadata(Model):
    """A field of a record (``FieldMetadata``)."""

    field: str
    """Its name."""
    description: str
    nullable: bool


@define(kw_only=True)
class MetricRecordMetadata(Model):
    """A record type: its names, filters and fields."""

    id: str
    description: str
    filters: list[MetricFilterMetadata] | None = None
    related_metric_ids: list[str] | None = None
    """The metrics that are computed from it."""
    fields_metadata: list[RecordFieldMetadata] | None = None


@define(kw_only=True)
class MetricFilterValue(Model):
    """A value that a filter attribute accepts (``FilterValue``)."""

    value: str
    """The value, as queries take it."""
    label: str | None = None
    """The name that people see."""


@define(kw_only=True)
class DurationStatus(Model):
    """What an agent was during some time (``Status``)."""

    status: str
    description: str | None = None


@define(kw_only=True)
class PresenceDuration(Model):
    """How long agents had a status."""

    value: float
    status: DurationStatus


@define(kw_only=True)
class AgentPresenceDurationValue(Model):
    """How long agents had each status."""

    _type: ClassVar[str] = "AgentPresenceDurationValue"
    value: list[PresenceDuration] | None = None
    description: str | None = None


@define(kw_only=True)
class DoubleAggregateValue(Model):
    """What a metric amounts to, as a number with a fraction."""

    _type: ClassVar[str] = "DoubleAggregateValue"
    value: float
    measure: Measure


@define(kw_only=True)
class LongAggregateValue(Model):
    """What a metric amounts to, as a whole number."""

    _type: ClassVar[str] = "LongAggregateValue"
    value: int
    measure: Measure


@define(kw_only=True)
class UnknownAggregateValue(Unknown):
    """A value of a kind that this version cannot read."""

    value: ClassVar[SharedField[float | int | list[PresenceDuration] | None]] = SharedField()


AggregateValue: TypeAlias = (
    AgentPresenceDurationValue | DoubleAggregateValue | LongAggregateValue | UnknownAggregateValue
)
"""What a metric amounts to."""


@define(kw_only=True)
class MetricData(Model):
    """What a metric amounts to, by each measure."""

    id: str
    aggregates: list[AggregateValue] | None = None
