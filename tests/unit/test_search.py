"""Searches: what is sent for each filter, and what is found."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aioresponses import aioresponses

from dixa_async.errors import InvalidRequestError
from dixa_async.models.common import Channel
from dixa_async.models.search import InnerSearchHit, SearchHit, TextSearchHit
from dixa_async.models.search_filters import (
    AgentFilter,
    ChannelFilter,
    ContactFilter,
    ConversationFilter,
    CustomAttributeFilter,
    DirectionFilter,
    QueueFilter,
    SearchFilter,
    StatusFilter,
    TagFilter,
)
from dixa_async.models.search_operators import (
    IncludesAll,
    IsEmpty,
    IsNotEmpty,
    IsOneOf,
    SearchChannel,
    SearchDirection,
    SearchStatus,
    TimeBetween,
)
from dixa_async.models.search_time_filters import (
    AssignedFilter,
    ClosedFilter,
    CreatedFilter,
    DurationFilter,
    LastActivityFilter,
    LastMessageFilter,
)

from .http_recorder import Sent, recording_client

_EIGHT = datetime(2031, 5, 17, 8, tzinfo=UTC)
_NINE = datetime(2031, 5, 17, 9, tzinfo=UTC)
_OPEN: Any = SearchStatus.OPEN
_MINUTE = timedelta(minutes=1)
_BETWEEN = {"_type": "Between", "timestampFrom": "2031-05-17T08:00:00Z", "timestampTo": "2031-05-17T09:00:00Z"}


async def _sent_by_filter(mock_http: aioresponses, field: SearchFilter) -> Any:
    async with recording_client(mock_http, "POST", {"data": []}) as (dixa, sent):
        assert list(await dixa.search.conversations(all_of=[field])) == []
    (request,) = sent
    (condition,) = request.body["filters"]["conditions"]
    return condition["field"]


@pytest.mark.parametrize(
    ("field", "tag", "operator"),
    [
        (AgentFilter.is_one_of("a1", "a2"), "AgentId", {"_type": "IsOneOf", "values": ["a1", "a2"]}),
        (AgentFilter.is_not_one_of("a1"), "AgentId", {"_type": "IsNotOneOf", "values": ["a1"]}),
        (AgentFilter.is_empty(), "AgentId", {"_type": "IsEmpty"}),
        (QueueFilter.is_not_empty(), "QueueId", {"_type": "IsNotEmpty"}),
        (ContactFilter.is_one_of("u1"), "ContactId", {"_type": "IsOneOf", "values": ["u1"]}),
        (ContactFilter.is_not_one_of("u1"), "ContactId", {"_type": "IsNotOneOf", "values": ["u1"]}),
        (ConversationFilter.is_one_of(7, "8"), "ConversationId", {"_type": "IsOneOf", "values": ["7", "8"]}),
        (ConversationFilter.is_not_one_of(7), "ConversationId", {"_type": "IsNotOneOf", "values": ["7"]}),
        (
            ChannelFilter.is_one_of(SearchChannel.PHONE, SearchChannel.WHATS_APP),
            "Channel",
            {"_type": "IsOneOf", "values": ["phone", "whatsapp"]},
        ),
        (
            ChannelFilter.is_not_one_of(SearchChannel.WHATS_APP),
            "Channel",
            {"_type": "IsNotOneOf", "values": ["whatsapp"]},
        ),
        (
            DirectionFilter.is_one_of(SearchDirection.INBOUND),
            "Direction",
            {"_type": "IsOneOf", "values": ["inbound"]},
        ),
        (
            DirectionFilter.is_not_one_of(SearchDirection.INTERNAL),
            "Direction",
            {"_type": "IsNotOneOf", "values": ["internal"]},
        ),
        (StatusFilter.is_one_of(SearchStatus.OPEN), "Status", {"_type": "IsOneOf", "values": ["open"]}),
        (StatusFilter.is_not_one_of(SearchStatus.CLOSED), "Status", {"_type": "IsNotOneOf", "values": ["closed"]}),
        (TagFilter.includes_all("t1", "t2"), "TagId", {"_type": "IncludesAll", "values": ["t1", "t2"]}),
        (TagFilter.includes_one("t1"), "TagId", {"_type": "IncludesOne", "values": ["t1"]}),
        (TagFilter.excludes_all("t1"), "TagId", {"_type": "ExcludesAll", "values": ["t1"]}),
        (TagFilter.excludes_one("t1"), "TagId", {"_type": "ExcludesOne", "values": ["t1"]}),
        (TagFilter.is_empty(), "TagId", {"_type": "IsEmpty"}),
        (TagFilter.is_not_empty(), "TagId", {"_type": "IsNotEmpty"}),
        (CreatedFilter.between(_EIGHT, _NINE), "CreationDate", _BETWEEN),
        (AssignedFilter.since(_EIGHT), "AssignedDate", {"_type": "Since", "timestamp": "2031-05-17T08:00:00Z"}),
        (ClosedFilter.until(_NINE), "ClosedDate", {"_type": "Until", "timestamp": "2031-05-17T09:00:00Z"}),
        (LastActivityFilter.between(_EIGHT, _NINE), "LastActivity", _BETWEEN),
        (LastMessageFilter.between(_EIGHT, _NINE), "LastMessage", _BETWEEN),
        (
            DurationFilter.between(_MINUTE, timedelta(milliseconds=90_000, microseconds=999)),
            "Duration",
            {"_type": "Between", "min": 60_000, "max": 90_000},
        ),
        (DurationFilter.at_least(_MINUTE), "Duration", {"_type": "LongerThanOrEqualTo", "duration": 60_000}),
        (DurationFilter.at_most(_MINUTE), "Duration", {"_type": "ShorterThanOrEqualTo", "duration": 60_000}),
    ],
    ids=lambda value: repr(value)[:70] if hasattr(value, "operator") else "",
)
async def test_each_filter_is_sent_in_the_documented_form(
    mock_http: aioresponses, field: SearchFilter, tag: str, operator: dict[str, Any]
) -> None:
    assert await _sent_by_filter(mock_http, field) == {"_type": tag, "operator": operator}


@pytest.mark.parametrize(
    ("field", "operator"),
    [
        (
            CustomAttributeFilter.is_one_of("c1", "rye", ["bread", "rye"]),
            {"_type": "IsOneOf", "values": [["rye"], ["bread", "rye"]]},
        ),
        (CustomAttributeFilter.is_not_one_of("c1", ("bread",)), {"_type": "IsNotOneOf", "values": [["bread"]]}),
        (CustomAttributeFilter.is_empty("c1"), {"_type": "IsEmpty"}),
        (CustomAttributeFilter.is_not_empty("c1"), {"_type": "IsNotEmpty"}),
    ],
    ids=["texts and paths", "not", "empty", "not empty"],
)
async def test_a_filter_by_a_custom_attribute_names_it_and_accepts_strings_and_paths(
    mock_http: aioresponses, field: SearchFilter, operator: dict[str, Any]
) -> None:
    assert await _sent_by_filter(mock_http, field) == {
        "_type": "CustomAttribute",
        "attributeId": "c1",
        "operator": operator,
    }


async def test_text_and_filters_are_sent_together(mock_http: aioresponses) -> None:
    response = {"data": [{"id": 2**40, "highlights": {"subject": ["stale <em>bread</em>"]}}]}
    filters: list[SearchFilter] = [QueueFilter.is_one_of("q1"), TagFilter.is_empty()]
    async with recording_client(mock_http, "POST", response) as (dixa, sent):
        page = await dixa.search.conversations("bread", exact_match=True, any_of=filters)
    assert list(page) == [SearchHit(id=2**40, highlights={"subject": ["stale <em>bread</em>"]})]
    conditions = [
        {"field": {"_type": "QueueId", "operator": {"_type": "IsOneOf", "values": ["q1"]}}},
        {"field": {"_type": "TagId", "operator": {"_type": "IsEmpty"}}},
    ]
    body = {"query": {"value": "bread", "exactMatch": True}, "filters": {"strategy": "Any", "conditions": conditions}}
    assert sent == [Sent("POST", "/search/conversations", body)]


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        ({}, {}),
        ({"query": "bread"}, {"query": {"value": "bread"}}),
        ({"query": "bread", "exact_match": False}, {"query": {"value": "bread", "exactMatch": False}}),
        ({"query": "bread", "all_of": []}, {"query": {"value": "bread"}}),
    ],
    ids=str,
)
async def test_omitted_arguments_are_not_sent(mock_http: aioresponses, arguments: dict[str, Any], body: Any) -> None:
    async with recording_client(mock_http, "POST", {"data": []}) as (dixa, sent):
        await dixa.search.conversations(**arguments)
    assert sent == [Sent("POST", "/search/conversations", body)]


async def test_every_page_is_requested_with_the_same_search(mock_http: aioresponses) -> None:
    pages = (
        {"data": [{"id": 1, "highlights": {}}], "meta": {"next": "/<api-version>/search/conversations/?pageKey=a%3D:"}},
        {"data": [{"id": 2, "highlights": {}}]},
    )
    async with recording_client(mock_http, "POST", *pages) as (dixa, sent):
        hits = [hit.id async for hit in dixa.search.conversations("bread", page_limit=50)]
    assert hits == [1, 2]
    body = {"query": {"value": "bread"}}
    assert sent == [
        Sent("POST", "/search/conversations?pageLimit=50", body),
        Sent("POST", "/search/conversations?pageLimit=50&pageKey=a%3D", body),
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"all_of": [AgentFilter.is_empty()], "any_of": []}, "all_of and any_of cannot be used together"),
        ({"exact_match": True}, "exact_match needs a query"),
        ({"query": ""}, "query must not be empty"),
        ({"query": 7}, "query must be a str, not int"),
        (
            {"all_of": [ChannelFilter(IsOneOf([_OPEN]))]},
            "ChannelFilter takes a SearchChannel, not a SearchStatus",
        ),
        ({"all_of": [StatusFilter(IsOneOf([Channel.SMS]))]}, "takes a SearchStatus, not a Channel"),  # type: ignore[list-item]
        ({"any_of": [AgentFilter.is_one_of(_OPEN)]}, "AgentFilter takes IDs or strings, not a SearchStatus"),
        ({"any_of": [TagFilter(IncludesAll(()))]}, "TagFilter needs at least one value"),  # type: ignore[arg-type]
        ({"any_of": [CustomAttributeFilter.is_one_of("c1", [])]}, "CustomAttributeFilter needs at least one value"),
        ({"page_limit": 51}, "page_limit must be 50 or less"),
        ({"page_limit": 0}, "page_limit must be a whole number of 1 or more"),
        ({"page_limit": "many"}, "page_limit must be a whole number of 1 or more"),
    ],
    ids=str,
)
async def test_an_invalid_search_is_rejected_at_once(
    mock_http: aioresponses, arguments: dict[str, Any], message: str
) -> None:
    async with recording_client(mock_http, "POST") as (dixa, sent):
        with pytest.raises(InvalidRequestError, match=message):
            dixa.search.conversations(**arguments)
    assert sent == []


@pytest.mark.parametrize("number", [[1, 2], None, True, -3, "", "x", 1.0, 2**63, 10**5000], ids=lambda n: str(type(n)))
@pytest.mark.parametrize("make", [ConversationFilter.is_one_of, ConversationFilter.is_not_one_of])
def test_a_filter_accepts_only_conversation_ids(make: Any, number: Any) -> None:
    with pytest.raises(InvalidRequestError, match=r"^conversation_ids must be "):
        make(1, number)


_DURATION: Any = 5
_NONE: Any = None
_BYTES: Any = b"rye"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DurationFilter.at_least(_DURATION), "duration must be a timedelta, not int"),
        (lambda: DurationFilter.at_most(-_MINUTE), "duration must be a timedelta of 0 or more, not negative"),
        (lambda: DurationFilter.between(_DURATION, _MINUTE), "shortest must be a timedelta"),
        (lambda: DurationFilter.between(_MINUTE, _DURATION), "longest must be a timedelta"),
        (
            lambda: CustomAttributeFilter.is_one_of("c1", _NONE),
            "values must be strings or lists of strings, not NoneType",
        ),
        (
            lambda: CustomAttributeFilter.is_not_one_of("c1", _BYTES),
            "values must be strings or lists of strings, not bytes",
        ),
    ],
)
def test_the_error_for_an_invalid_filter_says_what_it_accepts(make: Callable[[], object], message: str) -> None:
    with pytest.raises(InvalidRequestError, match=f"^{message}"):
        make()


_NAIVE = TimeBetween(timestamp_from=datetime(2031, 5, 17), timestamp_to=_NINE)


@pytest.mark.parametrize(
    ("field", "place"),
    [
        (ChannelFilter(IsEmpty()), "operator._type"),  # type: ignore[arg-type]
        (ContactFilter(IsNotEmpty()), "operator._type"),  # type: ignore[arg-type]
        (TagFilter(IsOneOf(["t1"])), "operator._type"),  # type: ignore[arg-type]
        (CreatedFilter(_NAIVE), "operator.timestampFrom"),
        (TagFilter(IncludesAll([["t1"]])), r"operator.values\[0\]"),  # type: ignore[list-item]
        (CustomAttributeFilter("c1", IsOneOf(["rye"])), r"operator.values\[0\]"),  # type: ignore[list-item]
    ],
    ids=["channel", "contact", "tag", "time", "list", "no path"],
)
async def test_an_invalid_filter_is_rejected_with_its_place(
    mock_http: aioresponses, field: SearchFilter, place: str
) -> None:
    async with recording_client(mock_http, "POST") as (dixa, sent):
        with pytest.raises(InvalidRequestError, match=rf"\$\.filters\.conditions\[1\]\.field\.{place}:"):
            await dixa.search.conversations(all_of=[AgentFilter.is_empty(), field])
    assert sent == []


async def test_the_search_by_text_alone_warns_that_it_is_deprecated(mock_http: aioresponses) -> None:
    found = {"id": 7, "highlights": {}, "innerHits": [{"id": "m1", "highlight": {"text": "<em>bread</em>"}}]}
    async with recording_client(mock_http, "GET", {"data": [found, {"id": 8, "highlights": {}}]}) as (dixa, sent):
        search = dixa.search
        with pytest.deprecated_call(match=r"use search\.conversations"):
            pager = search.conversations_by_text("stale bread", exact_match=False, page_limit=2)
        page = await pager
    inner = InnerSearchHit(id="m1", highlight={"text": "<em>bread</em>"})
    assert list(page) == [TextSearchHit(id=7, highlights={}, inner_hits=[inner]), TextSearchHit(id=8, highlights={})]
    assert sent == [Sent("GET", "/search/conversations?query=stale%20bread&exactMatch=false&pageLimit=2")]


@pytest.mark.filterwarnings("ignore:use Search.conversations:DeprecationWarning")
@pytest.mark.parametrize(("query", "page_limit"), [("", None), ("bread", 51)])
async def test_the_search_by_text_alone_keeps_the_limits(
    mock_http: aioresponses, query: str, page_limit: int | None
) -> None:
    async with recording_client(mock_http, "GET") as (dixa, sent):
        with pytest.raises(InvalidRequestError):
            dixa.search.conversations_by_text(query, page_limit=page_limit)
    assert sent == []
