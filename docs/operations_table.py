"""Writes ``operations.md``, the table of all operations, from the code: ``python docs/operations_table.py``."""

import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

from dixa_async import DixaClient
from dixa_async.resources.registry import NAMESPACES

PAGE = Path(__file__).with_name("operations.md")
_INTRODUCTION = """# All operations

One method for each operation of the API; the [reference](reference/index.md) explains each.
`docs/operations_table.py` generates this page from the code.
"""


def resources() -> Iterator[tuple[str, type]]:
    """The attributes of a client that hold a section of the API, and their classes."""
    for name, value in inspect.getmembers(DixaClient, lambda value: isinstance(value, cached_property)):
        if name not in NAMESPACES:
            continue  # exports and files have APIs of their own
        module = import_module(f"dixa_async.resources.{name}")
        yield name, get_type_hints(value.func, vars(module))["return"]


def operations(resource: type) -> Iterator[tuple[str, str, str]]:
    """The methods of a resource: name, what it does, and the request behind it."""
    for name, method in inspect.getmembers(resource, inspect.isfunction):
        if not name.startswith("_"):
            documentation = inspect.getdoc(method) or ""
            if re.search(r"^Made of ``", documentation, re.MULTILINE):
                continue  # it is no operation of its own
            request = re.search(r"``([A-Z]+ /\S+)``\s*$", documentation)
            if request is None:
                raise ValueError(f"the docstring of {resource.__name__}.{name} must end with its request")
            yield name, documentation.splitlines()[0], request[1]


def table() -> str:
    """The page."""
    lines = [_INTRODUCTION]
    for attribute, resource in resources():
        lines += [f"## {attribute}\n", "| method | what it does | request |", "| --- | --- | --- |"]
        for name, summary, request in operations(resource):
            lines.append(f"| `{attribute}.{name}` | {summary} | `{request}` |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(table(), encoding="utf-8")
