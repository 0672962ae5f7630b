"""What a copy in JSON lines has, in memory: enough to know which rows are new, changed, or older."""

from hashlib import blake2b
from typing import Any, Final

import attrs

from ..._json import dumps
from ...models.base import wire_fields
from ..rows import ExportedConversation, ExportedMessage
from .store import KEPT_OF_ANONYMIZED, ExportedRow, Written, row_values, wire_name, without_content

TAG: Final = "_kind"
"""The key that says what a line is."""
CONVERSATION: Final = "conversation"
MESSAGE: Final = "message"

_WITH_CONTENT: Final = b"+"
_WITHOUT_CONTENT: Final = b"-"
_TAKEN: Final = b""

_KEPT_KEYS: Final = {
    TAG,
    *(wire_name(field) for field in wire_fields(ExportedMessage) if field.name in KEPT_OF_ANONYMIZED),
}


@attrs.frozen
class _Conversation:
    digest: bytes
    updated_at: str | None
    anonymized: bool


@attrs.define
class Index:
    """The latest row of each ID, without its content."""

    _conversations: dict[int, _Conversation] = attrs.field(factory=dict[int, _Conversation])
    _messages: dict[str, bytes] = attrs.field(factory=dict[str, bytes])
    _with_content: dict[int, int] = attrs.field(factory=dict[int, int])
    """How many messages of each conversation have content in the file."""
    must_erase: bool = False
    """Whether the file may have personal data that Dixa has removed."""
    replaced: int = 0
    """The lines that later ones have replaced."""

    @property
    def is_worth_rewriting(self) -> bool:
        """Whether more lines are replaced than not."""
        return self.replaced > len(self._conversations) + len(self._messages)

    def line(self, row: ExportedRow) -> tuple[bytes | None, Written]:
        """The line to write for a row; None if the copy has it, or a newer one."""
        if isinstance(row, ExportedConversation):
            return self._conversation_line(row)
        return self._message_line(row)

    def load(self, line: dict[str, Any], raw: bytes) -> None:
        """Take a line that is in the file."""
        if line[TAG] == CONVERSATION:
            self._add_conversation(line, raw)
        else:
            self._add_message(line, raw)

    def take(self, line: dict[str, Any], raw: bytes) -> bool:
        """Whether a line is the latest of its ID. It is then taken: no other one is."""
        row_id = line["id"]
        if line[TAG] == CONVERSATION:
            conversation = self._conversations[row_id]
            is_latest = conversation.digest == _digest(raw)
            if is_latest:  # whether it was anonymized is asked again
                self._conversations[row_id] = attrs.evolve(conversation, digest=_TAKEN)
            return is_latest
        is_latest = self._messages.get(row_id) == _message_digest(line, raw)
        if is_latest:
            del self._messages[row_id]
        return is_latest

    def is_erased(self, line: dict[str, Any]) -> bool:
        """Whether a line is a message whose conversation was anonymized."""
        conversation = self._conversations.get(line["csid"]) if line[TAG] == MESSAGE else None
        return conversation is not None and conversation.anonymized

    def _conversation_line(self, row: ExportedConversation) -> tuple[bytes | None, Written]:
        before = self._conversations.get(row.id)
        line, raw = _line(CONVERSATION, row)
        digest = _digest(raw)
        if before is not None and (before.digest == digest or _is_older(line, before)):
            return None, Written()
        erased = self._add_conversation(line, raw)
        return raw, Written(
            new=int(before is None),
            changed=int(before is not None),
            anonymized=int(before is not None and not before.anonymized and row.anonymized_at is not None),
            anonymized_messages=erased,
        )

    def _message_line(self, row: ExportedMessage) -> tuple[bytes | None, Written]:
        conversation = self._conversations.get(row.csid)
        is_erased = conversation is not None and conversation.anonymized
        line, raw = _line(MESSAGE, without_content(row) if is_erased else row)
        before = self._messages.get(row.id)
        if before == _message_digest(line, raw):
            return None, Written()
        self._add_message(line, raw)
        # That the content is gone was counted with the conversation.
        is_counted = before is not None and is_erased and before.endswith(_WITH_CONTENT)
        return raw, Written(new=int(before is None), changed=int(before is not None and not is_counted))

    def _add_conversation(self, line: dict[str, Any], raw: bytes) -> int:
        """Add a conversation. Returns how many of its messages lose their content."""
        before = self._conversations.get(line["id"])
        anonymized = line.get("anonymized_at") is not None
        self.replaced += before is not None
        self._conversations[line["id"]] = _Conversation(_digest(raw), line.get("updated_at"), anonymized)
        if not anonymized:
            return 0
        erased = self._with_content.pop(line["id"], 0)
        self.must_erase |= erased > 0 or (before is not None and not before.anonymized)
        return erased

    def _add_message(self, line: dict[str, Any], raw: bytes) -> None:
        before, digest = self._messages.get(line["id"]), _message_digest(line, raw)
        if before is not None:
            self.replaced += 1
            self.must_erase = True  # a message may have changed because it was anonymized
        conversation = self._conversations.get(line["csid"])
        if conversation is None or not conversation.anonymized:
            more = digest.endswith(_WITH_CONTENT) - (before is not None and before.endswith(_WITH_CONTENT))
            if more:
                self._with_content[line["csid"]] = self._with_content.get(line["csid"], 0) + more
        self._messages[line["id"]] = digest


def erased(line: dict[str, Any]) -> bytes:
    """The line of a message without its content."""
    return dumps({key: value for key, value in line.items() if key in _KEPT_KEYS}) + b"\n"


def _line(kind: str, row: ExportedRow) -> tuple[dict[str, Any], bytes]:
    line = {TAG: kind}
    line.update((name, value) for name, value in row_values(row).items() if name != TAG)
    return line, dumps(line) + b"\n"


def _is_older(line: dict[str, Any], before: _Conversation) -> bool:
    if (line.get("anonymized_at") is not None) != before.anonymized:
        return before.anonymized
    updated_at = line.get("updated_at")
    return updated_at is not None and before.updated_at is not None and updated_at < before.updated_at


def _digest(raw: bytes) -> bytes:
    return blake2b(raw, digest_size=12).digest()


def _message_digest(line: dict[str, Any], raw: bytes) -> bytes:
    """The digest of a message, which ends with whether it has content."""
    return _digest(raw) + (_WITHOUT_CONTENT if line.keys() <= _KEPT_KEYS else _WITH_CONTENT)
