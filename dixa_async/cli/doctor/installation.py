"""Python, the packages, the extras, and the JSON library."""

import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from ..._json import LIBRARY
from ..._version import __version__
from .findings import Finding, fail, ok, warning

_DEPENDENCIES: Final = ("aiohttp", "attrs", "cattrs", "typing-extensions")
_EXTRAS: Final = {"progress": "rich", "redis": "redis", "otel": "opentelemetry-api"}


def check_installation() -> Iterator[Finding]:
    """Check what is installed.

    Yields:
        The findings.
    """
    yield _python()
    yield _packages()
    yield _json_library()
    extras = ", ".join(f"{name} ({_installed(package)})" for name, package in _EXTRAS.items())
    yield ok("extras", extras)


def _python() -> Finding:
    text = f"{platform.python_implementation()} {platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.flags.optimize >= 2:
        return warning("python", text, "-OO removes docstrings: `call OPERATION --help` shows no explanations")
    return ok("python", text)


def _packages() -> Finding:
    versions = {name: _version(name) for name in _DEPENDENCIES}
    text = f"dixa-async {__version__}, " + ", ".join(f"{name} {_installed(name)}" for name in versions)
    missing = [name for name, found in versions.items() if found is None]
    if missing:
        return fail("packages", text, f"pip install {' '.join(missing)}")
    return ok("packages", text)


def _json_library() -> Finding:
    if LIBRARY is None:
        return warning("json", "the standard library", "pip install msgspec, if there is one for this Python: faster")
    return ok("json", f"{LIBRARY} {_installed(LIBRARY)}")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _installed(package: str) -> str:
    return _version(package) or "not installed"
