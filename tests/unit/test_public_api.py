"""A change of the public face is seen, and said."""

import difflib
import re

from ..helpers.public_api import PUBLIC_MODULES, ROOT, SNAPSHOT, public_api


def test_the_snapshot_covers_the_modules_that_the_documentation_lists() -> None:
    page = (ROOT / "docs" / "public-api.md").read_text()
    assert sorted(PUBLIC_MODULES) == sorted(re.findall(r"^\| `(dixa_async[\w.]*)` \|", page, re.MULTILINE))


def test_the_public_api_is_as_in_the_snapshot() -> None:
    snapshot, now = SNAPSHOT.read_text().splitlines(), public_api().splitlines()
    changes = [line for line in difflib.unified_diff(snapshot, now, n=0, lineterm="") if line[:1] in "+-"][2:]
    assert not changes, (
        "the public API has changed. If that is meant, run `python -m tests.helpers.public_api` "
        "and say it in docs/changelog.md:\n" + "\n".join(changes)
    )
