"""Common mistakes, and messages that say what to write instead."""

import asyncio
import gc
import subprocess
import sys
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aioresponses import aioresponses

from dixa_async import ConfigurationError, DixaClient, InvalidRequestError, UsageError
from dixa_async.models import (
    AgentFilter,
    AssignedFilter,
    Channel,
    ChannelFilter,
    ClosedFilter,
    ContactFilter,
    CreatedFilter,
    CustomAttributeFilter,
    DirectionFilter,
    DurationFilter,
    LastActivityFilter,
    LastMessageFilter,
    QueueFilter,
    SearchChannel,
    StatusFilter,
    TagFilter,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TIME_FILTERS: list[Any] = [AssignedFilter, ClosedFilter, CreatedFilter, LastActivityFilter, LastMessageFilter]


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (list, r"`async for item in …`"),
        (sorted, r"`async for item in …`"),
        (lambda pager: [*pager], r"`async for item in …`"),
        (lambda pager: pager[0], r"`page = await …`, then `page\[0\]`"),
        (lambda pager: pager[:2], r"`page = await …`, then `page\[0\]`"),
        (len, r"`len\(await …\)`"),
        (lambda pager: "x" in pager, r"`async for item in …`"),
    ],
)
@pytest.mark.parametrize(
    "made", [lambda pager: pager, aiter, lambda pager: pager.pages()], ids=["pager", "items", "pages"]
)
async def test_a_pager_cannot_be_used_as_a_list(
    made: Callable[[Any], Any], use: Callable[[Any], object], message: str
) -> None:
    async with DixaClient("s3cret") as dixa:
        with pytest.raises(UsageError, match=message):
            use(made(dixa.tags.list()))


async def test_a_pager_is_true_and_its_repr_names_the_operation() -> None:
    async with DixaClient("s3cret") as dixa:
        pager = dixa.messages.list(20240501)
        assert pager
        expected = "getConversationsConversationidMessages: GET /conversations/{conversationId}/messages"
        assert repr(pager) == f"<Pager of {expected}>"


@pytest.mark.parametrize("key", ["Bearer abc", "bearer abc", "Bearer", "BEARER  abc"])
@pytest.mark.parametrize("from_environment", [False, True])
def test_a_key_with_a_bearer_prefix_is_rejected(
    key: str, from_environment: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if from_environment:
        monkeypatch.setenv("DIXA_API_KEY", key)
    with pytest.raises(ConfigurationError, match='without "Bearer"; auth_scheme="bearer"'):
        DixaClient(None if from_environment else key)


def test_a_key_may_begin_with_these_letters() -> None:
    assert DixaClient("bearerabc").config.api_key.reveal() == "bearerabc"


@pytest.mark.parametrize(
    "timeout", ["30", aiohttp.ClientTimeout(30), timedelta(seconds=30)], ids=["text", "aiohttp", "delta"]
)
def test_the_error_for_a_timeout_of_another_type_says_that_a_number_is_fine(timeout: Any) -> None:
    message = f"timeout must be a Timeout or a number of seconds, not {type(timeout).__name__}"
    with pytest.raises(ConfigurationError, match=message):
        DixaClient("s3cret", timeout=timeout)
    with pytest.raises(ConfigurationError, match=message):
        DixaClient("s3cret").with_options(timeout=timeout)


@pytest.mark.parametrize("time_filter", TIME_FILTERS)
@pytest.mark.parametrize(
    ("value", "message"),
    [("2026-01-01", "not str"), (1767225600, "not int"), (None, "not None"), (NOW.date(), "not date")],
)
def test_a_time_of_another_type_is_rejected_where_the_filter_is_created(
    time_filter: Any, value: Any, message: str
) -> None:
    for name, make in (
        ("time", time_filter.since),
        ("time", time_filter.until),
        ("start", lambda time: time_filter.between(time, NOW)),
        ("end", lambda time: time_filter.between(NOW, time)),
    ):
        with pytest.raises(InvalidRequestError, match=f"^{name} must be a datetime with a time zone, {message}$"):
            make(value)
        with pytest.raises(InvalidRequestError, match="not one without"):
            make(NOW.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (ChannelFilter.is_one_of, "channels"),
        (ChannelFilter.is_not_one_of, "channels"),
        (DirectionFilter.is_one_of, "directions"),
        (DirectionFilter.is_not_one_of, "directions"),
        (StatusFilter.is_one_of, "statuses"),
        (StatusFilter.is_not_one_of, "statuses"),
        (ContactFilter.is_one_of, "user_ids"),
        (ContactFilter.is_not_one_of, "user_ids"),
        (AgentFilter.is_one_of, "ids"),
        (QueueFilter.is_not_one_of, "ids"),
        (TagFilter.includes_all, "tag_ids"),
        (TagFilter.includes_one, "tag_ids"),
        (TagFilter.excludes_all, "tag_ids"),
        (TagFilter.excludes_one, "tag_ids"),
        (CustomAttributeFilter.is_empty, "attribute_id"),
        (CustomAttributeFilter.is_not_empty, "attribute_id"),
        (lambda value: CustomAttributeFilter.is_one_of(value, "a"), "attribute_id"),
        (lambda value: CustomAttributeFilter.is_not_one_of("a", ["b", value]), "values"),
        (lambda value: DurationFilter.at_least(value), "duration"),
        (lambda value: DurationFilter.between(timedelta(0), value), "longest"),
    ],
)
@pytest.mark.parametrize("value", [7, None, ["a", "b"]], ids=repr)
def test_a_value_of_another_type_is_rejected_where_the_filter_is_created(
    make: Callable[[Any], Any], name: str, value: Any
) -> None:
    with pytest.raises(InvalidRequestError, match=f"^{name} must be .*not {type(value).__name__}"):
        make(value)


def test_the_error_for_a_list_of_values_says_how_to_pass_it() -> None:
    with pytest.raises(InvalidRequestError, match=r"not list: pass them one by one, or as \*tag_ids"):
        TagFilter.includes_all(["a", "b"])  # type: ignore[arg-type]


def test_the_values_of_another_enum_are_rejected_and_new_ones_are_not() -> None:
    with pytest.raises(InvalidRequestError, match="channels must be of the type SearchChannel, not Channel"):
        ChannelFilter.is_one_of(Channel.EMAIL)  # type: ignore[arg-type]
    assert ChannelFilter.is_one_of(SearchChannel("telepathy")).operator.values == ["telepathy"]


_LEFT_OPEN = """
import asyncio, gc
from dixa_async import DixaClient

async def main():
    global kept
    kept = DixaClient("s3cret")
    async with kept.with_options(timeout=1) as view:
        pass  # a view closes nothing

asyncio.run(main())
if {dropped}:
    del kept
    gc.collect()
"""


@pytest.mark.parametrize("dropped", [True, False], ids=["dropped", "at exit"])
@pytest.mark.parametrize("action", ["default", "error"])
def test_a_client_that_was_never_closed_warns_once_and_nothing_breaks(action: str, dropped: bool) -> None:
    program = _LEFT_OPEN.format(dropped=dropped)
    ended = subprocess.run(
        [sys.executable, "-W", action, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stderr.count("ResourceWarning: a DixaClient was never closed: use `async with") == 1
    assert "s3cret" not in ended.stderr
    assert all("ResourceWarning" in line for line in ended.stderr.splitlines() if "Error" in line or "Warning" in line)


async def test_a_client_that_opened_no_session_or_was_closed_does_not_warn(mock_http: aioresponses) -> None:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        async with aiohttp.ClientSession() as session:
            borrowing = DixaClient("s3cret", session=session)
            await borrowing.__aenter__()
            del borrowing
            gc.collect()
        closed = DixaClient("s3cret")
        async with closed:
            pass
        unused = DixaClient("s3cret")
        with pytest.raises(ConfigurationError):
            DixaClient("s3cret", session="x")  # type: ignore[arg-type]
        del closed, unused
        gc.collect()
        await asyncio.sleep(0)
    assert not warned


async def test_a_client_stays_in_use_while_one_of_its_views_or_sections_is() -> None:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        dixa = DixaClient("s3cret")
        dixa._shared.session.open()
        view, tags, shared = dixa.with_options(timeout=1), dixa.tags, dixa._shared
        del dixa
        gc.collect()
        assert not warned
        await shared.session.close()
        del view, tags, shared
        gc.collect()
    assert not warned
