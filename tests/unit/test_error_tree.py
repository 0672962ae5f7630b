"""The tree of errors in the docstring of `dixa_async.errors` matches the classes."""

import re
from collections.abc import Iterator

from dixa_async import errors
from dixa_async.errors import DixaError

_LINE = re.compile(
    r"^ {4}(?P<indent>[ │├└─]*)(?P<name>\w+Error) {2,}\S.*?(?:\(also an? (?P<other>\w+)\))?$", re.MULTILINE
)


def _documented() -> Iterator[tuple[str, set[str]]]:
    """Each error in the docstring, with its base classes."""
    path: list[str] = []
    for line in _LINE.finditer(errors.__doc__ or ""):
        path = [*path[: len(line["indent"]) // 4], line["name"]]
        yield line["name"], {*path[-2:-1], *filter(None, [line["other"]])}


def _defined(error: type[DixaError]) -> Iterator[type[DixaError]]:
    yield error
    for cls in error.__subclasses__():
        if cls.__module__.startswith(errors.__name__):
            yield from _defined(cls)


def test_the_docstring_shows_the_tree_of_all_errors() -> None:
    bases = {cls.__name__: {base.__name__ for base in cls.__bases__} for cls in _defined(DixaError)}
    bases["DixaError"] = set()
    assert dict(_documented()) == bases
    assert {name for name in errors.__all__ if name.endswith("Error")} == set(bases)
