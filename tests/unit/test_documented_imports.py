"""The examples of the documentation import only from public modules, which `docs/public-api.md` lists."""

import ast
import importlib
import re
from pathlib import Path

import pytest

_PROJECT = Path(__file__).parents[2]
_PUBLIC = re.findall(r"^\| `(dixa_async[\w.]*)` \|", (_PROJECT / "docs" / "public-api.md").read_text(), re.MULTILINE)
_PAGES = [_PROJECT / "README.md", *sorted((_PROJECT / "docs").glob("*.md"))]
_PROGRAMS = sorted(file for folder in ("examples", "recipes") for file in (_PROJECT / "docs" / folder).glob("*.py"))


def _imported(source: str) -> set[str]:
    found = set[str]()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return {module for module in found if module.split(".")[0] == "dixa_async"}


@pytest.mark.parametrize("module", _PUBLIC)
def test_a_module_listed_as_public_exists(module: str) -> None:
    importlib.import_module(module)


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_import_from_public_modules_only(page: Path) -> None:
    examples = re.findall(r"^```python\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    assert {module for example in examples for module in _imported(example)} <= {*_PUBLIC}


@pytest.mark.parametrize("program", _PROGRAMS, ids=lambda program: program.name)
def test_a_program_imports_from_public_modules_only(program: Path) -> None:
    assert _imported(program.read_text()) <= {*_PUBLIC}
