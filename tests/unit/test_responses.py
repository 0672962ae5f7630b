"""Status, headers, attempts, and the fields beside ``data``, of successful calls."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aioresponses import aioresponses

from dixa_async import CallError, DixaClient, NotFoundError, Page, RetryPolicy, UsageError
from dixa_async.models import Tag

BETA = "https://dev.dixa.io/beta"
META = {"next": None, "previous": None}


def _tag(name: str) -> dict[str, Any]:
    return {"id": name, "name": name, "state": "Active"}


@pytest.fixture
async def dixa() -> AsyncIterator[DixaClient]:
    async with DixaClient("s3cret", retry=RetryPolicy(base_delay=0.001)) as dixa:
        yield dixa


async def test_a_call_returns_its_response_with_its_value(mock_http: aioresponses, dixa: DixaClient) -> None:
    mock_http.get(f"{BETA}/tags/a", status=503)
    mock_http.get(
        f"{BETA}/tags/a",
        payload={"data": _tag("a"), "meta": {"cost": 1}, "partialErrors": ["x"]},
        headers={"X-Request-Id": "r-1", "X-Note": "hi"},
    )
    response = await dixa.with_response(dixa.tags.get("a"))
    assert isinstance(response.value, Tag)
    assert (response.status, response.request_id, response.headers["x-note"]) == (200, "r-1", "hi")
    assert [attempt.status for attempt in response.attempts] == [503, 200]
    assert response.beside == {"meta": {"cost": 1}, "partialErrors": ["x"]}
    assert (response.call.operation, response.call.path) == ("getTagsTagid", "/tags/{tagId}")
    assert "r-1" not in repr(response)


async def test_a_page_has_its_response(mock_http: aioresponses, dixa: DixaClient) -> None:
    mock_http.get(
        f"{BETA}/tags", payload={"data": [], "meta": {"next": "/tags?pageKey=k"}}, headers={"X-Request-Id": "1"}
    )
    mock_http.get(f"{BETA}/tags?pageKey=k", status=206, payload={"data": [], "new": 7}, headers={"X-Request-Id": "2"})
    responses = [page.response async for page in dixa.tags.list().pages()]
    assert [response.request_id for response in responses] == ["1", "2"]
    assert [response.status for response in responses] == [200, 206]
    assert [response.beside for response in responses] == [{"meta": {"next": "/tags?pageKey=k"}}, {"new": 7}]
    assert [len(response.attempts) for response in responses] == [1, 1]


async def test_the_response_of_the_first_page_can_be_requested_like_that_of_any_call(
    mock_http: aioresponses, dixa: DixaClient
) -> None:
    mock_http.get(f"{BETA}/tags", payload={"data": [_tag("a")], "meta": META})
    response = await dixa.with_response(dixa.tags.list())
    assert [tag.name for tag in response.value] == ["a"]
    assert response.beside == response.value.response.beside == {"meta": META}


@pytest.mark.parametrize(
    ("body", "beside"), [(b"", {}), (b'{"warnings": 1}', {"warnings": 1}), (b"[1]", {}), (b"no JSON", {})]
)
async def test_a_call_without_a_value_has_a_response_too(
    mock_http: aioresponses, dixa: DixaClient, body: bytes, beside: dict[str, Any]
) -> None:
    mock_http.delete(f"{BETA}/tags/a", status=202, body=body)
    response = await dixa.with_response(dixa.tags.delete("a"))
    assert response.value is None
    assert (response.status, response.beside) == (202, beside)


async def test_a_call_by_method_and_path_has_one_too(mock_http: aioresponses, dixa: DixaClient) -> None:
    mock_http.get(f"{BETA}/new", payload={"data": _tag("a"), "meta": META}, repeat=True)
    model = await dixa.with_response(dixa.request("GET", "/new", response_type=Tag))
    assert (model.value.name, model.beside) == ("a", {"meta": META})
    plain = await dixa.with_response(dixa.request("GET", "/new"))
    assert (plain.value, plain.beside) == ({"data": _tag("a"), "meta": META}, {})
    mock_http.get(f"{BETA}/empty", status=204)
    assert (await dixa.with_response(dixa.request("GET", "/empty"))).status == 204


async def test_a_response_without_an_envelope_has_nothing_beside_its_value(
    mock_http: aioresponses, dixa: DixaClient
) -> None:
    mock_http.get(f"{BETA}/agents/presence", payload=[])
    response = await dixa.with_response(dixa.agents.list_presence())
    assert response.beside == {}


async def test_calls_at_once_get_their_own_responses(mock_http: aioresponses, dixa: DixaClient) -> None:
    names = [str(number) for number in range(20)]
    for name in names:
        mock_http.get(f"{BETA}/tags/{name}", payload={"data": _tag(name), "of": name})
    responses = await asyncio.gather(*(dixa.with_response(dixa.tags.get(name)) for name in names))
    assert [(response.value.name, response.beside["of"]) for response in responses] == [(name, name) for name in names]


async def test_within_another_the_outer_one_gets_its_own_last_call(mock_http: aioresponses, dixa: DixaClient) -> None:
    for name in "abc":
        mock_http.get(f"{BETA}/tags/{name}", payload={"data": _tag(name), "of": name})

    async def three() -> str:
        await dixa.tags.get("a")
        inner = await dixa.with_response(dixa.tags.get("b"))
        await dixa.tags.get("c")
        return str(inner.beside["of"])

    response = await dixa.with_response(three())
    assert (response.value, response.beside) == ("b", {"of": "c"})


async def test_an_error_is_the_error_of_the_call(mock_http: aioresponses, dixa: DixaClient) -> None:
    mock_http.get(f"{BETA}/tags/a", status=404)
    mock_http.get(f"{BETA}/tags/b", payload={"data": _tag("b")})
    with pytest.raises(NotFoundError):
        await dixa.with_response(dixa.tags.get("a"))
    assert (await dixa.with_response(dixa.tags.get("b"))).value.name == "b"


async def test_anything_but_a_call_is_rejected(mock_http: aioresponses, dixa: DixaClient) -> None:
    mock_http.get(f"{BETA}/tags/a", payload={"data": _tag("a")})
    task = asyncio.ensure_future(dixa.tags.get("a"))
    with pytest.raises(UsageError, match=r"not started yet.*not a Task"):
        await dixa.with_response(task)
    assert (await task).name == "a"
    with pytest.raises(UsageError, match="not a method"):
        await dixa.with_response(dixa.tags.get)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="made no request"):
        await dixa.with_response(asyncio.sleep(0))


def test_a_page_made_by_hand_has_no_response() -> None:
    page = Page(items=[1])
    with pytest.raises(UsageError, match="not read from a response"):
        _ = page.response
    assert "response" not in repr(page)


async def test_nothing_is_kept_of_calls_whose_response_is_not_requested(
    mock_http: aioresponses, dixa: DixaClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("it was made")

    monkeypatch.setattr("dixa_async.caller.http_caller.ResponseInfo", fail)
    mock_http.get(f"{BETA}/tags/a", payload={"data": _tag("a")})
    mock_http.delete(f"{BETA}/tags/a", status=204)
    await dixa.tags.get("a")
    await dixa.tags.delete("a")
    with pytest.raises(CallError):
        await dixa.tags.get("a")
