"""The benchmark runs, and reports what it measured. No test depends on how fast anything is."""

import asyncio
from typing import Any

import pytest
from rich.console import Console

from dixa_async import from_json
from dixa_async.models import Message

from . import measurements, report
from .__main__ import PARTS
from .canned_server import large_list
from .figures import FULL, QUICK, TINY, Figure, Result, by_mean, by_median, spread
from .fresh import run
from .generated import subset
from .libraries import codec
from .pages import ITEMS, PAGES, make_page
from .stalls import StallLoop

_GOOD = Result(measurements.FIRST_CALL, "`good`", Figure(0.0714, 0.05, 0.09), Figure(1.0, 0.9, 1.1), "7 ms / 98 ms")
_BAD = Result(measurements.FIRST_CALL, "`bad`", Figure(0.2, 0.1, 0.3))
_NOT_MEASURED = Result(measurements.READ_PEER, "all", None, shown="no description")


def test_a_median_describes_typical_rounds_and_a_mean_includes_rare_ones() -> None:
    ours, base = [1.0, 1.0, 1.0, 9.0], [1.0, 1.0, 1.0, 1.0]
    assert by_median(ours, base) == Figure(1.0, 1.0, 3.0)
    assert by_mean(ours, base) == Figure(3.0, 1.0, 3.0)


def test_rounds_are_compared_with_their_own_base() -> None:
    assert by_median([2.0, 20.0, 200.0], [1.0, 10.0, 100.0]) == Figure(2.0, 2.0, 2.0)


def test_less_effort_still_makes_rounds() -> None:
    assert (FULL.of(20), QUICK.of(20), QUICK.of(2), TINY.of(20)) == (20, 3, 3, 1)


def test_one_round_has_no_spread() -> None:
    assert spread([3.0]) == Figure(3.0, 3.0, 3.0)


@pytest.mark.parametrize(("result", "met"), [(_GOOD, True), (_BAD, False), (_NOT_MEASURED, None)])
def test_a_goal_is_met_up_to_its_figure(result: Result, met: bool | None) -> None:
    assert result.met is met


def test_the_page_says_what_was_measured_how_and_where() -> None:
    written = report.page([_NOT_MEASURED, _BAD, _GOOD], "the command")
    assert "- Command: `the command`" in written
    assert "- Python: CPython" in written or "- Python: PyPy" in written
    assert measurements.FIRST_CALL.how in written
    good = "| `good` | 0.071 x | 0.050 to 0.090 | ≤ 0.08 | met | 1.00 x (0.90 to 1.10) | 7 ms / 98 ms |"
    assert good in written
    assert "| all | n/a |  |  |  |  | no description |" in written
    # Of the judged figures, the worst case is at the top.
    summary, _, _ = written.partition("\n## Longest stall")
    assert "| `bad` | 0.200 x | ≤ 0.08 | missed |" in summary
    assert "`good`" not in summary


def test_the_terminal_lists_what_is_missed() -> None:
    console = Console(width=200)
    with console.capture() as capture:
        report.print_part(console, [_GOOD, _BAD])
        report.print_summary(console, [_GOOD, _BAD])
    assert (
        "1 missed\n  Longest stall in a first call, against `import aiohttp`: `bad`, 0.200 x (≤ 0.08)" in capture.get()
    )


def test_a_result_that_could_not_be_measured_is_the_worst() -> None:
    nothing = Result(measurements.FIRST_CALL, "`nothing`", None)
    assert report.worst([_GOOD, nothing, _BAD]) is nothing


def test_a_loop_records_its_longest_step() -> None:
    now = 0.0

    def block_loop(seconds: float) -> None:
        nonlocal now
        now += seconds

    async def work() -> float:
        block_loop(100)
        loop.begin()
        for seconds in (1, 5, 2):
            block_loop(seconds)
            await asyncio.sleep(0)
        block_loop(3)
        return loop.end_step()

    loop = StallLoop(lambda: now)
    try:
        assert loop.run_until_complete(work()) == 5
    finally:
        loop.close()


def test_a_large_list_is_as_large_as_requested_and_can_be_read() -> None:
    text = large_list(Message, 300_000)
    assert 200_000 < len(text) <= 300_000
    assert len(from_json(text, list[Message])) % ITEMS == 0


@pytest.mark.parametrize("library", ["dixa_async", "pydantic", "msgspec"])
@pytest.mark.parametrize("page", PAGES)
def test_each_library_reads_a_whole_page_and_writes_it(library: str, page: str) -> None:
    read, write = codec(library, page)
    items = read(make_page(PAGES[page]))
    assert len(items if library == "dixa_async" else items.data) == ITEMS
    assert write is not None
    assert write(items).startswith(b'{"data":[{')


def test_the_generator_gets_the_operations_with_their_schemas_and_without_titles() -> None:
    def operation(name: str) -> dict[str, Any]:
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        return {"operationId": name, "responses": {"200": {"content": content}, "404": {"$ref": "#/x/Error"}}}

    conversation = "/beta/conversations/{conversationId}"
    whole = {
        "openapi": "3.0.3",
        "paths": {
            conversation: {"get": operation("One"), "delete": operation("Unused")},
            f"{conversation}/messages": {"get": operation("Two")},
            "/beta/endusers": {"get": operation("Two")},
            "/beta/search/conversations": {"post": operation("Two")},
            "/beta/teams": {"get": operation("Unused")},
        },
        "components": {
            "schemas": {
                "One": {"title": "Same", "properties": {"inner": {"$ref": "#/components/schemas/Inner"}}},
                "Inner": {"items": [{"$ref": "#/components/schemas/One"}]},
                "Two": {"title": "Same", "type": "string"},
                "Unused": {},
            }
        },
    }
    kept = subset(whole)
    assert kept["paths"].keys() == whole["paths"].keys() - {"/beta/teams"}  # type: ignore[attr-defined]
    assert kept["paths"][conversation].keys() == {"get"}
    assert kept["paths"][conversation]["get"]["responses"].keys() == {"200"}
    assert kept["components"]["schemas"].keys() == {"One", "Inner", "Two"}
    assert "title" not in kept["components"]["schemas"]["One"]


def test_a_program_in_a_fresh_process_prints_its_figure() -> None:
    assert run("import_time", "pass") >= 0


@pytest.mark.long
@pytest.mark.parametrize("part", PARTS)
def test_each_part_runs(part: str) -> None:
    results = list(PARTS[part](TINY))
    assert any(result.figure for result in results)
    for result in results:
        assert result.measurement in measurements.ALL
        assert result.figure or result.shown
