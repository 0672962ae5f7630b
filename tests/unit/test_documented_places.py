"""The README and the page about the architecture name files and functions that exist."""

import importlib
import re
from functools import reduce
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PACKAGE = _ROOT / "dixa_async"
_ARCHITECTURE = (_ROOT / "docs" / "architecture.md").read_text()
_FILE = re.compile(r"(?<![\w./-])(?:[\w.]+/)*\w+\.py\b")
_SECTIONS = {"Transport": "transport", "Bulk jobs": "bulk", "Webhooks": "webhooks"}


def _section(title: str) -> str:
    """The text of a section of the page about the architecture."""
    _, found, rest = _ARCHITECTURE.partition(f"\n## {title}\n")
    assert found
    return rest.partition("\n## ")[0]


def _modules(package: str, section: str) -> list[Path]:
    """The modules and folders in the first column of a section's table."""
    cells = re.findall(r"^\| (`.*?`) \|", section, flags=re.MULTILINE)
    names = [name for cell in cells for name in re.findall(r"`([\w/]+)`", cell)]
    return [_PACKAGE / package / (name if name.endswith("/") else f"{name}.py") for name in names]


def _decisions() -> list[tuple[str, str]]:
    """The rows of the table "Where it is decided": a module, and the function or class in it."""
    row = re.compile(r"^\| .* \| `([\w.]+)` \| `([\w.]+)` \|$", flags=re.MULTILINE)
    return row.findall(_section("Where it is decided"))


@pytest.mark.parametrize("page", ["README.md", "docs/architecture.md"])
def test_every_file_exists(page: str) -> None:
    files = sorted(set(_FILE.findall((_ROOT / page).read_text())))
    assert files
    assert [file for file in files if not ((_ROOT / file).exists() or (_PACKAGE / file).exists())] == []


@pytest.mark.parametrize(("title", "package"), _SECTIONS.items())
def test_every_module_of_a_section_exists(title: str, package: str) -> None:
    modules = _modules(package, _section(title))
    assert modules
    assert [str(module) for module in modules if not module.exists()] == []


def test_the_table_of_decisions_is_read() -> None:
    assert len(_decisions()) >= 14


@pytest.mark.parametrize(("module", "name"), _decisions())
def test_every_decision_is_where_the_table_says(module: str, name: str) -> None:
    home = importlib.import_module(f"dixa_async.{module}")
    found = reduce(getattr, name.split("."), home)
    assert found.__module__ == home.__name__
