"""Internal notes: what agents write to each other in a conversation."""

from datetime import datetime
from typing import TypeAlias

from attrs import field

from .base import UNSET, Model, Unknown, Unset, define, on_wire
from .outcomes import Failure, Success


@define(kw_only=True)
class InternalNote(Model):
    """A note (``InternalNoteData``)."""

    id: str
    author_id: str
    created_at: datetime
    conversation_id: int = field(metadata=on_wire("csid"))
    message: str


@define(kw_only=True)
class NewInternalNote(Model):
    """A note to add (``CreateInternalNoteInput``)."""

    message: str
    agent_id: str | Unset = UNSET
    """The agent who is the author."""
    created_at: datetime | Unset = UNSET
    """When it was written; UNSET: now."""


@define(kw_only=True)
class InternalNoteFault(Model):
    """Why a note was not added (``ErrorResponse``)."""

    message: str


InternalNoteOutcome: TypeAlias = Success[InternalNote] | Failure[InternalNoteFault] | Unknown
"""The outcome of one of several notes."""
