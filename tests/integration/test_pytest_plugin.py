"""The pytest plugin as pytest loads it for a user: with each plugin for asyncio, and without one."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import dixa_async
from dixa_async import DixaClient, config
from dixa_async.testing import FakeDixa
from dixa_async.testing.fixture_client import environment_of

pytest_plugins = ["dixa_async.testing.pytest_plugin", "pytester"]

_ROOT = Path(__file__).parents[2]
_GROUP = "pytest11"

_USES = """
async def use(dixa, fake_dixa):
    fake_dixa.inject_fault(status=500, times=2)
    names = await asyncio.gather(*((dixa.organization.get()) for _ in range(20)))
    assert {organization.name for organization in names} == {fake_dixa.state.organization.name}
    assert fake_dixa.request_count == 22
"""

_IN_PLAIN_TESTS = f"""
import asyncio
from dixa_async import DixaClient
{_USES}
def test_run(dixa, fake_dixa):
    asyncio.run(use(dixa, fake_dixa))

def test_a_loop_that_is_only_closed(dixa, fake_dixa):
    loop = asyncio.new_event_loop()
    loop.run_until_complete(use(dixa, fake_dixa))
    loop.close()

def test_a_loop_that_is_closed_later(dixa, fake_dixa, request):
    loop = asyncio.new_event_loop()
    request.addfinalizer(loop.close)
    loop.run_until_complete(use(dixa, fake_dixa))

def test_several_loops(dixa_env):
    async def name():
        async with DixaClient() as dixa:
            return (await dixa.organization.get()).name

    for _ in range(3):
        assert asyncio.run(name()) == dixa_env.state.organization.name

def test_a_client_that_nobody_uses(dixa):
    assert not dixa.closed
"""

_WITH_PYTEST_ASYNCIO = f"""
import asyncio
import pytest
from dixa_async import ConnectError
{_USES}
@pytest.mark.asyncio
async def test_function_scope(dixa, fake_dixa):
    await use(dixa, fake_dixa)

@pytest.mark.asyncio(loop_scope="module")
class TestModuleScope:
    async def test_one(self, dixa, fake_dixa):
        await use(dixa, fake_dixa)

    async def test_the_next_on_the_same_loop(self, dixa, fake_dixa):
        await use(dixa, fake_dixa)

    async def test_a_call_that_nobody_awaits(self, dixa, fake_dixa):
        fake_dixa.inject_fault(delay=60)
        self.call = asyncio.ensure_future(dixa.organization.get())
        while not fake_dixa.request_count:
            await asyncio.sleep(0.001)

@pytest.mark.asyncio
async def test_a_client_opened_by_hand(dixa, fake_dixa):
    async with dixa:
        await use(dixa, fake_dixa)

@pytest.mark.asyncio
async def test_a_server_that_goes_away(dixa, fake_dixa):
    await use(dixa, fake_dixa)
    await fake_dixa.aclose()
    with pytest.raises(ConnectError):
        await dixa.organization.get()
"""

_AUTOMATIC = f"""
import asyncio
{_USES}
async def test_function_scope(dixa, fake_dixa):
    await use(dixa, fake_dixa)
"""

_WITH_ANYIO = f"""
import asyncio
import pytest
{_USES}
pytestmark = pytest.mark.anyio

@pytest.fixture(scope="module")
def anyio_backend():
    return "asyncio"

@pytest.fixture(scope="module")
async def of_the_module():
    yield  # keeps anyio's loop for the whole module

async def test_module_scope(dixa, fake_dixa, of_the_module):
    await use(dixa, fake_dixa)

async def test_the_next_on_the_same_loop(dixa, fake_dixa, of_the_module):
    await use(dixa, fake_dixa)
"""

_NO_PLUGIN = ("-p", "no:asyncio", "-p", "no:anyio")
_ASYNCIO = ("-o", "asyncio_default_fixture_loop_scope=function")

RunPytest = Callable[..., pytest.RunResult]


@pytest.fixture
def run_pytest(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> RunPytest:
    """Runs pytest as for a user of the installed package: with its entry points, and with all warnings."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(_entry_points(tmp_path)), str(_package_root()))))
    pytester.makeini("[pytest]\nfilterwarnings = error\n")

    def run(test_module: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(test_module)
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)

    return run


def _package_root() -> Path:
    return Path(dixa_async.__file__).parents[1]


def _entry_points(directory: Path) -> Path:
    """A directory for PYTHONPATH with the entry points of pyproject.toml, as an installer writes them."""
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text())["project"]
    metadata = directory / "dixa_async-0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: dixa-async\nVersion: 0\n")
    lines = [f"{name} = {module}" for name, module in project["entry-points"][_GROUP].items()]
    (metadata / "entry_points.txt").write_text("\n".join([f"[{_GROUP}]", *lines, ""]))
    return directory


async def test_the_fixture_is_a_running_server(fake_dixa: FakeDixa) -> None:
    async with DixaClient(fake_dixa.api_key, base_url=fake_dixa.url) as dixa:
        assert (await dixa.organization.get()).name == fake_dixa.state.organization.name


async def test_each_test_has_its_own_server(fake_dixa: FakeDixa) -> None:
    assert fake_dixa.request_count == 0


async def test_the_environment_points_to_the_server(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("DIXA_API_KEY", "the-real-token")
    monkeypatch.setenv("DIXA_API_VERSION", "v1")
    server: FakeDixa = request.getfixturevalue("dixa_env")
    async with DixaClient() as dixa:
        assert (dixa.config.api_key.reveal(), dixa.config.base_url, dixa.config.api_version) == (
            server.api_key,
            server.url,
            "beta",
        )
        await dixa.organization.get()
    assert server.request_count == 1


def test_the_environment_covers_every_variable_of_the_client(fake_dixa: FakeDixa) -> None:
    assert set(environment_of(fake_dixa)) == {variable for variable, _ in config._ENVIRONMENT.values()}


def test_plain_tests_that_start_event_loops(run_pytest: RunPytest) -> None:
    run_pytest(_IN_PLAIN_TESTS, *_NO_PLUGIN).assert_outcomes(passed=5)


def test_pytest_asyncio_in_strict_mode(run_pytest: RunPytest) -> None:
    run_pytest(_WITH_PYTEST_ASYNCIO, *_ASYNCIO, "--asyncio-mode=strict").assert_outcomes(passed=6)


def test_pytest_asyncio_in_auto_mode(run_pytest: RunPytest) -> None:
    run_pytest(_AUTOMATIC, *_ASYNCIO, "--asyncio-mode=auto").assert_outcomes(passed=1)


def test_anyio(run_pytest: RunPytest) -> None:
    run_pytest(_WITH_ANYIO, "-p", "no:asyncio").assert_outcomes(passed=2)


def test_xdist(run_pytest: RunPytest) -> None:
    run_pytest(_IN_PLAIN_TESTS, *_NO_PLUGIN, "-n", "2").assert_outcomes(passed=5)


@pytest.mark.parametrize("arguments", [(), ("-p", "dixa_async.testing.pytest_plugin")], ids=["found", "named too"])
def test_a_plugin_that_is_also_loaded_by_hand_is_loaded_once(
    run_pytest: RunPytest, pytester: pytest.Pytester, arguments: tuple[str, ...]
) -> None:
    pytester.makeconftest("pytest_plugins = ['dixa_async.testing.pytest_plugin']")
    run_pytest("def test_it(fake_dixa): assert fake_dixa.url", *_NO_PLUGIN, *arguments).assert_outcomes(passed=1)


def test_loading_the_plugin_imports_nothing_else() -> None:
    """pytest loads it in every run wherever the package is installed."""
    program = (
        "import sys, pytest; before = set(sys.modules)\n"
        "import dixa_async.testing.pytest_plugin\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    path = {**os.environ, "PYTHONPATH": str(_package_root())}
    output = subprocess.run(
        [sys.executable, "-c", program], env=path, capture_output=True, text=True, check=True
    ).stdout
    assert output.split() == [
        "dixa_async",
        "dixa_async._lazy",
        "dixa_async._lazy_index",
        "dixa_async.testing",
        "dixa_async.testing.pytest_plugin",
    ]
