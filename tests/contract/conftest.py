"""Prism, and a count of what was compared."""

import contextlib
from collections import Counter
from collections.abc import Iterator

import pytest

from ..helpers import description
from . import sent_requests
from .prism import PrismUnavailableError, running

_covered: "Counter[str]" = Counter()


@pytest.fixture
def covered() -> "Counter[str]":
    """Counts what was compared; reported at the end of the run."""
    return _covered


@pytest.fixture(scope="session")
def recorded() -> sent_requests.Recordings:
    """What each method sends to the API version of the contract."""
    return sent_requests.record_all("beta")


@pytest.fixture(scope="session")
def recorded_with_v1() -> sent_requests.Recordings:
    """What each method sends to the other API version."""
    return sent_requests.record_all("v1")


@pytest.fixture(scope="session")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Prism that serves the completed description."""
    with contextlib.ExitStack() as until_the_end:
        try:
            address = until_the_end.enter_context(running(tmp_path_factory.mktemp("prism")))
        except PrismUnavailableError as problem:
            if description.in_ci():
                pytest.fail(f"Prism must run here: {problem}")
            pytest.skip(f"Prism does not run here: {problem}")
        yield address


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reason = description.missing()
    if reason is not None:
        terminalreporter.section("contract", red=True, bold=True)
        terminalreporter.write_line(reason, red=True, bold=True)
    if _covered:
        all_examples = sum(map(len, description.examples().values()))
        terminalreporter.write_line(
            f"contract: {_covered['examples']} of {all_examples} examples, {_covered['sites']} tagged sites in them, "
            f"{_covered['requests']} requests and {_covered['responses']} random responses from Prism, "
            f"{_covered['fake_responses']} responses from FakeDixa"
        )
