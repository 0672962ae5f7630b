"""Records: the values that metrics are computed from."""

from datetime import datetime
from typing import ClassVar, TypeAlias

from .base import Model, SharedField, Unknown, define


@define(kw_only=True)
class BooleanField(Model):
    """Yes or no."""

    _type: ClassVar[str] = "BooleanField"
    value: bool


@define(kw_only=True)
class DoubleField(Model):
    """A float."""

    _type: ClassVar[str] = "DoubleField"
    value: float


@define(kw_only=True)
class InstantField(Model):
    """A time."""

    _type: ClassVar[str] = "InstantField"
    value: datetime


@define(kw_only=True)
class IntField(Model):
    """A 32-bit integer."""

    _type: ClassVar[str] = "IntField"
    value: int


@define(kw_only=True)
class LongField(Model):
    """A 64-bit integer."""

    _type: ClassVar[str] = "LongField"
    value: int


@define(kw_only=True)
class StringField(Model):
    """A string."""

    _type: ClassVar[str] = "StringField"
    value: str
    label: str | None = None
    """The name that people see."""


@define(kw_only=True)
class UuidField(Model):
    """An ID (``UUIDField``)."""

    _type: ClassVar[str] = "UUIDField"
    value: str
    label: str | None = None
    """The name of the entity with the ID."""


@define(kw_only=True)
class UnknownPrimitiveField(Unknown):
    """A single value of a kind that this version cannot read."""

    value: ClassVar[SharedField[bool | float | datetime | int | str]] = SharedField()


PrimitiveField: TypeAlias = (
    BooleanField | DoubleField | InstantField | IntField | LongField | StringField | UuidField | UnknownPrimitiveField
)
"""A single value."""


@define(kw_only=True)
class ListField(Model):
    """Any number of values."""

    _type: ClassVar[str] = "ListField"
    values: list[PrimitiveField] | None = None


@define(kw_only=True)
class PrimaryTimestamp(Model):
    """The time of a record (``TimestampField`` where nothing else is allowed)."""

    name: str
    """Which time it is."""
    timestamp: datetime


@define(kw_only=True)
class TimestampField(PrimaryTimestamp):
    """A time with a name."""

    _type: ClassVar[str] = "TimestampField"


RecordFieldValue: TypeAlias = (
    BooleanField
    | DoubleField
    | InstantField
    | IntField
    | ListField
    | LongField
    | StringField
    | TimestampField
    | UuidField
    | Unknown
)
"""The value of a field (``FieldType``)."""


@define(kw_only=True)
class RecordField(Model):
    """A field of a record with its value (``Field``)."""

    name: str
    field: RecordFieldValue | None = None
    """The value, or None."""


@define(kw_only=True)
class MetricRecord(Model):
    """One of the values that a metric is computed from, with its details."""

    primary_timestamp_field: PrimaryTimestamp
    value: RecordFieldValue | None = None
    """The value; None for records that are only counted."""
    fields: list[RecordField] | None = None
