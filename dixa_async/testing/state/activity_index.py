"""The activity log by conversation, for a company with many of them."""

from collections import defaultdict
from itertools import islice

from ...models.activity import ActivityLogEntry


class ActivityIndex:
    """Finds the entries of a conversation without going through the whole log, to which entries are only appended."""

    def __init__(self) -> None:
        self._log: list[ActivityLogEntry] = []
        self._count = 0
        self._found: defaultdict[int, list[ActivityLogEntry]] = defaultdict(list)

    def entries(self, log: list[ActivityLogEntry], conversation_id: int) -> list[ActivityLogEntry]:
        """The entries of a conversation.

        Args:
            log: the activity log of all conversations.
            conversation_id: the ID of the conversation.

        Returns:
            The entries, in the order in which they were logged.
        """
        if log is not self._log or len(log) < self._count:
            self._log, self._count = log, 0
            self._found.clear()
        for entry in islice(log, self._count, None):
            self._found[entry.conversation_id].append(entry)
        self._count = len(log)
        return self._found.get(conversation_id, [])
