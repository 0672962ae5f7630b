"""A Sphinx extension: ``{import-graph}`` draws which packages import which, from the code, when a page is built.

An arrow points to what is imported. Where a longer path leads to the same package, the direct arrow is left out: the
picture shows the order, not every import. Imports for type checkers, and those inside functions, do not count.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PACKAGE: Final = Path(__file__).parents[1] / "dixa_async"

_MERGED: Final = {"_base_url": "config", "_config_checks": "config", "api_response": "pagination", "secret": "config",
                  "preload": "client", "pydantic_schema": "conversion", "__main__": "cli"}  # fmt: skip
"""Small modules that are drawn as part of a neighbour."""

_CAPTIONS: Final = {
    "helpers": "_json, _utc, _lazy, …",
    "bulk": "jobs of many calls",
    "caller": "one call, start to end",
    "cli": "the commands",
    "client": "DixaClient",
    "config": "settings, the token",
    "conversion": "models as JSON",
    "database": "SQLite files",
    "errors": "all errors",
    "exports": "whole periods, streamed",
    "files": "downloads",
    "models": "requests, responses",
    "pagination": "Page and Pager",
    "resources": "one method per operation",
    "rows": "flat rows for tables",
    "serialization": "JSON to models and back",
    "telemetry": "OpenTelemetry",
    "testing": "FakeDixa, pytest plugin",
    "transport": "retries, rate limit, HTTP",
    "validation": "checks of arguments",
    "webhooks": "events from Dixa",
}

_WIDTH, _HEIGHT, _COLUMN, _ROW, _MARGIN, _PORT = 168, 46, 186, 92, 10, 26

_STYLE: Final = """
.import-graph { width: 100%; height: auto; font-family: inherit; }
.import-graph rect { fill: var(--color-background-secondary, #f8f9fb); stroke: var(--color-brand-primary, #2757dd); }
.import-graph text { fill: var(--color-foreground-primary, #000); text-anchor: middle; }
.import-graph .name { font-size: 14px; font-weight: 600; }
.import-graph .caption { font-size: 11.5px; fill: var(--color-foreground-secondary, #5a5c63); }
.import-graph path { fill: none; stroke: var(--color-foreground-muted, #6b6f76); stroke-width: 1.2; }
.import-graph marker path { fill: var(--color-foreground-muted, #6b6f76); stroke: none; }
"""

Graph = dict[str, set[str]]


@attrs.frozen
class Node:
    """A place in the picture: a package, or a bend of an arrow that passes a row."""

    row: int
    name: str
    is_bend: bool = False


def read_imports(package: Path = PACKAGE) -> Graph:
    """Read which packages import which.

    Args:
        package: the folder of the top-level package.

    Returns:
        For each package, the packages that it imports.
    """
    graph: Graph = {}
    for file in sorted(package.rglob("*.py")):
        parts = file.relative_to(package).with_suffix("").parts
        if parts == ("__init__",):
            continue  # it hands on names of all the others
        importer = _unit(parts[0])
        imported = {_unit(name) for name in _imported(ast.parse(file.read_text("utf-8")), parts[:-1], package)}
        graph.setdefault(importer, set()).update(imported - {importer})
    return graph


def _unit(module: str) -> str:
    """What a module of the top level is drawn as."""
    if module.startswith("_") and module not in _MERGED:
        return "helpers"
    return _MERGED.get(module, module)


def _imported(tree: ast.Module, here: tuple[str, ...], package: Path) -> Iterator[str]:
    """The modules of the top level that a file imports."""
    for node in _top_level(tree.body):
        if isinstance(node, ast.Import):
            paths = [alias.name.split(".") for alias in node.names]
        elif node.level == 0:
            paths = [[*(node.module or "").split("."), alias.name] for alias in node.names]
        else:
            base = [package.name, *here][: len(here) + 2 - node.level]
            paths = [[*base, *(node.module or "").split("."), alias.name] for alias in node.names]
        for path in paths:
            top, *rest = [part for part in path if part]
            if top == package.name and rest:
                is_module = (package / rest[0]).is_dir() or (package / f"{rest[0]}.py").exists()
                yield rest[0] if is_module else "client"  # a name of the package itself: the public face


def _top_level(body: Iterable[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports that run when a module is imported."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.Try):
            yield from _top_level([*node.body, *node.orelse, *node.finalbody])
        elif isinstance(node, ast.If) and ast.unparse(node.test) not in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            yield from _top_level([*node.body, *node.orelse])


def reduce_arrows(graph: Mapping[str, set[str]]) -> Graph:
    """Leave out each arrow to a package that a longer path also leads to."""

    def reachable(name: str) -> set[str]:
        return graph[name].union(*map(reachable, graph[name]))

    return {name: imported - set().union(*map(reachable, imported)) for name, imported in graph.items()}


def rows_of(graph: Mapping[str, set[str]]) -> dict[str, int]:
    """The row of each package, counted from the bottom: above everything that it imports.

    Raises:
        graphlib.CycleError: the imports of packages form a cycle.
    """
    rows: dict[str, int] = {}
    for name in TopologicalSorter(graph).static_order():
        rows[name] = 1 + max((rows[imported] for imported in graph[name]), default=-1)
    return rows


def lay_out(graph: Mapping[str, set[str]]) -> tuple[dict[Node, float], list[list[Node]]]:
    """Find a column for each package, and the nodes through which each arrow goes."""
    rows = rows_of(graph)
    arrows = [
        [
            Node(rows[name], name),
            *(Node(row, f"{name} {target}", is_bend=True) for row in range(rows[name] - 1, rows[target], -1)),
            Node(rows[target], target),
        ]
        for name in sorted(graph)
        for target in sorted(graph[name])
    ]
    nodes = {Node(row, name) for name, row in rows.items()}.union(*arrows)
    layers = [sorted((n for n in nodes if n.row == row), key=str) for row in range(max(rows.values()) + 1)]
    neighbours: dict[Node, list[Node]] = {node: [] for node in nodes}
    for arrow in arrows:
        for upper, lower in pairwise(arrow):
            neighbours[upper].append(lower)
            neighbours[lower].append(upper)
    columns = {node: float(place) for layer in layers for place, node in enumerate(layer)}
    for _ in range(40):
        for layer in [*layers, *reversed(layers)]:
            _settle(layer, columns, neighbours)
    for arrow in arrows:
        _straighten(arrow[1:-1], columns)
    return columns, arrows


def _settle(layer: list[Node], columns: dict[Node, float], neighbours: Mapping[Node, list[Node]]) -> None:
    """Move the nodes of a row to the middle of what they are joined to, without letting them overlap."""
    wanted = {n: sum(columns[o] for o in neighbours[n]) / max(len(neighbours[n]), 1) for n in layer}
    layer.sort(key=lambda node: (wanted[node], node.name))
    at, placed = 0.0, list[float]()
    for node, following in zip(layer, [*layer[1:], None], strict=True):
        placed.append(at)
        if following is not None:
            at += 1.0 if not (node.is_bend and following.is_bend) else 0.15
            at -= 0.35 if node.is_bend != following.is_bend else 0
    shift = sum(wanted[node] - place for node, place in zip(layer, placed, strict=True)) / len(layer)
    columns.update({node: place + shift for node, place in zip(layer, placed, strict=True)})


def _straighten(bends: list[Node], columns: dict[Node, float]) -> None:
    """Put all bends of an arrow into one column, if that is free in their rows."""
    middle = sum(columns[bend] for bend in bends) / max(len(bends), 1)
    rows = {bend.row for bend in bends}
    others = [node for node in columns if node.row in rows and node not in bends]
    if all(abs(columns[node] - middle) > (0.1 if node.is_bend else 0.55) for node in others):
        columns.update(dict.fromkeys(bends, middle))


def _spread(arrows: list[list[Node]], columns: Mapping[Node, float], *, end: int) -> dict[int, float]:
    """How far from the middle of its box each arrow begins (`end` 0) or ends (`end` -1), in pixels."""
    offsets: dict[int, float] = {}
    for box in {arrow[end] for arrow in arrows}:
        here = [number for number, arrow in enumerate(arrows) if arrow[end] == box]
        here.sort(key=lambda number: columns[arrows[number][1 if end == 0 else -2]])
        offsets.update({number: _PORT * (place - (len(here) - 1) / 2) for place, number in enumerate(here)})
    return offsets


def draw(graph: Mapping[str, set[str]]) -> str:
    """The picture, as an SVG element whose colours follow the theme of the page."""
    columns, arrows = lay_out(reduce_arrows(graph))
    left, right, top = min(columns.values()), max(columns.values()), max(node.row for node in columns)
    width, height = (right - left) * _COLUMN + _WIDTH + 2 * _MARGIN, top * _ROW + _HEIGHT + 2 * _MARGIN
    places = {
        node: (_MARGIN + _WIDTH / 2 + (column - left) * _COLUMN, _MARGIN + (top - node.row) * _ROW)
        for node, column in columns.items()
    }
    lines = [
        f'<svg class="import-graph" viewBox="0 0 {width:.0f} {height:.0f}" role="img"'
        ' aria-label="The packages of dixa_async, each above those that it imports">',
        f"<style>{_STYLE}</style>",
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 L8 4 L0 8 z"/></marker></defs>',
    ]
    starts, ends = _spread(arrows, columns, end=0), _spread(arrows, columns, end=-1)
    for number, arrow in enumerate(arrows):
        points = [places[node] for node in arrow]
        points[0] = (points[0][0] + starts[number], points[0][1])
        points[-1] = (points[-1][0] + ends[number], points[-1][1])
        lines.append(f'<path d="{_curve(points)}" marker-end="url(#arrow)"/>')
    for node, (x, y) in places.items():
        if not node.is_bend:
            caption = _CAPTIONS.get(node.name, "")
            lines += [
                f'<rect x="{x - _WIDTH / 2:.1f}" y="{y:.1f}" width="{_WIDTH}" height="{_HEIGHT}" rx="6"/>',
                f'<text class="name" x="{x:.1f}" y="{y + 19:.1f}">{escape(node.name)}</text>',
                f'<text class="caption" x="{x:.1f}" y="{y + 36:.1f}">{escape(caption)}</text>',
            ]
    return "\n".join([*lines, "</svg>"])


def _curve(points: list[tuple[float, float]]) -> str:
    """A smooth line through the bends, from the lower edge of one box to the upper edge of another."""
    (x, y), *bends = points
    y += _HEIGHT
    steps = [f"M{x:.1f} {y:.1f}"]
    for number, (next_x, next_y) in enumerate(bends, start=1):
        middle = (y + next_y) / 2
        steps.append(f"C{x:.1f} {middle:.1f} {next_x:.1f} {middle:.1f} {next_x:.1f} {next_y:.1f}")
        x, y = next_x, next_y
        if number < len(bends):
            y += _HEIGHT
            steps.append(f"V{y:.1f}")
    return " ".join(steps)


def setup(app: "Sphinx") -> dict[str, bool]:
    """Register the directive with Sphinx."""
    from docutils import nodes
    from docutils.parsers.rst import Directive

    class ImportGraph(Directive):
        def run(self) -> list[nodes.Node]:
            self.state.document.settings.env.note_reread()  # the code may change while the page does not
            return [nodes.raw("", draw(read_imports()), format="html")]

    app.add_directive("import-graph", ImportGraph)
    return {"parallel_read_safe": True}
