"""Pagination over real connections."""

import asyncio
from typing import Any

import pytest

from dixa_async import BadRequestError, DixaClient, InvalidRequestError, ServerError
from dixa_async.models import EndUser
from dixa_async.testing import FakeDixa

from ..helpers.clients import eventually


@pytest.mark.parametrize("page_limit", [None, 1, 7, 16, 48, 49, 1000])
@pytest.mark.parametrize("prefetch", [False, True])
async def test_every_end_user_is_listed_once_and_in_order(
    dixa: DixaClient, server: FakeDixa, page_limit: int | None, prefetch: bool
) -> None:
    users = [user async for user in dixa.end_users.list(page_limit=page_limit, prefetch=prefetch)]
    assert users == server.end_users
    assert server.request_count == -(-48 // (page_limit or 20))


async def test_every_agent_is_listed_once_and_in_order(dixa: DixaClient, server: FakeDixa) -> None:
    pages = [list(page) async for page in dixa.agents.list(page_limit=2).pages()]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [agent for page in pages for agent in page] == server.agents


async def test_an_empty_list_is_one_empty_page() -> None:
    async with FakeDixa(seed_data=False) as server, DixaClient(server.api_key, base_url=server.url) as dixa:
        assert [list(page) async for page in dixa.end_users.list().pages()] == [[]]


async def test_a_list_resumes_from_a_page_key(dixa: DixaClient, server: FakeDixa) -> None:
    first = await dixa.end_users.list(page_limit=10)
    assert list(first) == server.end_users[:10]
    rest = [user async for user in dixa.end_users.list(page_key=first.next_key, page_limit=15)]
    assert rest == server.end_users[10:]


async def test_an_error_between_pages_has_the_key_to_resume_from(dixa: DixaClient, server: FakeDixa) -> None:
    got: list[EndUser] = []
    with pytest.raises(ServerError) as caught:  # noqa: PT012
        async for user in dixa.end_users.list(page_limit=10):
            if len(got) == 9:
                server.inject_fault(status=500, times=4)
            got.append(user)
    got += [user async for user in dixa.end_users.list(page_key=caught.value.page_key, page_limit=10)]
    assert got == server.end_users


async def test_filters_are_sent_with_every_page(dixa: DixaClient, server: FakeDixa) -> None:
    for number in range(5):
        server.add_end_user(f"Twin {number}", email="t w+in@example.com")
    pages = [len(page) async for page in dixa.end_users.list(email="t w+in@example.com", page_limit=2).pages()]
    assert pages == [2, 2, 1]
    assert [request.query.count("email=") for request in server.requests] == [1, 1, 1]


async def test_breaking_out_of_the_loop_requests_no_further_page(dixa: DixaClient, server: FakeDixa) -> None:
    async for user in dixa.end_users.list(page_limit=5):
        if user == server.end_users[6]:
            break
    assert server.request_count == 2


async def test_prefetch_requests_the_next_page_while_this_one_is_in_use(dixa: DixaClient, server: FakeDixa) -> None:
    await dixa.organization.get()  # so that the server's tasks exist
    before = asyncio.all_tasks()
    pages = dixa.end_users.list(page_limit=10, prefetch=True).pages()
    await anext(pages)
    await eventually(lambda: server.request_count == 2)
    await anext(pages)
    await eventually(lambda: server.request_count == 3)
    await pages.aclose()
    assert asyncio.all_tasks() == {*before}


@pytest.mark.parametrize("filters", [{"email": "alma@support.example.com"}, {"phone": "+12025550177"}])
async def test_agents_are_found_by_address_or_number(
    dixa: DixaClient, server: FakeDixa, filters: dict[str, Any]
) -> None:
    server.agents[0].additional_phone_numbers = ["+12025550177"]
    assert list(await dixa.agents.list(**filters)) == [server.agents[0]]


@pytest.mark.parametrize(
    "filters", [{"email": "bo.almgren@example.org"}, {"phone": "+12025550101"}, {"external_id": "customer-2"}]
)
async def test_end_users_are_found_by_address_number_or_your_own_id(
    dixa: DixaClient, server: FakeDixa, filters: dict[str, Any]
) -> None:
    assert list(await dixa.end_users.list(**filters)) == [server.end_users[1]]


async def test_nobody_is_found_for_an_unknown_address(dixa: DixaClient) -> None:
    assert list(await dixa.end_users.list(email="nobody@example.com")) == []


@pytest.mark.parametrize("path", ["/agents", "/endusers"])
@pytest.mark.parametrize(
    "query",
    [
        {"email": "a@example.com", "phone": "+12025550101"},
        {"pageLimit": "0"},
        {"pageLimit": "-1"},
        {"pageLimit": "ten"},
        {"pageLimit": "99999999999"},
        {"pageLimit": ""},
        {"pageKey": "nonsense"},
        {"pageKey": ""},
        {"pageKey": "é"},
        {"pageKey": "L2FnZW50cyBvbmU="},
    ],
    ids=str,
)
async def test_an_invalid_query_is_a_bad_request(dixa: DixaClient, path: str, query: dict[str, str]) -> None:
    with pytest.raises(BadRequestError):
        await dixa.request("GET", path, query=query)


async def test_a_page_key_is_valid_only_for_its_list(dixa: DixaClient) -> None:
    page = await dixa.end_users.list()
    with pytest.raises(BadRequestError, match="pageKey"):
        await dixa.agents.list(page_key=page.next_key)


async def test_two_filters_are_rejected_before_anything_is_sent(dixa: DixaClient, server: FakeDixa) -> None:
    with pytest.raises(InvalidRequestError):
        dixa.end_users.list(email="a@example.com", phone="+12025550101")
    assert server.request_count == 0


async def test_the_link_to_the_next_page_has_dixas_format(dixa: DixaClient, server: FakeDixa) -> None:
    first = await dixa.request("GET", "/endusers", query={"pageLimit": 30})
    assert first["meta"]["next"].startswith("/beta/endusers?pageLimit=30&pageKey=")
    last = await dixa.request("GET", "/endusers", query={"pageLimit": 48})
    assert last["meta"] == {}
    assert first["data"][0]["createdAt"] == "2024-04-03T09:30:00.000Z[GMT]"
