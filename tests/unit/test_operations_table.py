"""The table of all operations in the documentation is made from the code as it is now."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

_SCRIPT = Path(__file__).parents[2] / "docs" / "operations_table.py"


@pytest.fixture
def script() -> ModuleType:
    """The script that makes the table."""
    spec = importlib.util.spec_from_file_location("operations_table", _SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_script_makes(script: ModuleType) -> None:
    assert script.PAGE.read_text(encoding="utf-8") == script.table(), "run `python docs/operations_table.py`"


def test_every_method_of_every_section_is_in_the_table(script: ModuleType) -> None:
    rows = [line for line in script.table().splitlines() if line.startswith("| `")]
    assert len(rows) == len(set(rows)) == 123


def test_the_table_reports_which_operations_are_deprecated(script: ModuleType) -> None:
    for attribute, resource in script.resources():
        for name, summary, _ in script.operations(resource):
            assert hasattr(getattr(resource, name), "__deprecated__") == ("Deprecated" in summary), (
                f"{attribute}.{name}"
            )
