"""One recorded call: a line of a cassette."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, Self

import attrs
from attrs.validators import deep_iterable, deep_mapping, in_, instance_of, optional

from ..._json import dumps
from ...errors import Attempt, TransportError
from ...transport.http import Request, Response
from .json_types import is_array, is_object
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

CANCELLED: Final = "CancelledError"
TRANSPORT_ERRORS: Final = {
    cls.__name__: cls for cls in list[type[TransportError]]((TransportError, *TransportError.__subclasses__()))
}
OUTCOMES_WITHOUT_RESPONSE: Final = (CANCELLED, *TRANSPORT_ERRORS)
_ATTEMPT: Final = {"status", "error", "seconds"}
_BODIES: Final = ({"json"}, {"form"}, {"text"})


def _is_pair(_: object, __: "attrs.Attribute[Any]", value: Any) -> None:
    if not is_array(value) or len(value) != 2:
        raise ValueError("not a name and a value")


def _is_body(_: object, __: "attrs.Attribute[Any]", value: Any) -> None:
    if not is_object(value) or value.keys() not in _BODIES:
        raise ValueError("not a body")


def _is_attempt(_: object, __: "attrs.Attribute[Any]", value: Any) -> None:
    if not is_object(value) or value.keys() != _ATTEMPT:
        raise ValueError("not an attempt")


@attrs.frozen(kw_only=True)
class RecordedCall:
    """A call as it is in a cassette: redacted, with what it led to in the end."""

    index: int = attrs.field(validator=instance_of(int))
    """Its place in the order in which the calls were started, from 0."""
    operation: str = attrs.field(validator=instance_of(str))
    """The ID of the operation."""
    method: str = attrs.field(validator=instance_of(str))
    path: list[Any] = attrs.field(validator=instance_of(list))
    """The segments of the path below the version."""
    query: list[list[Any]] = attrs.field(validator=deep_iterable(_is_pair, instance_of(list)))
    body: Any = attrs.field(validator=optional(_is_body))
    status: int | None = attrs.field(default=None, validator=optional(instance_of(int)))
    """The status of the last response; None if none arrived."""
    error: str | None = attrs.field(default=None, validator=optional(in_(OUTCOMES_WITHOUT_RESPONSE)))
    """The class name of the error, if no response arrived."""
    headers: dict[str, str] = attrs.field(
        factory=dict[str, str],
        validator=deep_mapping(value_validator=instance_of(str), mapping_validator=instance_of(dict)),
    )
    response: Any = attrs.field(default=None, validator=optional(_is_body))
    quota_used_up: bool = False
    maybe_applied: bool = False
    attempts: list[dict[str, Any]] = attrs.field(
        factory=list[dict[str, Any]], validator=deep_iterable(_is_attempt, instance_of(list))
    )
    """The status or error of each attempt, and its seconds."""

    @classmethod
    def of(
        cls, index: int, request: Request, outcome: "Response | str", walker: Walker, attempts: Sequence[Attempt]
    ) -> Self:
        """Redact a call.

        Args:
            index: its place in the order of calls.
            request: the request.
            outcome: its response, or the class name of what it ended with.
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
