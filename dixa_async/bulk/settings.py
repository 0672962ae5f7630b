"""What a job is told: the types of its functions, and its settings."""

from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Sequence
from typing import Any, Generic, Literal, TypeAlias

import attrs

from ..errors import ConfigurationError
from .journal import Journal
from .outcomes import Input, ItemRefusedError, Result, UnreadableOutcomeError
from .progress import Progress

Inputs: TypeAlias = Iterable[Input] | AsyncIterable[Input]
Call: TypeAlias = Callable[[Input], Awaitable[Result]]
Reconcile: TypeAlias = Callable[[Input], Awaitable[Result | None]]
Order: TypeAlias = Literal["completion", "input"]

Keyed: TypeAlias = tuple[Input, str]
"""An input and its key."""
Batch: TypeAlias = list[Keyed[Input]]
"""The inputs of one call: one, or as many as a chunk has."""
Answer: TypeAlias = Result | ItemRefusedError | UnreadableOutcomeError
BatchCall: TypeAlias = Callable[[list[Input]], Awaitable[Sequence[Answer[Result]]]]
"""Makes a call for a batch, and gives an answer for each of its inputs."""


def _at_least_one(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ConfigurationError(f"{attribute.name} must be a whole number of 1 or more, not {value!r}")


def _known_order(_: object, __: object, value: Any) -> None:
    if value not in ("completion", "input"):
        raise ConfigurationError(f"order must be 'completion' or 'input', not {value!r}")


@attrs.frozen(kw_only=True)
class JobSettings(Generic[Input, Result]):
    """How a job runs; see `run` and `run_chunks`."""

    key: Callable[[Input], str]
    order: Order = attrs.field(validator=_known_order)
    stop_after: int | None = attrs.field(validator=attrs.validators.optional(_at_least_one))
    max_concurrency: int = attrs.field(validator=_at_least_one)
    journal: Journal | None
    reconcile: Reconcile[Input, Result] | None
    retry_failed: bool
    progress: Progress | None
    size: int = attrs.field(default=1, validator=_at_least_one)
    retry_refused: bool = False
