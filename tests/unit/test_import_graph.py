"""The diagram of the architecture is drawn from the imports of the code."""

import importlib.util
from graphlib import CycleError
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

_SCRIPT = Path(__file__).parents[2] / "docs" / "import_graph.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The extension that draws the diagram."""
    spec = importlib.util.spec_from_file_location("import_graph", _SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A small package."""
    files = {
        "__init__.py": "from .top import a",
        "top.py": "from . import middle\nif TYPE_CHECKING:\n    from .hidden import b",
        "middle/__init__.py": "try:\n    from ..low import c\nexcept ImportError:\n    from ..lower import c",
        "middle/deep.py": "import small.low\nfrom small import lower, face\ndef run():\n    from ..hidden import b",
        "low.py": "import json",
        "lower.py": "from ._private import d",
        "hidden.py": "",
        "client.py": "",
        "_private.py": "",
    }
    root = tmp_path / "small"
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


def test_it_reads_what_is_imported_when_a_module_is_imported(script: ModuleType, package: Path) -> None:
    assert script.read_imports(package) == {
        "top": {"middle"},
        "middle": {"low", "lower", "client"},
        "low": set(),
        "lower": {"helpers"},
        "hidden": set(),
        "client": set(),
        "helpers": set(),
    }


def test_an_arrow_is_omitted_where_a_longer_path_exists(script: ModuleType) -> None:
    graph = {"a": {"b", "c", "d"}, "b": {"c"}, "c": set(), "d": set()}
    assert script.reduce_arrows(graph) == {"a": {"b", "d"}, "b": {"c"}, "c": set(), "d": set()}


def test_every_package_is_above_what_it_imports(script: ModuleType) -> None:
    graph = script.read_imports()
    rows = script.rows_of(graph)
    assert {"client", "resources", "models", "transport", "errors"} <= graph.keys()
    assert all(rows[name] > rows[imported] for name in graph for imported in graph[name])


def test_a_cycle_of_imports_is_an_error(script: ModuleType) -> None:
    with pytest.raises(CycleError):
        script.rows_of({"a": {"b"}, "b": {"a"}})


def test_the_diagram_shows_every_package_once_and_no_boxes_overlap(script: ModuleType) -> None:
    graph = script.read_imports()
    svg = ElementTree.fromstring(script.draw(graph))
    assert sorted(text.text or "" for text in svg.iter("text") if text.get("class") == "name") == sorted(graph)
    boxes = [tuple(float(box.attrib[name]) for name in ("x", "y", "width")) for box in svg.iter("rect")]
    for x, y, width in boxes:
        assert [other for other in boxes if other[1] == y and 0 <= other[0] - x < width] == [(x, y, width)]
