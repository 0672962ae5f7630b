"""Rules for the files of the package. import-linter has those for imports; see `pyproject.toml`."""

import ast
from pathlib import Path

import pytest

from dixa_async.serialization.constructed import has_plain_init

from ..helpers.type_forms import model_types

_PACKAGE = Path(__file__).parents[2] / "dixa_async"
_FILES = sorted(_PACKAGE.rglob("*.py"))


def _name(file: Path) -> str:
    return file.relative_to(_PACKAGE).as_posix()


@pytest.mark.parametrize("file", _FILES, ids=_name)
def test_a_file_is_small_and_says_what_it_is_for(file: Path) -> None:
    text = file.read_text()
    assert len(text.splitlines()) <= 400
    assert ast.get_docstring(ast.parse(text))


def test_every_model_has_a_plain_init() -> None:
    # One that does is read through its constructor, which takes several times as long.
    assert [cls for cls in model_types() if isinstance(cls, type) and not has_plain_init(cls)] == []


@pytest.mark.parametrize(
    ("constant", "home"), [("2**63 - 1", "_ids.py"), ('"https": 443', "_base_url.py"), (".utcoffset()", "_utc.py")]
)
def test_a_limit_or_a_check_has_one_home(constant: str, home: str) -> None:
    assert {_name(file) for file in _FILES if constant in file.read_text()} == {home}


def test_the_package_says_to_type_checkers_that_it_has_types() -> None:
    assert (_PACKAGE / "py.typed").exists()
