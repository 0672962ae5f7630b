"""The registry has every resource of the client, and every operation."""

import importlib
import pkgutil
import subprocess
import sys
from functools import cached_property

import pytest

from dixa_async import DixaClient, Operation, UsageError, resources
from dixa_async.resources.registry import NAMESPACES, operations


def test_the_namespaces_are_the_attributes_of_the_client() -> None:
    from dixa_async.resources.namespaces import ResourceNamespaces

    assert list(NAMESPACES) == [
        name for name, value in vars(ResourceNamespaces).items() if isinstance(value, cached_property)
    ]


def test_every_operation_is_in_the_namespace_of_its_module() -> None:
    modules = [
        importlib.import_module(m.name) for m in pkgutil.walk_packages(resources.__path__, "dixa_async.resources.")
    ]
    everything = {v.id for module in modules for v in vars(module).values() if isinstance(v, Operation)}
    found = [operation.id for operation in operations()]
    assert len(found) == len(set(found))
    assert set(found) == everything


def test_a_namespace_has_its_own_operations() -> None:
    assert {operation.section for operation in operations("tags")} == {"tags", "conversations"}
    assert len([*operations("tags", "teams")]) == len([*operations("tags")]) + len([*operations("teams")])


_LOADS = """
import sys
from dixa_async.resources.registry import operations
everything = list(operations())
print(*sorted(name for name in sys.modules if name.startswith("dixa_async.models.")))
"""


def _printed(program: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_operations_load_no_models() -> None:
    assert _printed(_LOADS) == ["dixa_async.models.base", "dixa_async.models.frameworks"]


_PRELOAD = """
import sys
from dixa_async import DixaClient
DixaClient.preload("tags", "templates")
print(*sorted(name for name in sys.modules if name.startswith("dixa_async.models.")))
"""


def test_preload_loads_what_its_namespaces_need() -> None:
    assert [name.removeprefix("dixa_async.models.") for name in _printed(_PRELOAD)] == [
        *("base", "frameworks", "tags", "templates"),
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("conversation", "no namespace 'conversation': did you mean 'conversations'?"),
        ("endusers", "no namespace 'endusers': did you mean 'end_users'?"),
        ("zzz", "no namespace 'zzz': there are agents, analytics"),
        (7, "no namespace 7: there are agents, analytics"),
        (["tags"], r"no namespace \['tags'\]: there are agents, analytics"),
    ],
)
def test_the_error_for_an_unknown_namespace_suggests_known_ones(name: object, message: str) -> None:
    with pytest.raises(UsageError, match=message.replace("?", r"\?")):
        DixaClient.preload("tags", name)  # type: ignore[arg-type]
