"""How far a job is, as lines and as a bar."""

import io
import pkgutil
import sys

import pytest
from rich.console import Console

from dixa_async import bulk
from dixa_async.bulk import Counts, PlainProgress, RichProgress

from .support import Calls, all_of


def counts_after(seconds: float, monkeypatch: pytest.MonkeyPatch, **counts: int) -> Counts:
    monkeypatch.setattr("time.monotonic", lambda: 1000.0 + seconds)
    return Counts(started_at=1000.0, **counts)


def test_counts_know_the_rate_and_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = counts_after(
        20, monkeypatch, succeeded=150, failed=10, indeterminate=5, skipped=30, previously_failed=5, requests=190
    )
    assert counts.finished == 200
    assert counts.rate == pytest.approx(9.5)
    assert counts.seconds_left(365) == pytest.approx(20.0)  # what was skipped took no time
    assert counts.seconds_left(200) == 0.0
    assert Counts().seconds_left(10) is None


def test_a_line_reports_all(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.StringIO()
    counts = counts_after(
        20, monkeypatch, succeeded=150, failed=10, indeterminate=5, skipped=30, previously_failed=5, requests=190
    )
    PlainProgress(100_000, limit=10, file=file).close(counts)
    PlainProgress(file=file).close(Counts(started_at=1000.0, succeeded=3))
    assert file.getvalue() == (
        "200 of 100000: 150 succeeded, 10 failed, 5 indeterminate, 30 skipped, 5 previously failed, "
        "9.5 of 10 requests/s, 3:21:37 left\n"
        "3: 3 succeeded, 0.0 requests/s\n"
    )


async def test_lines_are_printed_at_intervals(capsys: pytest.CaptureFixture[str]) -> None:
    await all_of(bulk.run(Calls(), range(10), progress=PlainProgress(10)))
    assert capsys.readouterr().err.count("\n") == 1
    await all_of(bulk.run(Calls(), range(10), progress=PlainProgress(10, interval=0)))
    assert capsys.readouterr().err.count("\n") == 11


async def test_a_bar_shows_all_and_ends_with_the_job() -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=150)
    await all_of(bulk.run(Calls(fails=(3,)), range(10), progress=RichProgress(10, limit=10, console=console)))
    last = file.getvalue()
    assert "10/10" in last
    assert "9 succeeded, 1 failed" in last
    assert "of 10 requests/s, 0:00:00 left" in last
    assert last.count("\x1b[?25l") == last.count("\x1b[?25h") == 1  # the cursor is shown again


async def test_a_bar_without_a_total_shows_how_many() -> None:
    file = io.StringIO()
    bar = RichProgress(console=Console(file=file, force_terminal=True, width=150))
    await all_of(bulk.run(Calls(), range(10), progress=bar))
    assert "10/?" in file.getvalue()
    assert "left" not in file.getvalue()


@pytest.mark.parametrize(
    ("is_terminal", "has_rich", "expected_type"),
    [(True, True, RichProgress), (False, True, PlainProgress), (True, False, PlainProgress)],
)
def test_a_bar_is_for_terminals(
    is_terminal: bool, has_rich: bool, expected_type: type[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)
    if not has_rich:
        for name in [name for name in sys.modules if name.split(".")[0] == "rich"]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "rich", None)
    assert type(bulk.progress_bar(10)) is expected_type


def test_no_name_of_bulk_hides_its_modules() -> None:
    modules = {module.name for module in pkgutil.iter_modules(bulk.__path__)}
    assert modules.isdisjoint(bulk.__all__)
