"""The files of FakeDixa: who gets them, and in which parts."""

from collections.abc import AsyncIterator, Mapping

import aiohttp
import pytest

from dixa_async import DixaClient
from dixa_async.models import ChatAttributes, File, InboundMessage, NewChatConversation, TextContent
from dixa_async.testing import FakeDixa

CONTENT = bytes(range(256)) * 1000


@pytest.fixture
async def web(server: FakeDixa) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(server.url) as web:
        yield web


def path_of(file: File) -> str:
    return file.url.removeprefix("https://files.dixa.io")


def basic(server: FakeDixa) -> dict[str, str]:
    return {"Authorization": aiohttp.encode_basic_auth("bearer", server.api_key)}


async def get(web: aiohttp.ClientSession, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    async with web.get(path, headers=headers) as response:
        return response.status, await response.read()


async def read_into(received: bytearray, web: aiohttp.ClientSession, path: str, headers: Mapping[str, str]) -> None:
    async with web.get(path, headers=headers) as response:
        async for piece in response.content.iter_any():
            received += piece


async def test_a_private_file_needs_basic_authentication(server: FakeDixa, web: aiohttp.ClientSession) -> None:
    path = path_of(server.add_file(CONTENT))
    wrong = aiohttp.encode_basic_auth("bearer", "wrong")
    for headers in ({}, {"Authorization": server.api_key}, {"Authorization": wrong}):
        assert await get(web, path, headers) == (401, b"")
    assert await get(web, path, basic(server)) == (200, CONTENT)
    assert await get(web, "/private/missing", basic(server)) == (404, b"")
    assert [request.path for request in server.requests][-1] == "/private/missing"


async def test_a_public_file_is_for_all(server: FakeDixa, web: aiohttp.ClientSession) -> None:
    path = path_of(server.add_file(CONTENT, name="ä/b.png", content_type="image/png", is_private=False))
    async with web.get(path) as response:
        assert await response.read() == CONTENT
        assert response.content_type == "image/png"
        assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%C3%A4%2Fb.png"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=1000-", 1000, None), ("bytes=0-0", 0, 1), ("bytes=-5", -5, None), ("bytes=10-9999999", 10, None)],
)
async def test_a_part_of_a_file(
    server: FakeDixa, web: aiohttp.ClientSession, asked: str, start: int, end: int | None
) -> None:
    path = path_of(server.add_file(CONTENT))
    assert await get(web, path, {**basic(server), "Range": asked}) == (206, CONTENT[start:end])


async def test_a_part_is_refused_or_ignored_where_there_is_none(server: FakeDixa, web: aiohttp.ClientSession) -> None:
    path = path_of(server.add_file(CONTENT))
    headers = {**basic(server), "Range": "bytes=5-"}
    assert await get(web, path, {**headers, "Range": f"bytes={len(CONTENT)}-"}) == (416, b"")
    assert await get(web, path, {**headers, "Range": "lines=1-"}) == (200, CONTENT)
    stored = server.state.files[path]
    assert stored.etag is not None
    assert (await get(web, path, {**headers, "If-Range": stored.etag}))[0] == 206
    assert await get(web, path, {**headers, "If-Range": '"other"'}) == (200, CONTENT)
    stored.accepts_ranges = False
    assert await get(web, path, headers) == (200, CONTENT)


async def test_a_download_is_cut_after_so_many_bytes(server: FakeDixa, web: aiohttp.ClientSession) -> None:
    path = path_of(server.add_file(CONTENT))
    for expected in (100_000, 0):
        server.inject_fault(cut_off=expected, path="/private/*")
        received = bytearray()
        with pytest.raises((aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError)):
            await read_into(received, web, path, basic(server))
        assert received == CONTENT[:expected]
    assert (await get(web, path, basic(server)))[1] == CONTENT


async def test_attachments_have_content_until_they_are_anonymized(
    dixa: DixaClient, server: FakeDixa, web: aiohttp.ClientSession
) -> None:
    message = InboundMessage(
        content=TextContent("Look"), attachments=[File(url="https://shop.example/a.png", pretty_name="a.png")]
    )
    chat = NewChatConversation(requester_id=server.end_users[0].id, widget_id="w", message=message)
    created = await dixa.conversations.create(chat)
    attributes = (await dixa.messages.list(created.id))[0].attributes
    assert isinstance(attributes, ChatAttributes)
    path = path_of((attributes.attachments or [])[0])
    assert await get(web, path, basic(server)) == (200, b"FakeDixa's copy of https://shop.example/a.png\n")
    request = await dixa.conversations.anonymize(created.id, force=True)
    await dixa.anonymization.get_request(request.id)
    assert (await get(web, path, basic(server)))[0] == 404


async def test_a_fault_can_happen_to_a_file(server: FakeDixa, web: aiohttp.ClientSession) -> None:
    path = path_of(server.add_file(CONTENT))
    server.inject_fault(status=503, body=b"")
    assert await get(web, path, basic(server)) == (503, b"")
    assert (await get(web, path, basic(server)))[0] == 200
