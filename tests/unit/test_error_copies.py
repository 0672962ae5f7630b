"""Every error, including any that is added later, can be copied and sent to another process with all its attributes."""

import copy
import importlib
import inspect
import pickle
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

import dixa_async
from dixa_async.errors import Attempt, CallInfo, DixaError
from dixa_async.webhooks.errors import RefusalReason

EXAMPLES: dict[str, Any] = {
    "message": "too bad",
    "reason": "expected str, got int",
    "path": "$.data[3].id",
    "call": CallInfo(
        operation="getThing",
        method="GET",
        path="/things/{thingId}",
        attempts=(Attempt(started_at=datetime(2024, 5, 1, tzinfo=UTC), seconds=0.5, status=503),),
    ),
    "maybe_applied": True,
    "shown_path": "$.data[...].id",
    "items": ({"id": "a"},),
    "unreadable": (),
    "next_key": "k-2",
    "status": 418,
    "headers": {"x-request-id": "r-1"},
    "body": b"\xff\x00",
    "wait": 7.5,
    "max_wait": 2.5,
    "failures": 3,
    "key": "k-1",
    "input": {"id": "a"},
    "fault": {"message": "taken"},
    "day_ends": datetime(2024, 5, 2, tzinfo=UTC),
    "refusal": RefusalReason.TOO_OLD,
    "event_type": "CONVERSATION_CREATED",
    "ids": ("a", "b"),
    "file": "state.json",
    "downloaded": (),
    "failed": (),
}
"""An example for each argument of an error. A new argument needs one here."""


def error_classes() -> list[type[DixaError]]:
    for module in pkgutil.walk_packages(dixa_async.__path__, "dixa_async."):
        # The plugin must first be imported by pytest itself.
        if not module.name.endswith(("__main__", "pytest_plugin")):
            importlib.import_module(module.name)
    return [DixaError, *_below(DixaError)]


def _below(cls: type[DixaError]) -> Iterator[type[DixaError]]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _below(subclass)


def example_of(cls: type[DixaError]) -> DixaError:
    _, *parameters = inspect.signature(cls.__init__).parameters.values()
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return cls(EXAMPLES["message"])
    positional = [EXAMPLES[p.name] for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    return cls(*positional, **{p.name: EXAMPLES[p.name] for p in parameters if p.kind is p.KEYWORD_ONLY})


@pytest.mark.parametrize("cls", error_classes(), ids=lambda cls: cls.__name__)
def test_an_error_can_be_copied_and_pickled_with_all_its_attributes(cls: type[DixaError]) -> None:
    error = example_of(cls)
    error.add_note("while importing")
    if hasattr(error, "page_key"):
        error.page_key = "next"
    protocols = range(pickle.HIGHEST_PROTOCOL + 1)
    for twin in (copy.copy(error), copy.deepcopy(error), *(pickle.loads(pickle.dumps(error, n)) for n in protocols)):
        assert type(twin) is cls
        assert twin is not error
        assert (twin.args, str(twin), repr(twin), vars(twin)) == (error.args, str(error), repr(error), vars(error))


def test_every_error_class_has_an_example() -> None:
    assert len(error_classes()) > 25
    assert all(vars(example_of(cls)) for cls in error_classes() if "__init__" in vars(cls))
