"""The workflows run what a person runs, with no more rights than they need."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / ".github").rglob("*.yml"), ROOT / ".readthedocs.yaml"])
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def _load(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_is_yaml(path: Path) -> None:
    assert isinstance(_load(path), dict)


def test_ci_runs_all_checks() -> None:
    steps = _load(ROOT / ".github/workflows/ci.yml")["jobs"]["checks"]["steps"]
    assert steps[-1]["run"].endswith("bash .ci/run")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_job_has_more_rights_than_it_needs(path: Path) -> None:
    workflow = _load(path)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        assert job["permissions"] == ({"id-token": "write"} if name == "publish" else {"contents": "read"})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_each_action_has_a_version(path: Path) -> None:
    used = re.findall(r"uses: (?!\./)(\S+)", path.read_text("utf-8"))
    assert all(re.search(r"@(v\d|release/v\d|[0-9a-f]{40}$)", action) for action in used)


def test_nothing_is_published_before_all_checks_have_passed() -> None:
    jobs = _load(ROOT / ".github/workflows/release.yml")["jobs"]
    assert (jobs["publish"]["needs"], jobs["build"]["needs"]) == ("build", "checks")
    assert jobs["checks"]["uses"] == "./.github/workflows/ci.yml"
    assert jobs["publish"]["environment"]["name"] == "pypi"  # as registered with PyPI
