"""Records: the single values that metrics are made of."""

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
    """A number with a fraction."""

    _type: ClassVar[str] = "DoubleField"
    value: float


@define(kw_only=True)
class InstantField(Model):
    """A time."""

    _type: ClassVar[str] = "InstantField"
    value: datetime


@define(kw_only=True)
class IntField(Model):
    """A whole number of 32 bits."""

    _type: ClassVar[str] = "IntField"
    value: int


@define(kw_only=True)
class LongField(Model):
    """A whole number of 64 bits."""

    _type: ClassVar[str] = "LongField"
    value: int


@define(kw_only=True)
class StringField(Model):
    """A text."""

    _type: ClassVar[str] = "StringField"
    value: str
    label: str | None = None
    """The name that people see."""


@define(kw_only=True)
class UuidField(Model):
    """An id (``UUIDField``)."""

    _type: ClassVar[str] = "UUIDField"
    value: str
    label: str | None = None
    """The name of what has the id."""


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
    """The time that a record belongs to (``TimestampField`` where nothing else can stand)."""

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
    """The value; None if there is none."""


@define(kw_only=True)
class MetricRecord(Model):
    """One of the values that a metric is made of, with what is known about it."""

    primary_timestamp_field: PrimaryTimestamp
    value: RecordFieldValue | None = None
    """The value; None for records that are only counted."""
    fields: list[RecordField] | None = None
