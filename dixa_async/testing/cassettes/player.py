"""Finds the recorded call of a request, and makes what it led to."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias

import attrs

from ..._json import dumps
from ...transport.http import Request, Response
from ...transport.operation import Operation
from .errors import UnexpectedCallError, UnusedCallsError
from .matching import Bindings
from .recorded_call import CANCELLED, TRANSPORT_ERRORS, RecordedCall, show_path
from .redaction import (
    Hole,
    marker,
    path_segments,
    query_pairs,
    request_body,
    walk_path,
    walk_query,
    walk_request_body,
)
from .walk import Walker

Order: TypeAlias = Literal["strict", "operation"]
"""In which order calls are replayed."""

_MOST_SHOWN: Final = 5
"""Calls in an error message."""


@attrs.frozen
class _Marked:
    """A request in which hidden values are holes."""

    parts: dict[str, Any]
    kept: list[Any]
    """The path, with None for holes: a quick look at it spares comparing the rest."""

    @property
    def shown(self) -> str:
        """The request in an error message."""
        query: dict[str, list[Any]] = self.parts["query"]
        return show_path(self.parts["path"], [(name, value) for name, values in query.items() for value in values])


class Player:
    """Replays calls, each once.

    Args:
        calls: the recorded calls.
        order: ``strict``: as they were started; ``operation``: a request gets the first matching call of its operation.
        bindings: what pseudonyms stand for.
        secrets: what is always hidden in a request.
    """

    def __init__(self, calls: Sequence[RecordedCall], order: Order, bindings: Bindings, secrets: Sequence[str]) -> None:
        self._left = list(calls)
        self._played = 0
        self._order = order
        self._bindings = bindings
        self._recorded_walker = marker(())
        self._walker = marker(secrets)
        self._marked = dict[tuple[int, str], _Marked]()
        self._unexpected: UnexpectedCallError | None = None

    def take(self, request: Request) -> RecordedCall:
        """Take the recorded call of a request.

        Args:
            request: the request.

        Returns:
            The call. It is not replayed again.

        Raises:
            UnexpectedCallError: no recorded call matches, or another one comes first.
        """
        made = _mark_request(self._walker, request)
        is_strict = self._order == "strict"
        reasons = list[str]()
        for position, call in enumerate(self._left[:1] if is_strict else self._left):
            reason = self._difference(call, request, made)
            if reason is None:
                self._played += 1
                return self._left.pop(position)
            if is_strict or call.operation == request.operation.id:
                reasons.append(f"{call.shown} ({reason})")
        shown = f"{request.operation.method} {made.shown}"
        error = UnexpectedCallError(_unexpected(shown, self._played, reasons, is_strict=is_strict))
        self._unexpected = self._unexpected or error
        raise error

    async def outcome(self, call: RecordedCall, request: Request) -> Response:
        """Make what a recorded call led to. One that was cancelled waits until it is cancelled again.

        Args:
            call: the call.
            request: the request that is made now.

        Returns:
            Its response.

        Raises:
            TransportError: the call got no response.
        """
        await asyncio.sleep(0)  # other tasks run while a call is made
        state = request.call_state
        state.attempts.extend(call.replay_attempts())
        state.maybe_applied = state.maybe_applied or call.maybe_applied
        if call.error == CANCELLED:
            await asyncio.get_running_loop().create_future()
        if call.error is not None:
            raise TRANSPORT_ERRORS[call.error](
                f"recorded: {call.error}", call=state.info(), maybe_applied=call.maybe_applied
            )
        return Response(
            status=call.status or 0,
            headers=call.headers,
            body=self._body(call),
            quota_used_up=call.quota_used_up,
        )

    def check_finished(self) -> None:
        """Check that everything went as recorded.

        Raises:
            UnexpectedCallError: a call was unexpected, even if the program has caught the error.
            UnusedCallsError: calls were not made that are required.
        """
        if self._unexpected is not None:
            raise self._unexpected
        if self._order == "strict" and self._left:
            shown = _list([call.shown for call in self._left])
            raise UnusedCallsError(f"{len(self._left)} recorded calls were not made: {shown}")

    def _difference(self, call: RecordedCall, request: Request, made: _Marked) -> str | None:
        operation = request.operation
        if (call.operation, call.method, len(call.path)) != (operation.id, operation.method, len(made.kept)):
            return "the operation differs"
        key = call.index, operation.path
        if key not in self._marked:
            self._marked[key] = _mark(self._recorded_walker, operation, call.path, call.query, call.body)
        recorded = self._marked[key]
        if recorded.kept != made.kept:
            return "the path differs"
        difference = self._bindings.difference(recorded.parts, made.parts)
        return None if difference is None else f"{difference} differs"

    def _body(self, call: RecordedCall) -> bytes:
        if call.response is None:
            return b""
        if "json" in call.response:
            return dumps(self._bindings.restore(call.response["json"]))
        text: str = call.response["text"]
        return text.encode()


def _mark_request(walker: Walker, request: Request) -> _Marked:
    operation = request.operation
    segments = path_segments(operation, request.url)
    return _mark(walker, operation, segments, query_pairs(request.url), request_body(request))


def _mark(
    walker: Walker, operation: Operation[Any], path: Sequence[str], query: Sequence[Sequence[str]], body: Any
) -> _Marked:
    segments = walk_path(walker, operation, path)
    parts = {
        "path": segments,
        "query": _by_name(walk_query(walker, query)),
        "body": walk_request_body(walker, operation, body),
    }
    return _Marked(parts, [None if isinstance(segment, Hole) else segment for segment in segments])


def _by_name(pairs: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    values = dict[str, list[Any]]()
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def _unexpected(shown: str, played: int, reasons: Sequence[str], *, is_strict: bool) -> str:
    if not reasons:
        expected = "no more calls" if is_strict else "no more calls of this operation"
    else:
        expected = f"{'' if is_strict else 'one of '}{_list(reasons)}"
    again = "record the cassette again with record='all' if this is right"
    return f"unexpected call {played + 1}: {shown}; the cassette has {expected}: {again}"


def _list(texts: Sequence[str]) -> str:
    more = f", and {len(texts) - _MOST_SHOWN} more" if len(texts) > _MOST_SHOWN else ""
    return ", ".join(texts[:_MOST_SHOWN]) + more
