"""Outcomes of bulk requests: one for each item, in the order of the request."""

from typing import ClassVar, Generic, TypeAlias, TypeVar

from .base import Model, SharedField, Unknown, define

_T = TypeVar("_T")
_E = TypeVar("_E")


@define
class Success(Model, Generic[_T]):
    """The item succeeded (``BulkActionSuccess``)."""

    _type: ClassVar[str] = "BulkActionSuccess"
    data: _T
    """The result for the item."""


@define
class Failure(Model, Generic[_E]):
    """The item was rejected; the other items are not affected (``BulkActionFailure``)."""

    _type: ClassVar[str] = "BulkActionFailure"
    error: _E
    """Why."""


@define(kw_only=True)
class EmptyPatchFault(Model):
    """The patch changes nothing (``EmptyPatchSet``)."""

    _type: ClassVar[str] = "EmptyPatchSet"
    id: str
    message: str


@define(kw_only=True)
class GenericFault(Model):
    """An unspecified failure (``ErrorResponse``)."""

    _type: ClassVar[str] = "ErrorResponse"
    message: str


@define(kw_only=True)
class InfrastructureFault(Model):
    """Dixa failed (``Infrastructure``)."""

    _type: ClassVar[str] = "Infrastructure"
    id: str
    message: str


@define(kw_only=True)
class IntegrityFault(Model):
    """It conflicts with existing data, such as an address that is taken (``Integrity``)."""

    _type: ClassVar[str] = "Integrity"
    id: str
    message: str


@define(kw_only=True)
class InvalidArgumentFault(Model):
    """A value was rejected (``InvalidArgument``)."""

    _type: ClassVar[str] = "InvalidArgument"
    message: str


@define(kw_only=True)
class NotFoundFault(Model):
    """There is no such thing (``NotFound``)."""

    _type: ClassVar[str] = "NotFound"
    id: str
    message: str


@define(kw_only=True)
class ValidationFault(Model):
    """The item breaks a rule (``Validation``)."""

    _type: ClassVar[str] = "Validation"
    message: str
    id: str | None = None


@define(kw_only=True)
class UnknownBulkFault(Unknown):
    """A failure reason that this version cannot read."""

    message: ClassVar[SharedField[str]] = SharedField()


BulkFault: TypeAlias = (
    EmptyPatchFault
    | GenericFault
    | InfrastructureFault
    | IntegrityFault
    | InvalidArgumentFault
    | NotFoundFault
    | ValidationFault
    | UnknownBulkFault
)
"""Why an item was refused (``BulkError``)."""

BulkOutcome: TypeAlias = Success[_T] | Failure[BulkFault] | Unknown
"""The outcome of one item: ``BulkOutcome[Agent]`` is ``Success[Agent] | Failure[BulkFault] | Unknown``."""
