"""A Sphinx extension: ``public-names`` documents the public names of a package, each under its public path.

::

    .. public-names:: dixa_async.models
       :from: agents presence

documents what `dixa_async.models` exports from its modules `agents` and `presence`, in the order of the source; without
``from``, all that it exports. ``resource`` documents the methods of one attribute of the client.

A public name or a field of a public model that is on no page is a warning, and so an error where the pages are built
with ``-W``.
"""

import enum
import importlib
import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Union, get_args, get_origin

import attrs
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from operations_table import resources
from sphinx.errors import ExtensionError
from sphinx.pycode import ModuleAnalyzer
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import nested_parse_with_titles
from typing_extensions import override

from dixa_async._lazy_index import INDEX
from dixa_async.models import Model

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_LOG: Final = logging.getLogger(__name__)

PACKAGES: Final = (
    "dixa_async",
    "dixa_async.bulk",
    "dixa_async.errors",
    "dixa_async.exports",
    "dixa_async.exports.sync",
    "dixa_async.files",
    "dixa_async.models",
    "dixa_async.telemetry",
    "dixa_async.testing",
    "dixa_async.testing.event_builders",  # exports events of webhooks too
    "dixa_async.testing.fault_script",
    "dixa_async.testing.pytest_plugin",
    "dixa_async.webhooks",
    "dixa_async.webhooks.telemetry",
)
"""The public modules: those that `public-api.md` lists. A name that several of them export belongs to the last one."""

_PUBLIC_API: Final = Path(__file__).with_name("public-api.md")

_EVERYWHERE: Final = frozenset({"__version__"})
"""Exported names without an entry."""


@attrs.frozen
class PublicName:
    """A name that a public module exports."""

    package: str
    name: str

    @property
    def path(self) -> str:
        """Where to import it from."""
        return f"{self.package}.{self.name}"

    @property
    def value(self) -> Any:
        """What it names."""
        return getattr(importlib.import_module(self.package), self.name)

    @property
    def module(self) -> str:
        """Where it is defined."""
        if getattr(self.value, "__qualname__", None) == self.name:
            return str(self.value.__module__)
        # An alias does not say where it is defined.
        modules = INDEX.get(self.package, {})
        return next(
            (f"{self.package}.{module}" for module, names in modules.items() if self.name in names), self.package
        )

    @property
    def line(self) -> int:
        """Where in its module it is defined."""
        source = inspect.getsource(importlib.import_module(self.module))
        definition = re.search(rf"^(?:class |def |async def )?{self.name}\b", source, re.MULTILINE)
        return -1 if definition is None else source.count("\n", 0, definition.start())


@cache
def exported(package: str) -> tuple[PublicName, ...]:
    """All names that a public module exports, in the order in which they are defined."""
    module = importlib.import_module(package)
    if not hasattr(module, "__all__"):
        raise ExtensionError(f"{package} has no __all__")
    names = [PublicName(package, name) for name in module.__all__ if name not in _EVERYWHERE]
    return tuple(sorted(names, key=lambda each: (each.module, each.line)))


@cache
def documented() -> dict[str, PublicName]:
    """All public names that need an entry, by the private path of what they name."""
    entries: dict[str, PublicName] = {}
    for package in PACKAGES:
        for each in exported(package):
            entries[private_path(each)] = each
    return entries


def private_path(public: PublicName) -> str:
    """Where a public name is defined."""
    return f"{public.module}.{getattr(public.value, '__qualname__', public.name)}"


def _lines(public: PublicName) -> Iterator[str]:
    """The directive for a public name."""
    value = public.value
    options: Sequence[str] = (":members:", ":undoc-members:")
    if getattr(value, "__qualname__", None) != public.name:
        yield from _alias_lines(public)
        return
    if inspect.isclass(value):
        kind = "exception" if issubclass(value, BaseException) else "class"
        if issubclass(value, enum.Enum):
            pass
        elif issubclass(value, BaseException):
            options = (":members:", ":show-inheritance:")
        elif issubclass(value, Model):
            options = (*options, ":inherited-members: Model")
        else:
            options = (":members:", ":inherited-members: object, tuple, Sequence")
    else:
        kind, options = "function", ()
    yield f".. auto{kind}:: {public.path}"
    yield from (f"   {option}" for option in options)
    yield ""


def _alias_lines(public: PublicName) -> Iterator[str]:
    """The directive for an alias or a constant, whose text autodoc would look for in the wrong module."""
    kind = "data" if isinstance(public.value, enum.Enum) else "type"
    yield f".. py:{kind}:: {public.path}"
    yield ""
    texts = ModuleAnalyzer.for_module(public.module).find_attr_docs()
    yield from (f"   {line}" for line in texts.get(("", public.name), []))
    members = [each for each in get_args(public.value) if inspect.isclass(each)]
    if get_origin(public.value) in (Union, UnionType) and members:
        links = (f":py:class:`~{each.__module__}.{each.__qualname__}`" for each in members)
        yield f"   One of {', '.join(links)}."
        yield ""


class PublicNames(SphinxDirective):
    """``public-names``: entries for what a public module exports."""

    required_arguments: ClassVar[int] = 1
    option_spec: ClassVar[Any] = {"from": directives.unchanged, "names": directives.unchanged}
    has_content: ClassVar[bool] = False

    @override
    def run(self) -> list[nodes.Node]:
        package = self.arguments[0]
        modules = [f"{package}.{each}" for each in self.options.get("from", "").split()]
        names = self.options.get("names", "").split()
        chosen = [
            each
            for each in exported(package)
            if documented()[private_path(each)] == each
            and (not modules or each.module in modules)
            and (not names or each.name in names)
        ]
        missing = set(names) - {each.name for each in chosen} | set(modules) - {each.module for each in chosen}
        if missing or not chosen:
            raise self.error(f"{package} exports nothing from {', '.join(sorted(missing)) or 'there'}")
        return _parse(self, [line for each in chosen for line in _lines(each)])


class ResourceMethods(SphinxDirective):
    """``resource``: the methods of one attribute of the client."""

    required_arguments: ClassVar[int] = 1
    has_content: ClassVar[bool] = False

    @override
    def run(self) -> list[nodes.Node]:
        resource = dict(resources())[self.arguments[0]]
        path = f"{resource.__module__}.{resource.__qualname__}"
        return _parse(self, [f".. autoclass:: {path}", "   :members:", "   :inherited-members: object", ""])


def _parse(directive: SphinxDirective, lines: Iterable[str]) -> list[nodes.Node]:
    node = nodes.section()
    node.document = directive.state.document
    nested_parse_with_titles(directive.state, StringList(list(lines), "public_reference"), node)
    return node.children


def report_missing(_: "Sphinx", env: "BuildEnvironment") -> None:
    """Warn of each public name, and each field of a public model, that has no entry."""
    entries = env.domains["py"].objects
    listed = set(re.findall(r"^\| `(dixa_async[\w.]*)`", _PUBLIC_API.read_text(encoding="utf-8"), re.MULTILINE))
    if listed != set(PACKAGES):
        _LOG.warning("PACKAGES and public-api.md differ in %s", sorted(listed ^ set(PACKAGES)), type="reference")
    for public in documented().values():
        fields: Iterable[str] = ()
        if inspect.isclass(public.value) and issubclass(public.value, Model):
            fields = (each.name for each in attrs.fields(public.value) if not each.name.startswith("_"))
        for path in (public.path, *(f"{public.path}.{name}" for name in fields)):
            if path not in entries:
                _LOG.warning("%s is public, and has no entry in the reference", path, type="reference")


def setup(app: "Sphinx") -> dict[str, bool]:
    """Register the directives."""
    app.add_directive("public-names", PublicNames)
    app.add_directive("resource", ResourceMethods)
    app.connect("env-check-consistency", report_missing)
    return {"parallel_read_safe": True}
