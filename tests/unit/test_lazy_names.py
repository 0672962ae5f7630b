"""Names are imported on first use, and type checkers see the same names as programs."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from dixa_async import errors

from ..helpers import lazy_index

_ROOT = Path(__file__).parents[2]
each_package = pytest.mark.parametrize("package", lazy_index.PACKAGES)


def _seen_by_type_checkers(package: str) -> dict[str, str]:
    """The names under TYPE_CHECKING, with the module that each is imported from."""
    return {name: module for module, names in lazy_index.lazy_names(package).items() for name in names}


def test_the_index_is_what_type_checkers_see() -> None:
    source = lazy_index.INDEX_FILE.read_text()
    assert source == lazy_index.index_source(), "run `python -m tests.helpers.lazy_index`"


@each_package
def test_no_name_comes_from_two_modules(package: str) -> None:
    names = [name for found in lazy_index.lazy_names(package).values() for name in found]
    assert len(names) == len(set(names))


@each_package
def test_every_name_can_be_imported_and_is_the_one_of_its_module(package: str) -> None:
    module = importlib.import_module(package)
    for name, home in _seen_by_type_checkers(package).items():
        assert getattr(module, name) is getattr(importlib.import_module(f"{package}.{home}"), name)
        assert name in vars(module)  # the next lookup is a plain one


@each_package
def test_all_names_are_listed(package: str) -> None:
    module = importlib.import_module(package)
    names = set(_seen_by_type_checkers(package))
    assert set(module.__all__) == names
    assert names <= set(dir(module))
    assert {"__name__", "__doc__"} <= set(dir(module))


@each_package
def test_a_star_import_brings_them_all(package: str) -> None:
    found: dict[str, object] = {}
    exec(f"from {package} import *", found)
    assert set(_seen_by_type_checkers(package)) <= set(found)


@each_package
def test_another_name_is_an_attribute_error_like_that_of_any_module(package: str) -> None:
    module = importlib.import_module(package)
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'Nothing'"):
        _ = module.Nothing
    assert not hasattr(module, "_private")


def _loaded_by(program: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after a program."""
    program = f"import sys; before = set(sys.modules); {program}; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", program], cwd=_ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_next_to_nothing() -> None:
    loaded = _loaded_by("import dixa_async, dixa_async.models")
    assert {name for name in loaded if name.startswith("dixa_async")} == {
        "dixa_async",
        "dixa_async._lazy",
        "dixa_async._lazy_index",
        "dixa_async.models",
    }
    assert not loaded & {"aiohttp", "attrs", "cattrs", "msgspec"}


def test_a_name_loads_its_module_and_no_other_section() -> None:
    loaded = _loaded_by("from dixa_async.models import Organization")
    assert "dixa_async.models.organization" in loaded
    assert "dixa_async.models.messages" not in loaded
    assert not loaded & {"aiohttp", "cattrs", "dixa_async.client"}


def test_making_a_client_loads_no_section() -> None:
    loaded = _loaded_by("from dixa_async import DixaClient; DixaClient('key')")
    sections = {name for name in loaded if name.startswith(("dixa_async.resources.", "dixa_async.models."))}
    assert sections == {"dixa_async.models.base", "dixa_async.models.frameworks", "dixa_async.resources.namespaces"}


def test_the_client_loads_nothing_of_webhooks() -> None:
    loaded = _loaded_by("from dixa_async import DixaClient; DixaClient('key').webhooks; import dixa_async.webhooks")
    assert {name for name in loaded if name.startswith("dixa_async.webhooks")} == {"dixa_async.webhooks"}
    loaded = _loaded_by("from dixa_async.webhooks import Receiver, verify, parse_event")
    assert not loaded & {"aiohttp", "aiohttp.web", "dixa_async.client", "redis", "sqlite3"}


def test_a_fake_dixa_loads_nothing_of_the_client() -> None:
    loaded = _loaded_by("from dixa_async.testing import FakeDixa; FakeDixa(page=True)")
    parts = ("client", "caller", "transport", "resources", "testing.company.build", "testing.saving")
    assert not {name for name in loaded if name.startswith(tuple(f"dixa_async.{part}" for part in parts))}


def test_every_error_is_a_name_of_the_package() -> None:
    defined = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)]
    assert {error.__name__ for error in defined} <= set(_seen_by_type_checkers("dixa_async"))


def test_the_version_is_a_name_like_any_other() -> None:
    import dixa_async

    assert dixa_async.__version__.count(".") == 2
