"""The types of the functions of a job, and its settings."""

import math
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Sequence
from typing import Any, Final, Generic, Literal, TypeAlias

import attrs

from ..errors import ConfigurationError, DixaError
from .journal import Journal
from .keys import Keyed
from .outcomes import Input, ItemRejectedError, Result, UnknownItemOutcomeError
from .progress import Progress

Inputs: TypeAlias = Iterable[Input] | AsyncIterable[Input]
Call: TypeAlias = Callable[[Input], Awaitable[Result]]
Reconcile: TypeAlias = Callable[[Input], Awaitable[Result | None]]
Order: TypeAlias = Literal["completion", "input"]

CallErrors: TypeAlias = type[Exception] | tuple[type[Exception], ...]
"""The exceptions that make one input fail, as in an `except` clause."""

DEFAULT_CALL_ERRORS: Final = (DixaError, TimeoutError)
DEFAULT_MAX_DENIED: Final = 10
DEFAULT_OUTAGE_TIMEOUT: Final = 300.0
"""Seconds."""
DEFAULT_RECONCILE_DELAY: Final = 5.0
"""Seconds."""

Batch: TypeAlias = list[Keyed[Input]]
"""The inputs of one call: a single one, or a chunk."""
ItemResult: TypeAlias = Result | ItemRejectedError | UnknownItemOutcomeError
BatchCall: TypeAlias = Callable[[list[Input]], Awaitable[Sequence[ItemResult[Result]]]]
"""Makes a call for a batch, and returns the result of each of its inputs."""


def _at_least_one(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ConfigurationError(f"{attribute.name} must be a whole number of 1 or more, not {value!r}")


def _known_order(_: object, __: object, value: Any) -> None:
    if value not in ("completion", "input"):
        raise ConfigurationError(f"order must be 'completion' or 'input', not {value!r}")


def _key_function(_: object, __: object, value: Any) -> None:
    if not callable(value):
        raise ConfigurationError(f"key must be a function that returns the key of an input, not {value!r}")


def _journal_or_none(_: object, __: object, value: Any) -> None:
    if value is not None and not isinstance(value, Journal):
        raise ConfigurationError(f"journal must be a Journal or None, not {value!r}")


def _function_or_none(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if value is not None and not callable(value):
        raise ConfigurationError(f"{attribute.name} must be an async function or None, not {value!r}")


def _progress_or_none(_: object, __: object, value: Any) -> None:
    methods = (getattr(value, name, None) for name in ("update", "close"))
    if value is not None and (isinstance(value, type) or not all(callable(method) for method in methods)):
        raise ConfigurationError(f"progress must have the methods update and close, or be None, not {value!r}")


def _exception_types(_: object, __: object, value: Any) -> None:
    types: tuple[Any, ...] = value if isinstance(value, tuple) else (value,)  # pyright: ignore[reportUnknownVariableType]
    if not all(isinstance(each, type) and issubclass(each, Exception) for each in types):
        raise ConfigurationError(f"call_errors must be an exception class or a tuple of them, not {value!r}")


def _seconds(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise ConfigurationError(f"{attribute.name} must be a number of seconds, 0 or more, not {value!r}")


@attrs.frozen(kw_only=True)
class JobSettings(Generic[Input, Result]):
    """The settings of a job. See `run` and `run_chunks`."""

    key: Callable[[Input], str] = attrs.field(validator=_key_function)
    order: Order = attrs.field(validator=_known_order)
    max_failures: int | None = attrs.field(validator=attrs.validators.optional(_at_least_one))
    max_concurrency: int = attrs.field(validator=_at_least_one)
    journal: Journal | None = attrs.field(validator=_journal_or_none)
    reconcile: Reconcile[Input, Result] | Reconcile[Input, bool] | None = attrs.field(validator=_function_or_none)
    reconcile_delay: float = attrs.field(validator=_seconds)
    retry_failed: bool
    call_errors: CallErrors = attrs.field(validator=_exception_types)
    max_denied: int | None = attrs.field(validator=attrs.validators.optional(_at_least_one))
    outage_timeout: float = attrs.field(validator=_seconds)
    progress: Progress | None = attrs.field(validator=_progress_or_none)
    chunk_size: int = attrs.field(default=1, validator=_at_least_one)
    retry_rejected: bool = False
