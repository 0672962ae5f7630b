"""Where a copy is: the protocol of stores."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeAlias

import attrs

from ...models.base import WIRE_NAME, Model, wire_fields
from ...serialization import Serializer
from ..rows import ExportedConversation, ExportedMessage
from .plan import Coverage, Kind

ExportedRow: TypeAlias = ExportedConversation | ExportedMessage


@attrs.frozen(kw_only=True)
class Written:
    """What `Store.write` changed."""

    new: int = 0
    """Rows that the copy did not have."""
    changed: int = 0
    """Rows that it had otherwise."""
    anonymized: int = 0
    """Conversations whose personal data it had until now. They are among those that changed."""
    anonymized_messages: int = 0
    """Messages that were in the copy and have lost their content, as their conversation was anonymized."""


def sum_of(written: Sequence[Written]) -> Written:
    """Add up what was written."""
    return Written(
        new=sum(each.new for each in written),
        changed=sum(each.changed for each in written),
        anonymized=sum(each.anonymized for each in written),
        anonymized_messages=sum(each.anonymized_messages for each in written),
    )


class Store(Protocol):
    """A copy of conversations and messages, such as a file or a database.

    Its methods block. A `Sync` calls them one after the other, in one thread of their own.

    A store has each row once, by its `id`, and must:

    - replace a row by the row of the same `id` that is written later, unless that is an older one: a conversation with
      an earlier `updated_at`, or without `anonymized_at` where the copy has one;
    - remove the content of a message whose conversation has an `anonymized_at`, whichever of the two comes first;
    - write the last rows of a window and what is then covered together: both or neither, also if it is killed.
    """

    def open(self) -> Mapping[Kind, Coverage]:
        """Open the copy, and lock it.

        Returns:
            What it covers.

        Raises:
            StoreLockedError: another sync has it, which goes on.
            StoreError: it cannot be used.
        """
        ...

    def write(self, rows: Sequence[ExportedRow], covered: tuple[Kind, Coverage] | None) -> Written:
        """Write rows of one kind.

        Args:
            rows: the rows.
            covered: what the copy covers with them. None: more rows of the window follow.

        Returns:
            What changed.

        Raises:
            StoreError: they cannot be written.
        """
        ...

    def finish(self) -> None:
        """Called at the end of a run, before `close`. Not called if the run fails."""
        ...

    def close(self) -> None:
        """Release the copy. Called at the end of each run, unless `open` has failed."""
        ...


KEPT_OF_ANONYMIZED: Final = (
    "id",
    "csid",
    "created_at",
    "initial_channel",
    "direction",
    "duration",
    "is_automated_message",
)
"""The fields of a message that a copy keeps when its conversation is anonymized."""


def without_content(message: ExportedMessage) -> ExportedMessage:
    """What a copy keeps of a message whose conversation was anonymized.

    The export of messages does not report when they change, so what Dixa has removed from one is not known. All that
    can be personal data is left out.

    Args:
        message: the message.

    Returns:
        Its ID, conversation, time, channel, direction and duration, and whether it is automated.
    """
    kept: dict[str, Any] = {name: getattr(message, name) for name in KEPT_OF_ANONYMIZED}
    return ExportedMessage(**kept)


def row_values(row: Model) -> dict[str, Any]:
    """A row as JSON values, with its times in the form of `time_text`. Fields that are None are left out."""
    values: dict[str, Any] = Serializer.shared().unstructure(row)
    for field in wire_fields(type(row)):
        time = getattr(row, field.name)
        if isinstance(time, datetime):
            values[wire_name(field)] = time_text(time)
    return values


def wire_name(field: "attrs.Attribute[Any]") -> str:
    """The name of a field of a row in exports."""
    name: str = field.metadata.get(WIRE_NAME, field.name)
    return name


def time_text(time: datetime) -> str:
    """A time as copies have it: ISO 8601 in UTC with milliseconds, such as ``2026-01-31T08:30:00.000Z``.

    All have the same length, so that they are in the order of their text.
    """
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
