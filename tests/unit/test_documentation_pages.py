"""The pages of the documentation: each shows how something is done, and names only what there is."""

import re
from operator import attrgetter
from pathlib import Path
from typing import Final

import pytest

from dixa_async import DixaClient

_DOCS: Final = Path(__file__).parents[2] / "docs"
_WITHOUT_EXAMPLES: Final = {"changelog", "failure-modes", "glossary", "operations", "performance"}
"""Tables and lists of facts."""
_PAGES: Final = sorted(_DOCS.glob("*.md"))
_REFERENCE: Final = sorted(_DOCS.glob("reference/*.md"))
_NO_PROSE: Final = ("#", "|", "-", "```", ":::", "<")
_EXAMPLE: Final = re.compile(r"^```(python|sh|text)$|^:::\{literalinclude\}", re.MULTILINE)


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.stem)
def test_a_page_has_an_example(page: Path) -> None:
    assert bool(_EXAMPLE.search(page.read_text())) != (page.stem in _WITHOUT_EXAMPLES)


@pytest.mark.parametrize("page", [*_PAGES, *_REFERENCE], ids=lambda page: page.relative_to(_DOCS).as_posix())
def test_a_page_begins_with_what_it_is_for(page: Path) -> None:
    text = re.sub(r"^:::\{index\}.*\n:::\n+", "", page.read_text(), flags=re.MULTILINE)
    title, _, rest = text.partition("\n\n")
    assert re.fullmatch(r"# .+", title)
    assert not rest.startswith(_NO_PROSE)


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.stem)
def test_every_page_is_in_the_navigation(page: Path) -> None:
    index = (_DOCS / "index.md").read_text()
    assert page.stem == "index" or re.search(rf"^{page.stem}$", index, re.MULTILINE)


async def test_the_methods_in_the_table_of_the_migration_exist() -> None:
    rows = re.findall(r"^\| `\w+\.\w+` \| `(\w+\.\w+)` \|$", (_DOCS / "migration.md").read_text(), re.MULTILINE)
    assert len(rows) > 70
    async with DixaClient("key") as dixa:
        for method in rows:
            assert callable(attrgetter(method)(dixa)), method
