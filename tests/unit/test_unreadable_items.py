"""An unreadable item of a list: the others are not lost."""

import asyncio
import pickle
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aioresponses import aioresponses
from hypothesis import given, strategies as st

from dixa_async import (
    ConfigurationError,
    DixaClient,
    DixaError,
    ResponseDecodeError,
    UnreadableItem,
    UnreadableItemsError,
    bulk,
)
from dixa_async.caller.partial_list import read_item_by_item
from dixa_async.models import Agent, EndUser, Tag
from dixa_async.serialization import Serializer

BETA = "https://dev.dixa.io/beta"
BAD = {"id": "b", "name": None, "state": "Active"}


def _tag(name: str) -> dict[str, Any]:
    return {"id": name, "name": name, "state": "Active"}


@pytest.fixture
async def dixa() -> AsyncIterator[DixaClient]:
    async with DixaClient("s3cret") as dixa:
        yield dixa


def _put_pages(mock_http: aioresponses) -> None:
    """Three pages; on the second, one item of three cannot be read."""
    pages = [[_tag("a"), _tag("b")], [_tag("c"), BAD, _tag("d")], [_tag("e")]]
    for number, items in enumerate(pages):
        key = f"?pageKey=k{number}" if number else ""
        following = f"/beta/tags?pageKey=k{number + 1}" if number < 2 else None
        mock_http.get(f"{BETA}/tags{key}", payload={"data": items, "meta": {"next": following}}, repeat=True)


async def _names(dixa: DixaClient, seen: list[str]) -> None:
    """Collect names; those seen before an error are kept."""
    async for tag in dixa.tags.list():
        seen.append(tag.name)  # noqa: PERF401


async def test_by_default_it_is_an_error_that_has_the_others_and_where_to_continue(
    mock_http: aioresponses, dixa: DixaClient
) -> None:
    _put_pages(mock_http)
    seen: list[str] = []
    with pytest.raises(UnreadableItemsError) as caught:
        await _names(dixa, seen)
    error = caught.value
    assert seen == ["a", "b"]
    assert [tag.name for tag in error.items] == ["c", "d"]
    assert (error.page_key, error.next_key) == ("k1", "k2")
    (item,) = error.unreadable
    assert (item.path, item.reason, item.raw) == ("$.data[1].name", "expected str, got null", BAD)
    assert (item.call.operation, item.call.path) == ("getTags", "/tags")
    assert (error.path, error.reason, error.status) == ("$.data[1].name", "expected str, got null", 200)
    assert str(error) == "GET /tags: 200 1 of 3 items cannot be read: $.data[1].name: expected str, got null"
    assert isinstance(error, ResponseDecodeError)
    assert not error.maybe_applied


async def test_the_error_can_be_copied(mock_http: aioresponses, dixa: DixaClient) -> None:
    mock_http.get(f"{BETA}/tags", payload={"data": [BAD]})
    with pytest.raises(UnreadableItemsError) as caught:
        await dixa.tags.list()
    twin = pickle.loads(pickle.dumps(caught.value))
    assert (vars(twin), twin.args) == (vars(caught.value), caught.value.args)
    assert (twin.items, twin.next_key) == ((), None)


@pytest.mark.parametrize("prefetch", [False, True])
async def test_with_a_handler_the_iteration_continues(mock_http: aioresponses, prefetch: bool) -> None:
    first = {"id": "u-1", "createdAt": "2025-06-07T08:09:10Z"}
    mock_http.get(f"{BETA}/endusers", payload={"data": [first, {"id": 7}], "meta": {"next": "/endusers?pageKey=k"}})
    mock_http.get(f"{BETA}/endusers?pageKey=k", payload={"data": [{"id": 8}, {**first, "id": "u-2"}]})
    unreadable: list[UnreadableItem] = []
    async with DixaClient("s3cret", on_unreadable_item=unreadable.append) as dixa:
        users = [user.id async for user in dixa.end_users.list(prefetch=prefetch)]
    assert users == ["u-1", "u-2"]
    assert [(item.path, item.raw) for item in unreadable] == [("$.data[1].id", {"id": 7}), ("$.data[0].id", {"id": 8})]


async def test_a_view_has_its_own_handler(mock_http: aioresponses, dixa: DixaClient) -> None:
    _put_pages(mock_http)
    unreadable: list[UnreadableItem] = []
    tolerant = dixa.with_options(on_unreadable_item=unreadable.append)
    assert [tag.name async for tag in tolerant.tags.list()] == ["a", "b", "c", "d", "e"]
    assert len(unreadable) == 1
    with pytest.raises(UnreadableItemsError):
        [tag async for tag in tolerant.with_options(on_unreadable_item="raise").tags.list()]
    assert tolerant.with_options(timeout=1).config.on_unreadable_item == unreadable.append


async def test_a_handler_that_fails_ends_the_iteration_with_its_error(
    mock_http: aioresponses, dixa: DixaClient
) -> None:
    _put_pages(mock_http)

    def refuse(item: UnreadableItem) -> None:
        raise LookupError(item.path)

    seen: list[str] = []
    with pytest.raises(LookupError, match="name") as caught:
        await _names(dixa.with_options(on_unreadable_item=refuse), seen)
    assert seen == ["a", "b"]
    assert caught.value.__context__ is None


async def test_a_list_that_is_not_a_page_is_read_in_the_same_way(mock_http: aioresponses, dixa: DixaClient) -> None:
    mock_http.get(f"{BETA}/things", payload={"data": [_tag("a"), BAD]}, repeat=True)
    unreadable: list[UnreadableItem] = []
    tolerant = dixa.with_options(on_unreadable_item=unreadable.append)
    assert [tag.name for tag in await tolerant.request("GET", "/things", response_type=list[Tag])] == ["a"]
    assert unreadable[0].path == "$.data[1].name"
    with pytest.raises(UnreadableItemsError) as caught:
        await dixa.request("GET", "/things", response_type=list[Tag])
    assert [tag.name for tag in caught.value.items] == ["a"]


async def test_nothing_is_left_out_of_what_a_write_returns(mock_http: aioresponses, dixa: DixaClient) -> None:
    mock_http.post(f"{BETA}/tags/bulk", payload={"data": [_tag("a"), BAD]})
    unreadable: list[UnreadableItem] = []
    tolerant = dixa.with_options(on_unreadable_item=unreadable.append)
    with pytest.raises(UnreadableItemsError) as caught:
        await tolerant.request("POST", "/tags/bulk", json=["a", "b"], response_type=list[Tag])
    assert [tag.name for tag in caught.value.items] == ["a"]
    assert caught.value.maybe_applied
    assert not unreadable


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"data": {}}', '{"data": null}', '{"data": "x"}'])
async def test_a_response_that_is_not_a_list_is_an_error_as_before(
    mock_http: aioresponses, dixa: DixaClient, body: str
) -> None:
    mock_http.get(f"{BETA}/tags", body=body)
    with pytest.raises(ResponseDecodeError) as caught:
        await dixa.with_options(on_unreadable_item=lambda _: None).tags.list()
    assert not isinstance(caught.value, UnreadableItemsError)


async def test_an_invalid_value_within_an_item_makes_the_item_unreadable(
    mock_http: aioresponses, dixa: DixaClient
) -> None:
    mock_http.get(f"{BETA}/agents", payload={"data": [{"id": "a", "phoneNumbers": [{}]}]})
    with pytest.raises(UnreadableItemsError) as caught:
        await dixa.agents.list()
    assert caught.value.unreadable[0].path.startswith("$.data[0].")


async def test_a_job_of_many_calls_continues_too(mock_http: aioresponses, dixa: DixaClient) -> None:
    _put_pages(mock_http)
    mock_http.delete(f"{BETA}/tags/e", status=204)
    for name in "abcd":
        mock_http.delete(f"{BETA}/tags/{name}", status=204)
    tolerant = dixa.with_options(on_unreadable_item=lambda _: None)
    async with bulk.run(lambda tag: tolerant.tags.delete(tag.id), tolerant.tags.list(), key=lambda tag: tag.id) as job:
        assert [outcome.key async for outcome in job] == ["a", "b", "c", "d", "e"]


@given(fits=st.lists(st.booleans(), max_size=20), envelope=st.sampled_from(["data", None]))
def test_each_item_is_read_or_reported_once_and_in_order(fits: list[bool], envelope: str | None) -> None:
    serializer = Serializer.shared()
    items = [_tag(str(number)) if fit else {"id": number} for number, fit in enumerate(fits)]
    body = serializer.encode_unchecked(items if envelope is None else {"data": items, "meta": {"next": None}})
    found = asyncio.run(read_item_by_item(serializer, body, list[Tag], envelope))
    if all(fits):
        assert found is None
        return
    assert found is not None
    assert [tag.id for tag in found.items] == [str(number) for number, fit in enumerate(fits) if fit]
    assert [raw["id"] for raw, _ in found.faults] == [number for number, fit in enumerate(fits) if not fit]
    prefix = "$" if envelope is None else "$.data"
    assert [problem.path for _, problem in found.faults] == [
        f"{prefix}[{number}].id" for number, fit in enumerate(fits) if not fit
    ]
    assert found.rest == ([*items] if envelope is None else {"meta": {"next": None}})


async def _later(item: UnreadableItem) -> None:
    raise NotImplementedError


@pytest.mark.parametrize("handler", ["skip", 7, _later, []], ids=["string", "number", "coroutine", "list"])
def test_a_handler_that_is_not_a_plain_function_is_rejected(handler: Any) -> None:
    with pytest.raises(ConfigurationError, match="on_unreadable_item must be 'raise' or a plain function"):
        DixaClient("s3cret", on_unreadable_item=handler)
    with pytest.raises(DixaError):
        DixaClient("s3cret").with_options(on_unreadable_item=handler)


async def test_an_item_shows_nothing_personal_by_itself() -> None:
    body = b'[{"anna@example.com": 7}]'
    found = await read_item_by_item(Serializer.shared(), body, list[dict[str, str]], None)
    assert found is not None
    (item,) = found.unreadable(None)  # type: ignore[arg-type]
    assert "anna" not in f"{item}"
    assert item.path == "$[0]['anna@example.com']"


async def test_good_pages_are_read_as_before(
    mock_http: aioresponses, dixa: DixaClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("read item by item")

    monkeypatch.setattr("dixa_async.caller.http_caller.read_item_by_item", fail)
    mock_http.get(f"{BETA}/agents", payload={"data": []})
    assert list(await dixa.agents.list()) == list[Agent]()
    mock_http.get(f"{BETA}/endusers", payload={"data": [{"id": "u-1", "createdAt": "2025-06-07T08:09:10Z"}]})
    assert [type(user) for user in await dixa.end_users.list()] == [EndUser]
