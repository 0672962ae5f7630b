"""Pages of the documentation begin with what they are for, and show it."""

import re
from pathlib import Path

import pytest

_DOCS = Path(__file__).parents[2] / "docs"
_PAGES = sorted(
    page.relative_to(_DOCS).as_posix() for folder in ("", "reference/") for page in _DOCS.glob(f"{folder}*.md")
)
_WITHOUT_EXAMPLE = {"changelog.md", "failure-modes.md", "glossary.md", "operations.md", "performance.md"}
_NO_PROSE = ("#", "|", "-", "```", ":::", "<")


@pytest.mark.parametrize("page", _PAGES)
def test_a_page_begins_with_what_it_is_for(page: str) -> None:
    text = re.sub(r"^:::\{index\}.*\n:::\n+", "", (_DOCS / page).read_text(), flags=re.MULTILINE)
    title, _, rest = text.partition("\n\n")
    assert re.fullmatch(r"# .+", title)
    assert not rest.startswith(_NO_PROSE)


@pytest.mark.parametrize("page", [page for page in _PAGES if not page.startswith("reference/")])
def test_a_guide_has_an_example(page: str) -> None:
    assert page in _WITHOUT_EXAMPLE or re.search(r"^```(?!\{)", (_DOCS / page).read_text(), flags=re.MULTILINE)
