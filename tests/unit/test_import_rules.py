"""The packages and modules: which may import which, and how large a file may be."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from dixa_async.serialization.constructed import has_plain_init

from ..helpers.type_forms import model_types

_PACKAGE = Path(__file__).parents[2] / "dixa_async"
_FILES = sorted(_PACKAGE.rglob("*.py"))
_TESTS = Path(__file__).parents[1]
_SUITES = sorted(folder.name for folder in _TESTS.iterdir() if (folder / "__init__.py").exists())

# What each room may import of ours, by the beginning of the module's name. A room may always import itself.
_MAY_IMPORT = {
    "_ids": (),
    "_json": (),
    "_lazy": (),
    "_lazy_index": (),
    "_suggest": (),
    "_utc": (),
    "_version": (),
    "errors": (),
    "cli.terminal": (),
    "secret": (),
    "database": ("errors",),
    "validation": ("_ids", "_suggest", "_utc", "errors"),
    # What frameworks ask of a model is provided above it: `models.frameworks` calls these, and imports them then.
    "models": ("_ids", "_lazy", "_lazy_index", "validation", "conversion", "errors", "pydantic_schema"),
    "webhooks.inbox": ("_ids", "_json", "_utc", "database", "errors", "transport.limiter.redis.scripts"),
    "webhooks.dispatcher": ("errors", "webhooks.inbox"),
    "conversion": ("errors", "models.base", "serialization"),
    "pydantic_schema": ("conversion", "models.base", "serialization"),
    "_base_url": ("errors",),
    "_config_checks": ("errors", "secret"),
    "config": ("_base_url", "_config_checks", "errors", "secret"),
    "api_response": ("errors",),
    "pagination": ("errors", "pydantic_schema", "api_response", "transport.operation", "transport.tasks"),
    "serialization": ("_ids", "_json", "_suggest", "_utc", "models.base"),
    "transport": ("_ids", "_json", "_utc", "validation", "config", "errors", "secret"),
    "resources": (
        *("validation", "models", "errors", "pagination"),
        *("transport.operation", "transport.urls", "transport.multipart"),
    ),
    "caller.partial_list": ("errors", "serialization"),
    "caller": (
        *("api_response", "config", "errors", "models.base", "pagination", "secret", "serialization", "transport"),
    ),
    "resources.namespaces": ("caller", "resources"),
    "preload": ("_suggest", "errors", "resources.registry", "serialization"),
    # The client and what it returns are names for type checkers only: handlers are handed it.
    "webhooks": (
        *("_ids", "_json", "_lazy", "_utc", "client", "database", "errors", "models.base", "models.messages"),
        *("models.new_messages", "models.webhooks", "resources.once", "secret", "serialization"),
        *("transport.limiter.redis.scripts",),
    ),
    "client": (
        *("_version", "caller", "api_response", "config", "errors", "models.base", "preload", "secret"),
        *("resources.namespaces", "resources.registry", "transport"),
    ),
}


def _name(file: Path) -> str:
    return file.relative_to(_PACKAGE).as_posix()


def _imports(file: Path, root: Path = _PACKAGE) -> Iterator[str]:
    """The modules below a root that a file imports, such as ``models.base``; the root itself is the empty name."""
    here = file.relative_to(root).parent.parts
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            if node.level == 0:
                if (node.module or "").split(".")[0] == root.name:
                    yield (node.module or "").partition(".")[2]
                continue
            base = here[: len(here) - (node.level - 1)]
            if node.module is not None:
                yield ".".join([*base, node.module])
            else:
                yield from (".".join([*base, alias.name]) for alias in node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == root.name:
                    yield alias.name.partition(".")[2]


def _is_within(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


@pytest.mark.parametrize("room", _MAY_IMPORT)
def test_a_room_knows_only_the_rooms_that_it_may(room: str) -> None:
    modules = {file: _name(file).removesuffix(".py").replace("/", ".") for file in _FILES}
    # A module that has rules of its own does not follow those of its package.
    files = [
        file
        for file, module in modules.items()
        if _is_within(module, room) and module not in _MAY_IMPORT.keys() - {room}
    ]
    assert files
    allowed = (room, *_MAY_IMPORT[room])
    wrong = {
        f"{_name(file)} imports {module or 'the package itself'}"
        for file in files
        for module in _imports(file)
        if not any(_is_within(module, each) for each in allowed)
    }
    assert not wrong


def test_resources_do_not_know_each_other() -> None:
    for file in (_PACKAGE / "resources").glob("*.py"):
        if file.name == "namespaces.py":
            continue
        assert {module for module in _imports(file) if _is_within(module, "resources")} <= {
            "resources.base",
            "resources.conversation_actions",
            "resources.once",
            "resources.read_back",
            "resources.webhook_subscriptions",
        }


@pytest.mark.parametrize("file", _FILES, ids=_name)
def test_a_file_has_one_idea_and_says_which(file: Path) -> None:
    text = file.read_text()
    assert len(text.splitlines()) <= 400
    assert ast.get_docstring(ast.parse(text))


def test_no_model_of_ours_wants_more_than_to_be_filled() -> None:
    # One that does is read through its constructor, which takes several times as long.
    assert [cls for cls in model_types() if isinstance(cls, type) and not has_plain_init(cls)] == []


def test_one_module_knows_the_json_parser() -> None:
    assert {_name(file) for file in _FILES if "import orjson" in file.read_text()} == {"_json.py"}


@pytest.mark.parametrize(
    ("constant", "home"), [("2**63 - 1", "_ids.py"), ('"https": 443', "_base_url.py"), (".utcoffset()", "_utc.py")]
)
def test_a_limit_or_a_check_has_one_home(constant: str, home: str) -> None:
    assert {_name(file) for file in _FILES if constant in file.read_text()} == {home}


def test_the_package_says_to_type_checkers_that_it_has_types() -> None:
    assert (_PACKAGE / "py.typed").exists()


@pytest.mark.parametrize("suite", _SUITES)
def test_a_suite_imports_no_other_suite(suite: str) -> None:
    # One test measures as a benchmark does, with the server and the calls of that benchmark.
    allowed = [suite, *{"integration": ["helpers", "benchmarks"], "helpers": []}.get(suite, ["helpers"])]
    wrong = {
        f"{file.relative_to(_TESTS)} imports {module}"
        for file in (_TESTS / suite).rglob("*.py")
        for module in _imports(file, _TESTS)
        if not any(_is_within(module, each) for each in allowed)
    }
    assert not wrong
