"""The servers and cassettes of tests, as their markers ask for."""

import hashlib
import inspect
import math
import os
import re
from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

import pytest

from ..errors import ConfigurationError, DixaError
from .cassettes.cassette import Cassette
from .http.faults import FaultRule
from .server import FakeDixa

_FAULTS: Final = "faults"
_ENDS: Final = {True: None, False: AssertionError, None: KeyboardInterrupt}
"""The exception with which a cassette is closed, by whether its test has passed; None if it was interrupted."""
_UNSAFE: Final = re.compile(r"[^\w.\-\[\]]+", re.ASCII)
_LONGEST_NAME: Final = 120


@contextmanager
def marked_server(node: pytest.Item) -> Generator[FakeDixa, None, None]:
    """The running server of a test.

    Args:
        node: the test.

    Yields:
        The server, with the arguments and the faults of the test's markers ``fake_dixa``.
    """
    known = inspect.signature(FakeDixa).parameters
    # The fixture has no rate limits, unless the marker sets one.
    settings: dict[str, Any] = {
        "rate": math.inf,
        "exports_per_minute": math.inf,
        **_arguments(node, "fake_dixa", (), (*known, _FAULTS)),
    }
    faults = settings.pop(_FAULTS, ())
    try:
        server = FakeDixa(**settings)
        for fault in _as_faults(faults):
            server.fault(fault)
    except (TypeError, ValueError, OSError, DixaError) as error:
        pytest.fail(f"the marker fake_dixa of {node.nodeid}: {error}", pytrace=False)
    with server:
        yield server


def marked_cassette(node: pytest.Item, record: Any) -> Cassette:
    """The cassette of a test.

    Args:
        node: the test.
        record: the record mode of the command line, or None for that of the marker.

    Returns:
        The cassette, with the arguments of the test's markers ``dixa_cassette``. A relative path is relative to the
        directory of the test's file; without one, it is ``cassettes/<file>/<test>.jsonl`` there.
    """
    if node.get_closest_marker("dixa_cassette") is None:
        pytest.fail(f"{node.nodeid} needs the marker: @pytest.mark.dixa_cassette()", pytrace=False)
    arguments = _arguments(node, "dixa_cassette", ("path",), ("record", "order", "key"))
    path = arguments.pop("path", None) or _default_path(node)
    if record is not None:
        arguments["record"] = record
    try:
        if not isinstance(path, str | os.PathLike):
            raise ConfigurationError(f"path must be a string or a path, not {path!r}")
        return Cassette(node.path.parent / path, **arguments)
    except ConfigurationError as error:
        pytest.fail(f"the marker dixa_cassette of {node.nodeid}: {error}", pytrace=False)


@contextmanager
def open_cassette(cassette: Cassette, has_passed: Callable[[], bool | None]) -> Generator[None, None, None]:
    """Open a cassette while a test runs.

    Args:
        cassette: the cassette.
        has_passed: whether the test has passed. If it has failed or was skipped, it is not checked whether all calls
            were made; if it was interrupted (None), its recording is not complete.
    """
    cassette.__enter__()
    try:
        yield
    finally:
        cassette.__exit__(_ENDS[has_passed()], None, None)


def _as_faults(value: Any) -> list[str | FaultRule]:
    listed = cast("Sequence[Any]", value) if isinstance(value, list | tuple) else [value]
    faults = [fault for fault in listed if isinstance(fault, str | FaultRule)]
    if len(faults) < len(listed):
        raise TypeError(f"faults must be a text or a list of texts, not {value!r}")
    return faults


def _arguments(node: pytest.Item, marker: str, positional: Sequence[str], named: Collection[str]) -> dict[str, Any]:
    """The arguments of all markers of a test with one name. Those that are closer to the test come first."""
    found = dict[str, Any]()
    for mark in reversed(list(node.iter_markers(marker))):
        if len(mark.args) > len(positional):
            names = ", ".join((*positional, *(f"{name}=…" for name in named)))
            pytest.fail(f"the marker {marker} of {node.nodeid} takes {names}, not {mark.args!r}", pytrace=False)
        by_position = dict(zip(positional, mark.args, strict=False))
        if twice := ", ".join(by_position.keys() & mark.kwargs):
            pytest.fail(f"the marker {marker} of {node.nodeid} has {twice} twice", pytrace=False)
        given = {**by_position, **mark.kwargs}
        unknown = [name for name in given if name not in (*positional, *named)]
        if unknown:
            names = ", ".join((*positional, *named))
            pytest.fail(
                f"the marker {marker} of {node.nodeid} has no argument {', '.join(unknown)}: it takes {names}",
                pytrace=False,
            )
        found |= given
    return found


def _default_path(node: pytest.Item) -> Path:
    name = ".".join(node.nodeid.split("::")[1:])
    safe = _UNSAFE.sub("-", name)[:_LONGEST_NAME]
    if safe != name:
        safe = f"{safe}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return Path("cassettes") / node.path.stem / f"{safe}.jsonl"
