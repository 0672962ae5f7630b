"""One recorded call: a line of a cassette."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Self

import attrs

from ..._json import dumps
from ...errors import Attempt
from ...transport.http import Request, Response
from .redaction import (
    path_segments,
    query_pairs,
    request_body,
    walk_headers,
    walk_path,
    walk_query,
    walk_request_body,
    walk_response_body,
)
from .walk import Walker


@attrs.frozen(kw_only=True)
class RecordedCall:
    """A call as it is in a cassette: redacted, with what it led to in the end."""

    index: int
    """Its place in the order in which the calls were started, from 0."""
    operation: str
    """The ID of the operation."""
    method: str
    path: list[Any]
    """The segments of the path below the version."""
    query: list[list[Any]]
    body: Any
    status: int | None = None
    """The status of the last response; None if none arrived."""
    error: str | None = None
    """The class name of the error, if no response arrived."""
    headers: dict[str, str] = attrs.field(factory=dict[str, str])
    response: Any = None
    quota_used_up: bool = False
    maybe_applied: bool = False
    attempts: list[dict[str, Any]] = attrs.field(factory=list[dict[str, Any]])
    """The status or error of each attempt, and its seconds."""

    @classmethod
    def of(
        cls, index: int, request: Request, outcome: "Response | str", walker: Walker, attempts: Sequence[Attempt]
    ) -> Self:
        """Redact a call.

        Args:
            index: its place in the order of calls.
            request: the request.
            outcome: its response, or the class name of its error.
            walker: redacts it.
            attempts: the attempts that it took.

        Returns:
            The call.
        """
        call = cls(
            index=index,
            operation=request.operation.id,
            method=request.operation.method,
            path=walk_path(walker, request.operation, path_segments(request.operation, request.url)),
            query=walk_query(walker, query_pairs(request.url)),
            body=walk_request_body(walker, request.operation, request_body(request)),
            maybe_applied=request.call_state.maybe_applied,
            attempts=[
                {"status": each.status, "error": each.error, "seconds": round(each.seconds, 3)} for each in attempts
            ],
        )
        if isinstance(outcome, str):
            return attrs.evolve(call, error=outcome)
        return attrs.evolve(
            call,
            status=outcome.status,
            headers=walk_headers(walker, outcome.headers),
            response=walk_response_body(walker, request.operation, outcome),
            quota_used_up=outcome.quota_used_up,
        )

    @property
    def shown(self) -> str:
        """The call in an error message. It is redacted."""
        return f"{self.method} {show_path(self.path, self.query)}"

    def to_json(self) -> bytes:
        """The call as JSON on one line."""
        return dumps(attrs.asdict(self, recurse=False))

    def replay_attempts(self) -> list[Attempt]:
        """The attempts that it took, as if they had just been made."""
        return [Attempt(started_at=datetime.now(UTC), **attempt) for attempt in self.attempts]


def show_path(path: Sequence[Any], query: Sequence[Sequence[Any]]) -> str:
    """A path and a query in an error message. What is hidden in them is shown as ``***``."""
    shown = "/" + "/".join(_show(segment) for segment in path)
    pairs = "&".join(f"{name}={_show(value)}" for name, value in query)
    return f"{shown}?{pairs}" if pairs else shown


def _show(value: Any) -> str:
    return value if isinstance(value, str) else "***"
