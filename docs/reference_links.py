"""A Sphinx extension: what autodoc makes of the code becomes readable, and linked to the public path of each name.

Methods of resources are linked to their row in the table of all operations, and its rows to them.
"""

import builtins
import inspect
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from docutils import nodes
from operations_table import operations, resources
from public_reference import documented
from sphinx.addnodes import pending_xref

from dixa_async.resources.base import Resource

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def hide_caller(
    _: "Sphinx", what: str, __: str, value: object, ____: object, _____: object, ______: object
) -> tuple[str, None] | None:
    """Show no constructor of a resource: the client makes it."""
    return ("", None) if what == "class" and inspect.isclass(value) and issubclass(value, Resource) else None


_TABLE: Final = "operations"
"""The page with the table of all operations."""


@cache
def _operations() -> dict[str, tuple[str, str]]:
    """The name and the request of each operation, by the path of its method."""
    return {
        f"{resource.__module__}.{resource.__qualname__}.{name}": (f"{attribute}.{name}", request)
        for attribute, resource in resources()
        for name, _, request in operations(resource)
    }


def link_to_table(_: "Sphinx", what: str, path: str, ___: object, ____: object, lines: list[str]) -> None:
    """Link the request at the end of the text of a method to its row in the table of all operations."""
    if what == "method" and path in _operations():
        name, request = _operations()[path]
        lines[:] = [f":ref:`{request} <{name}>`" if line == f"``{request}``" else line for line in lines]


def link_table(app: "Sphinx", doctree: nodes.document) -> None:
    """Link each row of the table of all operations to its method, and make it a target."""
    if app.env.docname != _TABLE:
        return
    paths = {name: path for path, (name, _) in _operations().items()}
    for literal in list(doctree.findall(nodes.literal)):
        name = literal.astext()
        if name not in paths:
            continue
        anchor = nodes.make_id(name)
        link = pending_xref("", refdomain="py", reftype="meth", reftarget=paths[name], refdoc=_TABLE, refwarn=True)
        literal.replace_self(link)
        link += literal
        link["ids"].append(anchor)
        app.env.domains.standard_domain.anonlabels[name] = (_TABLE, anchor)


_VALUES: Final = ("attribute", "data", "property")
_COLON: Final = "\0"


def protect_colons(_: "Sphinx", what: str, __: str, ___: object, ____: object, lines: list[str]) -> None:
    """Keep Napoleon from taking the text before a colon for a type, in what attributes are and functions return."""
    if what in _VALUES:
        lines[:] = [line.replace(":", _COLON) for line in lines]
        return
    marked: list[str] = []
    indentation: int | None = None
    for line in lines:
        depth = len(line) - len(line.lstrip())
        if indentation is None:
            heading = re.fullmatch(r"(\s*)(Returns|Yields):", line)
            if heading is None:
                marked.append(line)
            else:
                indentation = len(heading[1])
                marked += ["", f"{heading[1]}:{heading[2].lower()}:"]
        elif line.strip() and depth <= indentation:
            indentation = None
            marked += ["", line]
        else:
            marked.append(line)
    lines[:] = marked


def restore_colons(_: "Sphinx", what: str, __: str, ___: object, ____: object, lines: list[str]) -> None:
    """Undo what `protect_colons` did to the text of an attribute."""
    if what in _VALUES:
        lines[:] = [line.replace(_COLON, ":") for line in lines]


_PUBLIC_PATHS: Final = (
    (re.compile(r"builtins\.(\w+)"), r"\1"),
    (re.compile(r"datetime\.Annotated"), r"datetime.datetime"),
    (re.compile(r"aiohttp\.web_\w+\.(\w+)"), r"aiohttp.web.\1"),
    (re.compile(r"aiohttp\.client\w*\.(\w+)"), r"aiohttp.\1"),
)
"""The paths that others document, by those where they define something."""


@cache
def _public_paths() -> frozenset[str]:
    modules = {module for each in documented().values() for module in (each.package, each.module)}
    return frozenset({*modules, *(each.path for each in documented().values())})


def link_public_paths(_: "Sphinx", doctree: nodes.document) -> None:
    """Link types that are named by the path where they are defined to the entry under their public path.

    Private types have no entry: they are shown without a link.
    """
    for node in list(doctree.findall(pending_xref)):
        if node.get("refdomain") != "py" or node.get("reftype") == "meth":
            continue
        target = node["reftarget"]
        if target in documented():
            target = documented()[target].path
        for pattern, path in _PUBLIC_PATHS:
            target = pattern.sub(path, target) if pattern.fullmatch(target) else target
        if target.startswith("dixa_async.") and target not in _public_paths():
            node.replace_self(node.children)
            continue
        node["reftarget"] = target
        if hasattr(builtins, target):
            # `type` must not be linked to whatever attribute has that name.
            node.attributes.pop("refspecific", None)


def setup(app: "Sphinx") -> dict[str, bool]:
    """Register the changes."""
    app.connect("autodoc-process-signature", hide_caller)
    app.connect("autodoc-process-docstring", protect_colons, priority=400)  # before Napoleon, at 500
    app.connect("autodoc-process-docstring", restore_colons, priority=600)
    app.connect("autodoc-process-docstring", link_to_table)
    app.connect("doctree-read", link_table)
    app.connect("doctree-read", link_public_paths)
    return {"parallel_read_safe": True}
