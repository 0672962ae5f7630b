"""Exports: all conversations or messages of a period."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, overload

from ..caller.shared_state import SharedState
from ..config import ClientConfig
from ..errors import InvalidRequestError
from ..transport.middleware.chain import Middleware
from ..transport.operation import Operation
from ..validation import ConversationId, check_conversation_id, check_list
from .download import ExportRequest
from .rows import ExportedConversation, ExportedMessage
from .stream import Exporter
from .windows import EXPORT_TIMES, ExportTime, Order, split_period

_CONVERSATIONS: Final = Operation[Any]("exportConversations", "GET", "/conversation_export", envelope=None)
_MESSAGES: Final = Operation[Any]("exportMessages", "GET", "/message_export", envelope=None)
_MOST_CSIDS: Final = 10
"""Conversations in one request."""


class Exports:
    """Exports of a client: all conversations or messages of a period, in few requests.

    They come from a separate server, ``exports_url``, with its own rate limit.

    Args:
        config: the settings of the client.
        shared: the state that the client and its views share.
        middleware: the custom middlewares of the client.
    """

    def __init__(self, config: ClientConfig, shared: SharedState, middleware: Sequence[Middleware]) -> None:
        self._exporter = Exporter(config, shared, middleware)

    @overload
    def conversations(
        self, since: datetime, until: datetime, *, by: ExportTime = "created", order: Order = "oldest"
    ) -> AsyncGenerator[ExportedConversation, None]: ...
    @overload
    def conversations(self, *, csids: Iterable[ConversationId]) -> AsyncGenerator[ExportedConversation, None]: ...
    def conversations(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        by: ExportTime = "created",
        order: Order = "oldest",
        csids: Iterable[ConversationId] | None = None,
    ) -> AsyncGenerator[ExportedConversation, None]:
        """Export the conversations of a period, or some conversations by their IDs.

        ::

            since, until = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
            async for conversation in dixa.exports.conversations(since, until, by="closed"):
                ...

        The rows are read as they arrive: however many there are, they need little memory, and no more are received
        while the program works on one. A connection that is lost is made again, and no row comes twice. If you leave
        the loop early, `aclose` ends the export at once; otherwise it ends when the iterator is garbage.

        Args:
            since: the start of the period, with a time zone.
            until: its end, with a time zone. It is not part of the period.
            by: the time that must be in the period. With ``updated``, a conversation that is updated while it is
                exported may be missing, as its time is then after `until`: the export of the next period has it.
            order: which part of the period comes first. Each part has at most 30 days; the order in it is up to Dixa.
            csids: the IDs of conversations, instead of a period. Ten are exported with one request.

        Returns:
            The conversations. Nothing is sent yet.

        Raises:
            InvalidRequestError: an argument is invalid.
            TransportError: no complete response arrived, even after the retries.
            StatusError: Dixa responded with a status other than 2xx.
            ResponseDecodeError: a response is not an export.
            UnreadableItemsError: a row cannot be read, unless ``on_unreadable_item`` handles it.

        ``GET /v1/conversation_export``
        """
        if csids is not None:
            if since is not None or until is not None:
                raise InvalidRequestError("csids cannot be combined with since and until")
            ids = list(dict.fromkeys(check_conversation_id("csids", each) for each in check_list("csids", csids)))
            requests = [
                ExportRequest({"csids": ",".join(map(str, ids[first : first + _MOST_CSIDS]))})
                for first in range(0, len(ids), _MOST_CSIDS)
            ]
            return self._exporter.rows(_CONVERSATIONS, ExportedConversation, requests)
        if by not in EXPORT_TIMES:
            raise InvalidRequestError(f"by must be one of {', '.join(EXPORT_TIMES)}, not {by!r}")
        return self._exporter.rows(_CONVERSATIONS, ExportedConversation, _by_time(since, until, by, order))

    def messages(
        self, since: datetime, until: datetime, *, order: Order = "oldest"
    ) -> AsyncGenerator[ExportedMessage, None]:
        """Export the messages that were created in a period.

        ::

            async for message in dixa.exports.messages(since, until):
                ...

        Internal notes are not among them: they are in the `conversation_wrapup_notes` of conversations.

        Args:
            since: the start of the period, with a time zone.
            until: its end, with a time zone. It is not part of the period.
            order: which part of the period comes first. Each part has at most 30 days; the order in it is up to Dixa.

        Returns:
            The messages, read as `conversations` are. Nothing is sent yet.

        Raises:
            InvalidRequestError: an argument is invalid.
            TransportError: no complete response arrived, even after the retries.
            StatusError: Dixa responded with a status other than 2xx.
            ResponseDecodeError: a response is not an export.
            UnreadableItemsError: a row cannot be read, unless ``on_unreadable_item`` handles it.

        ``GET /v1/message_export``
        """
        return self._exporter.rows(_MESSAGES, ExportedMessage, _by_time(since, until, "created", order))


def _by_time(since: Any, until: Any, by: ExportTime, order: Order) -> list[ExportRequest]:
    return [
        ExportRequest(window.query(by), window=window, time_field=f"{by}_at")
        for window in split_period(since, until, order)
    ]
