"""The markers of the pytest plugin, in test files of a user."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dixa_async.testing import FakeDixa

pytest_plugins = ["dixa_async.testing.pytest_plugin", "pytester"]

RunPytest = Callable[..., pytest.RunResult]

_RECORDED = """
import asyncio
import pytest
from dixa_async import DixaClient

async def find(dixa):
    email = "anna@kunde.example"
    assert not list(await dixa.end_users.list(email=email))
    return [tag.name for tag in await dixa.tags.list()]

@pytest.mark.dixa_cassette
def test_by_name(dixa):
    assert "vip" in asyncio.run(find(dixa))

@pytest.mark.dixa_cassette("shared/tags.jsonl", order="operation")
def test_with_a_path(dixa_cassette):
    async def program():
        async with dixa_cassette.client() as dixa:
            return await find(dixa)
    assert "vip" in asyncio.run(program())

class TestGroup:
    @pytest.mark.dixa_cassette
    @pytest.mark.parametrize("text", ["a/b c", "a b/c"])
    def test_parameters(self, dixa, text):
        asyncio.run(find(dixa))
"""


@pytest.fixture
def run_pytest(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> RunPytest:
    for name in ("DIXA_API_KEY", "DIXA_BASE_URL", "DIXA_CASSETTE_KEY"):
        monkeypatch.delenv(name, raising=False)
    pytester.makeini("[pytest]")  # the settings of this project are not those of a user's, wherever the directory is

    def run(test_module: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(test_it=test_module)
        plugins = (
            "-p",
            "dixa_async.testing.pytest_plugin",
            "-p",
            "no:asyncio",
            "-p",
            "no:anyio",
            "-p",
            "no:cacheprovider",
        )
        return pytester.runpytest_inprocess("--strict-markers", *plugins, *arguments)

    return run


def test_cassettes_are_recorded_and_replayed(
    run_pytest: RunPytest, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeDixa(rate=1000) as server:
        server.add_tag("vip")
        monkeypatch.setenv("DIXA_API_KEY", server.api_key)
        monkeypatch.setenv("DIXA_BASE_URL", server.url)
        run_pytest(_RECORDED, "--dixa-record=none").assert_outcomes(errors=4)
        run_pytest(_RECORDED).assert_outcomes(passed=4)
        count = server.request_count
        assert count == 8
    monkeypatch.delenv("DIXA_API_KEY")
    monkeypatch.delenv("DIXA_BASE_URL")
    run_pytest(_RECORDED).assert_outcomes(passed=4)
    run_pytest(_RECORDED, "--dixa-record=none").assert_outcomes(passed=4)
    files = sorted(str(file.relative_to(pytester.path)) for file in Path(pytester.path).rglob("*.jsonl"))
    assert files[0].startswith("cassettes/test_it/TestGroup.test_parameters[a-b-c]-")
    assert files[2:] == ["cassettes/test_it/test_by_name.jsonl", "shared/tags.jsonl"]
    result = run_pytest(_RECORDED, "--dixa-record=all")
    result.assert_outcomes(errors=3, failed=1)
    result.stdout.fnmatch_lines(["*there is no API key to record*set DIXA_API_KEY*"])


_CHANGED = _RECORDED.replace("await dixa.tags.list()", "[]").replace('assert "vip" in ', "")


def test_calls_that_are_missing_fail_the_teardown_of_a_test_that_passed(
    run_pytest: RunPytest, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeDixa(rate=1000) as server:
        server.add_tag("vip")
        monkeypatch.setenv("DIXA_API_KEY", server.api_key)
        monkeypatch.setenv("DIXA_BASE_URL", server.url)
        run_pytest(_RECORDED).assert_outcomes(passed=4)
    result = run_pytest(_CHANGED, "-k", "by_name")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*UnusedCallsError: 1 recorded calls were not made: GET /tags*"])
    run_pytest(_CHANGED.replace("assert not", "assert"), "-k", "by_name").assert_outcomes(failed=1)
    skipping = _CHANGED.replace("assert not", "pytest.skip('later')\n    assert")
    run_pytest(skipping, "-k", "by_name").assert_outcomes(skipped=1)


def test_the_recording_of_an_interrupted_test_is_not_complete(
    run_pytest: RunPytest, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeDixa(rate=1000) as server:
        monkeypatch.setenv("DIXA_API_KEY", server.api_key)
        monkeypatch.setenv("DIXA_BASE_URL", server.url)
        run_pytest(_RECORDED.replace("return [tag", "pytest.exit('stop')\n    return [tag"), "-k", "by_name")
    (file,) = Path(pytester.path).rglob("*.jsonl*")
    assert file.name == "test_by_name.jsonl.partial"


_FAKE = """
import asyncio
import math
import pytest
from dixa_async import ServerError

pytestmark = pytest.mark.fake_dixa(api_key="the-token", seed_data=False)

async def get(dixa):
    return (await dixa.organization.get()).name

@pytest.mark.fake_dixa(faults="GET /organization: 503, 2 times")
def test_one_fault(dixa, fake_dixa):
    asyncio.run(get(dixa))
    assert fake_dixa.request_count == 3
    assert fake_dixa.api_key == "the-token"
    assert not fake_dixa.end_users

@pytest.mark.fake_dixa(faults=["GET /organization: 400, once", "*: delay 0.001 s"], rate=5, burst=2)
def test_faults(dixa, fake_dixa):
    with pytest.raises(Exception):
        asyncio.run(get(dixa))
    assert len(fake_dixa.faults) == 1

@pytest.mark.fake_dixa(seed_data=True)
def test_the_closest_marker_wins(dixa_env):
    assert dixa_env.end_users
"""


def test_a_server_has_the_arguments_of_its_markers(run_pytest: RunPytest) -> None:
    run_pytest(_FAKE).assert_outcomes(passed=3)


_BAD = {
    "fake_dixa(fault='x')": "*test_0 has no argument fault: it takes host, port, *, faults*",
    "fake_dixa('small')": "*test_1 takes host=*, not ('small',)*",
    "fake_dixa(faults=['GET /organization 503'])": "*the marker fake_dixa of test_it.py::test_2: *cannot be read*",
    "fake_dixa(rate=0)": "*test_3: rate must be greater than 0*",
    "dixa_cassette(mode='all')": "*test_4 has no argument mode: it takes path, record, order, key*",
    "dixa_cassette(record='new')": "*test_5: record must be 'once', 'none' or 'all'*",
    "dixa_cassette(7)": "*test_6: path must be a string or a path, not 7*",
    "dixa_cassette(key=7)": "*test_7: key must be a string or a Secret, not int*",
    "dixa_cassette('a', path='b')": "*test_8 has path twice*",
    "fake_dixa(faults=7)": "*test_9: faults must be a text or a list of texts, not 7*",
    "fake_dixa(faults=[7])": "*test_10: faults must be a text or a list of texts, not [[]7[]]*",
    "fake_dixa(load='missing.json')": "*test_11: *missing.json*",
}


def test_bad_markers_are_reported_at_setup(run_pytest: RunPytest) -> None:
    tests = [f"@pytest.mark.{marker}\ndef test_{number}(dixa): pass\n" for number, marker in enumerate(_BAD)]
    result = run_pytest("\n".join(["import pytest\n", *tests, "def test_none(dixa_cassette): pass\n"]))
    result.assert_outcomes(errors=len(_BAD) + 1)
    result.stdout.fnmatch_lines_random([*_BAD.values(), "*test_none needs the marker: @pytest.mark.dixa_cassette()*"])
