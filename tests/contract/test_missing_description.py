"""The contract tests without a description: a run that compared nothing must not look green."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


def run(**environment: str) -> "subprocess.CompletedProcess[str]":
    """Run two of the modules: one that needs the description in its tests, and one that needs it when imported."""
    clean = {name: value for name, value in os.environ.items() if name not in ("CI", "DIXA_OPENAPI")}
    modules = ["tests/contract/test_description.py", "tests/contract/test_schemas.py"]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--no-header", *modules]
    # The arguments of this run must not affect that one.
    environment = {**clean, **environment, "PYTEST_ADDOPTS": "", "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("ci", ["1", "true"])
def test_they_fail_in_ci(ci: str) -> None:
    ran = run(CI=ci, DIXA_OPENAPI="/nowhere")
    assert ran.returncode not in (0, 5), ran.stdout
    assert "/nowhere is absent" in ran.stdout
    assert " skipped" not in ran.stdout


@pytest.mark.parametrize("ci", ["", "false"])
def test_they_are_skipped_elsewhere_and_the_run_reports_it(ci: str) -> None:
    ran = run(CI=ci, DIXA_OPENAPI="/nowhere")
    assert ran.returncode in (0, 5), ran.stdout
    assert "= contract =" in ran.stdout
    assert "nothing is compared with Dixa's description: /nowhere is absent" in ran.stdout


def test_a_message_is_shown_after_opting_out() -> None:
    ran = run(CI="1", DIXA_OPENAPI="none")
    assert ran.returncode in (0, 5), ran.stdout
    assert "= contract =" in ran.stdout
    assert "for DIXA_OPENAPI is 'none'" in ran.stdout
