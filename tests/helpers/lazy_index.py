"""Generates ``dixa_async/_lazy_index.py`` from what type checkers see: ``python -m tests.helpers.lazy_index``."""

import ast
import textwrap
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
INDEX_FILE = ROOT / "dixa_async" / "_lazy_index.py"
PACKAGES = ("dixa_async", "dixa_async.exports", "dixa_async.models", "dixa_async.testing", "dixa_async.webhooks")

_HEADER = '''"""The modules of the lazy names of each package.

Generated from the imports under TYPE_CHECKING in each package: run `python -m tests.helpers.lazy_index`.
"""

from typing import Final

# fmt: off

INDEX: Final[dict[str, dict[str, tuple[str, ...]]]] = {
'''


def lazy_names(package: str) -> dict[str, list[str]]:
    """The names that a package imports under TYPE_CHECKING, by the module that each is imported from."""
    folder = ROOT / package.replace(".", "/")
    tree = ast.parse((folder / "__init__.py").read_text())
    (block,) = (node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    names: dict[str, list[str]] = {}
    for statement in block.body:
        assert isinstance(statement, ast.ImportFrom)
        module = statement.module or ""
        for alias in statement.names:
            assert alias.name == "*" or alias.asname == alias.name, "only `x as x` and `*` are public for type checkers"
            found = _definitions(folder / f"{module.replace('.', '/')}.py") if alias.name == "*" else [alias.name]
            names.setdefault(module, []).extend(found)
    return {module: sorted(found) for module, found in sorted(names.items())}


def index_source() -> str:
    """The source of the index."""
    lines: list[str] = []
    for package in PACKAGES:
        lines.append(f'    "{package}": {{')
        for module, names in lazy_names(package).items():
            listed = "".join(f'"{name}", ' for name in names).rstrip()
            if len(listed) < 90:
                lines.append(f'        "{module}": ({listed}),')
                continue
            indent = " " * 12
            wrapped = textwrap.wrap(listed, 120, initial_indent=indent, subsequent_indent=indent)
            lines += [f'        "{module}": (', *wrapped, "        ),"]
        lines.append("    },")
    return _HEADER + "\n".join(lines) + "\n}\n"


def _definitions(module: Path) -> Iterator[str]:
    """The public names that a module defines, which are those that `import *` brings to a type checker."""
    for node in ast.parse(module.read_text()).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            names = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
        else:
            names = []
        yield from (name for name in names if not name.startswith("_"))


if __name__ == "__main__":
    INDEX_FILE.write_text(index_source())
