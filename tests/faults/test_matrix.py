"""Every fault times every method: the guarantees that hold in all of them, and the page that describes the rest."""

import pickle
import traceback
from collections.abc import Callable

import aiohttp
import pytest
from aiohttp import http_parser

from dixa_async import errors
from dixa_async.errors import CallError, DixaError, TransportError

from ..helpers.frames import shown_in_frames
from . import table
from .behaviours import FAULTS
from .clients import ATTEMPTS, PERSON, SHORT, TOKEN
from .matrix import Cell, Row, measure

REJECTED = {
    "unavailable-wait",
    "unavailable-wait-once",
    "too-many",
    "too-many-once",
    "too-many-wait",
    "too-many-wait-soon",
    "too-many-until",
}
"""Here the server says that it has not acted, so even a POST is retried."""
TOO_GENERAL = {errors.DixaError, errors.CallError, errors.TransportError, errors.ResponseError}
OVERHEAD = 10.0
"""Seconds that a busy machine may add to a call."""

AIOHTTP = tuple(int(part) for part in aiohttp.__version__.split(".")[:2])
PARSER_IN_PYTHON = http_parser.HttpResponseParser is http_parser.HttpResponseParserPy


@pytest.fixture(scope="module", params=FAULTS)
def row(request: pytest.FixtureRequest) -> Row:
    return measure(FAULTS[request.param])


def broken(row: Row, guarantee: Callable[[Cell], bool]) -> dict[str, Cell]:
    """The calls that break a guarantee, by method."""
    return {method: cell for method, cell in row.cells.items() if not guarantee(cell)}


def test_a_call_ends_with_one_value_or_one_error_that_says_what_it_is(row: Row) -> None:
    def clear(cell: Cell) -> bool:
        return isinstance(cell.error, DixaError) and type(cell.error) not in TOO_GENERAL and bool(str(cell.error))

    assert not broken(row, lambda cell: cell.error is None or clear(cell))


def test_a_request_is_sent_no_more_often_than_is_safe(row: Row) -> None:
    assert not broken(row, lambda cell: cell.seen <= cell.attempts <= ATTEMPTS)
    if row.fault.name not in REJECTED:
        for method in ("POST", "PATCH"):
            assert row.cells[method].attempts == 1 or row.cells[method].seen == 0


def test_no_other_server_sees_it(row: Row) -> None:
    assert not broken(row, lambda cell: cell.strangers == 0)


def test_a_request_that_the_server_saw_is_never_reported_as_unsent(row: Row) -> None:
    def reported(cell: Cell) -> bool:
        return not isinstance(cell.error, TransportError) or cell.error.maybe_applied or cell.seen == 0

    assert not broken(row, reported).keys() - {"GET"}


def test_every_error_of_a_call_reports_whether_it_may_have_been_applied(row: Row) -> None:
    def maybe_applied(cell: Cell) -> object:
        return cell.error is None or (isinstance(cell.error, CallError) and cell.error.maybe_applied)

    assert not isinstance(row.cells["GET"].error, CallError) or not maybe_applied(row.cells["GET"])
    for column in (("PUT", "DELETE"), ("POST", "PATCH")):
        assert len({maybe_applied(row.cells[method]) for method in column}) == 1


def test_a_call_takes_the_time_of_its_attempts_and_never_hangs(row: Row) -> None:
    def in_time(cell: Cell) -> bool:
        least = cell.attempts * SHORT * 0.95 if row.fault.slow else 0.0
        return least <= cell.seconds < least + OVERHEAD

    assert not broken(row, in_time)


def test_the_connection_works_for_the_next_calls(row: Row) -> None:
    assert not broken(row, lambda cell: cell.next_call == "")


def test_nothing_is_left_behind(row: Row, request: pytest.FixtureRequest) -> None:
    if row.fault.name == "never-read" and AIOHTTP < (3, 14):
        request.applymarker(pytest.mark.xfail(reason="aiohttp never retrieves one of its own errors"))
    assert not row.left


def test_neither_the_token_nor_personal_data_is_reported(row: Row) -> None:
    shown = row.logged + "".join(_everything_in(cell.error) for cell in row.cells.values())
    assert TOKEN not in shown
    assert PERSON not in shown


def test_no_variable_of_our_functions_shows_the_token(row: Row) -> None:
    assert not broken(row, lambda cell: not shown_in_frames(cell.error, TOKEN))


@pytest.mark.skipif(AIOHTTP < (3, 14) or PARSER_IN_PYTHON, reason="the page is about aiohttp 3.14 with its parser in C")
def test_the_page_reports_what_happens(row: Row) -> None:
    expected = table.documented()[row.fault.description]
    measured = table.row_texts(row)
    assert [*map(table.without_time, measured)] == [*map(table.without_time, expected)]


def test_the_page_is_complete() -> None:
    assert table.page(table.documented()) == table.PAGE.read_text(encoding="utf-8")


def _everything_in(error: BaseException | None) -> str:
    if error is None:
        return ""
    parts = ["".join(traceback.format_exception(error)), repr(pickle.dumps(error))]
    link: BaseException | None = error
    while link is not None:
        parts += [str(link), repr(link), str(vars(link))]
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\n".join(parts)
