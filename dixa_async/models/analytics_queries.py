"""Queries of metrics and records."""

from datetime import datetime
from typing import ClassVar, TypeAlias

from .analytics import Measure
from .base import UNSET, Model, TaggedEnum, Unset, define


class PeriodPreset(TaggedEnum):
    """A period that Dixa knows by name."""

    PREVIOUS_MONTH = "PreviousMonth"
    PREVIOUS_QUARTER = "PreviousQuarter"
    PREVIOUS_WEEK = "PreviousWeek"
    THIS_MONTH = "ThisMonth"
    THIS_QUARTER = "ThisQuarter"
    THIS_WEEK = "ThisWeek"
    THIS_YEAR = "ThisYear"
    TODAY = "Today"
    YESTERDAY = "Yesterday"


@define
class PresetPeriod(Model):
    """A `PeriodPreset` as a period (``Preset``)."""

    _type: ClassVar[str] = "Preset"
    value: PeriodPreset


@define(kw_only=True)
class PeriodInterval(Model):
    """The time between two others."""

    _type: ClassVar[str] = "Interval"
    start: datetime
    end: datetime


Period: TypeAlias = PeriodInterval | PresetPeriod
"""The period of a query (``PeriodFilter``)."""


@define
class MetricFilter(Model):
    """Which values of an attribute count (``Filter``)."""

    attribute: str
    values: list[str] | Unset = UNSET


@define(kw_only=True)
class RecordQuery(Model):
    """A query of the records of a period or of some conversations: exactly one of the two.

    ``GetMetricRecordsDataInputPeriodFilter`` and ``GetMetricRecordsDataInputCsidFilter``, which carry no tag.
    """

    id: str
    period_filter: Period | Unset = UNSET
    csid_filter: list[int] | Unset = UNSET
    """The conversation IDs: one at least."""
    filters: list[MetricFilter] | Unset = UNSET
    timezone: str
    """The name of a time zone, such as ``Europe/Oslo``."""


@define(kw_only=True)
class MetricQuery(RecordQuery):
    """A query of a metric, in a period or for some conversations: exactly one of the two.

    ``GetMetricDataInputPeriodFilter`` and ``GetMetricDataInputCsidFilter``, which carry no tag.
    """

    aggregations: list[Measure] | Unset = UNSET
