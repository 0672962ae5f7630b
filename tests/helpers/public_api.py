"""The public face of the package as text, one line for each name, to see what a change does to it.

``python -m tests.helpers.public_api`` writes the snapshot that ``tests/unit/test_public_api.py`` compares.
"""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import griffe

from .api_surface import Method, methods

ROOT: Final = Path(__file__).parents[2]
SNAPSHOT: Final = ROOT / "tests" / "public_api.txt"

PUBLIC_MODULES: Final = (
    "dixa_async",
    "dixa_async.bulk",
    "dixa_async.errors",
    "dixa_async.exports",
    "dixa_async.exports.sync",
    "dixa_async.files",
    "dixa_async.models",
    "dixa_async.telemetry",
    "dixa_async.testing",
    "dixa_async.testing.event_builders",
    "dixa_async.testing.fault_script",
    "dixa_async.testing.pytest_plugin",
    "dixa_async.webhooks",
    "dixa_async.webhooks.telemetry",
)


def public_api() -> str:
    """Every public name, with the signature of a function and the type of a value, in order."""
    package = griffe.load("dixa_async", search_paths=[str(ROOT)], resolve_aliases=True, resolve_external=False)
    lines = [line for module in PUBLIC_MODULES for line in _module_lines(package, module)]
    lines += [line for method in methods() for line in _method_lines(package, method)]
    return "".join(f"{line}\n" for line in lines)


def _module_lines(package: griffe.Object | griffe.Alias, module: str) -> Iterator[str]:
    for name in sorted(importlib.import_module(module).__all__):
        path = f"{module}.{name}"
        yield from _lines(path, package[path.removeprefix("dixa_async.")])


def _method_lines(package: griffe.Object | griffe.Alias, method: Method) -> Iterator[str]:
    home = f"{method.function.__module__}.{method.function.__qualname__}"
    yield from _lines(f"dixa_async.DixaClient.{method}", package[home.removeprefix("dixa_async.")])


def _lines(path: str, member: griffe.Object | griffe.Alias) -> Iterator[str]:
    target = member.final_target if isinstance(member, griffe.Alias) else member
    if isinstance(target, griffe.Class):
        yield f"class {path}({', '.join(str(base) for base in target.bases)})"
        for inner in sorted(target.all_members.values(), key=lambda each: each.name):
            if inner.name == "__init__" or not inner.name.startswith("_"):
                yield from _lines(f"{path}.{inner.name}", inner)
    elif isinstance(target, griffe.Function):
        parameters = ", ".join(_parameter(each) for each in target.parameters)
        yield f"def {path}({parameters}) -> {target.returns}"
    elif isinstance(target, griffe.Attribute):
        yield f"{path}: {target.annotation if target.annotation is not None else target.value}"


def _parameter(parameter: griffe.Parameter) -> str:
    star = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}.get(
        parameter.kind or griffe.ParameterKind.positional_or_keyword, ""
    )
    keyword = "(keyword) " if parameter.kind is griffe.ParameterKind.keyword_only else ""
    annotation = "" if parameter.annotation is None else f": {parameter.annotation}"
    default = "" if parameter.default is None or star else f" = {parameter.default}"
    return f"{keyword}{star}{parameter.name}{annotation}{default}"


if __name__ == "__main__":
    SNAPSHOT.write_text(public_api())
