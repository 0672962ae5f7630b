"""Patches aioresponses with the `conftest.py` that the documentation shows to its users."""

import runpy
from pathlib import Path


def install() -> None:
    """Patch aioresponses, if it needs it."""
    runpy.run_path(str(Path(__file__).parents[2] / "docs" / "examples" / "conftest.py"))
