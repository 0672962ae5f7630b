"""Where the token goes: to the file server of the settings, for private files, and nowhere else."""

import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from dixa_async import DixaClient, InvalidRequestError, RedirectError, StatusError, Timeout
from dixa_async.files.download import redirect_target, redirected_request
from dixa_async.testing import FakeDixa
from dixa_async.transport.http import CallState, Request, Response
from dixa_async.transport.operation import Operation

from ..helpers.clients import NO_RETRY, UNLIMITED, connect
from ..helpers.scripted_server import Reply, ScriptedServer, cut, reply, scripted_server

CREDENTIALS = aiohttp.encode_basic_auth("bearer", "secret-token")


@pytest.fixture
async def pinned() -> AsyncIterator[ScriptedServer]:
    """The file server of the settings."""
    async with scripted_server() as pinned:
        yield pinned


@pytest.fixture
async def other() -> AsyncIterator[ScriptedServer]:
    """Another server, which differs by its port only."""
    async with scripted_server() as other:
        yield other


def client_of(pinned: ScriptedServer) -> DixaClient:
    return DixaClient("secret-token", base_url=pinned.url, rate_limit=UNLIMITED, retry=NO_RETRY)


def redirect(location: str, status: int = 302) -> Reply:
    return reply(status, b"elsewhere", {"Location": location, "Set-Cookie": "session=1"})


def leaks(server: ScriptedServer) -> list[str]:
    """All that a server got which could tell it the token."""
    return [
        f"{name}: {value}"
        for request in server.requests
        for name, value in (*request.headers.items(), ("path", request.path_qs))
        if "secret-token" in value or CREDENTIALS.split()[1] in value or name in ("Authorization", "Cookie")
    ]


async def test_the_token_goes_to_the_pinned_server_for_private_files_only(pinned: ScriptedServer) -> None:
    pinned.script(reply(200, b"x"))
    async with client_of(pinned) as dixa:
        for link in ("/private/a", "/public/a", "https://files.dixa.io/private/a", f"{pinned.url}/public/a"):
            await dixa.files.download(link, to=io.BytesIO())
    assert pinned.headers("Authorization") == [CREDENTIALS, None, CREDENTIALS, None]


@pytest.mark.parametrize(
    "link",
    [
        "{other}/private/a",
        "{other}/public/a",
        "//{host}/private/a",
        "http://127.0.0.1:{pinned_port}@{host}/private/a",
        "http://127.0.0.1:{pinned_port}\\@{host}/private/a",
        "http://files.dixa.io@{host}/private/a",
        "{other}\\@files.dixa.io/private/a",
        "{other}#@127.0.0.1:{pinned_port}/private/a",
        "{other}?@127.0.0.1:{pinned_port}/private/a",
        "HTTP://{host}/private/a",
        "http://%31%32%37.0.0.1:{pinned_port}/private/a",
        "http://localhost:{pinned_port}/private/a",
        "http://2130706433:{pinned_port}/private/a",
        "http://[::ffff:127.0.0.1]:{pinned_port}/private/a",
        "https://127.0.0.1:{pinned_port}/private/a",
    ],
)
async def test_a_link_to_another_server_is_not_followed(
    pinned: ScriptedServer, other: ScriptedServer, link: str
) -> None:
    pinned.script(reply(200, b"x"))
    other.script(reply(200, b"x"))
    host = other.url.removeprefix("http://")
    link = link.format(other=other.url, host=host, pinned_port=pinned.url.rpartition(":")[2])
    async with client_of(pinned) as dixa:
        with pytest.raises(InvalidRequestError):
            await dixa.files.download(link, to=io.BytesIO())
        with pytest.raises(InvalidRequestError):
            async with dixa.files.stream(link):
                pass
    assert (pinned.requests, other.requests) == ([], [])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed_without_the_token(pinned: ScriptedServer, status: int) -> None:
    pinned.script(redirect("/public/b", status), redirect(f"{pinned.url}/private/c?d=1", status), reply(200, b"x"))
    async with client_of(pinned) as dixa:
        file = await dixa.files.download("/private/a", to=io.BytesIO())
    assert file.size == 1
    assert [request.path_qs for request in pinned.requests] == ["/private/a", "/public/b", "/private/c?d=1"]
    assert pinned.headers("Authorization") == [CREDENTIALS, None, None]
    assert pinned.headers("Cookie") == [None, None, None]
    assert pinned.headers("Referer") == [None, None, None]


async def test_the_rest_of_a_file_is_requested_through_the_redirect_again(pinned: ScriptedServer) -> None:
    etag, content = {"ETag": '"v1"'}, bytes(5000)
    part = {**etag, "Content-Range": "bytes 1000-4999/5000"}
    pinned.script(redirect("/b"), cut(content, 1000, etag), redirect("/c"), reply(206, content[1000:], part))
    async with DixaClient("secret-token", base_url=pinned.url, rate_limit=UNLIMITED) as dixa:
        opened = io.BytesIO()
        await dixa.files.download("/private/a", to=opened)
    assert opened.getvalue() == content
    assert pinned.headers("Authorization") == [CREDENTIALS, None, CREDENTIALS, None]
    assert pinned.headers("Range") == [None, None, "bytes=1000-", "bytes=1000-"]


async def test_a_redirect_to_plain_http_elsewhere_is_not_followed(
    pinned: ScriptedServer, other: ScriptedServer
) -> None:
    other.script(reply(200, b"x"))
    async with client_of(pinned) as dixa:
        for location in (f"{other.url}/private/a", f"//{other.url.removeprefix('http://')}/a", "ftp://x/y", "", " \\x"):
            pinned.script(redirect(location))
            with pytest.raises(RedirectError):
                await dixa.files.download("/private/a", to=io.BytesIO())
    assert other.requests == []


async def test_redirects_in_a_circle_end(pinned: ScriptedServer) -> None:
    pinned.script(redirect("/private/a"))
    async with client_of(pinned) as dixa:
        with pytest.raises(RedirectError) as caught:
            await dixa.files.download("/private/a", to=io.BytesIO())
    assert len(pinned.requests) == len(caught.value.call.attempts) == 6


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://bucket.example/a?sig=b#c", "https://bucket.example/a?sig=b"),
        ("/b", "https://files.dixa.io/b"),
        ("b", "https://files.dixa.io/private/b"),
        ("https://user@bucket.example/a", None),
        ("https://user:secret@bucket.example/a", None),
        ("http://files.dixa.io/private/a", None),
        ("http://bucket.example/a", None),
        ("https:///a", "https://files.dixa.io/a"),
        ("https://[::1/a", None),
        ("https://bucket.example:port/a", None),
        ("https://bücket.example/a", None),
        ("file:///etc/passwd", None),
        ("javascript:x", None),
    ],
)
def test_where_a_redirect_may_lead(location: str, target: str | None) -> None:
    response = Response(status=302, headers={"location": location}, body=b"")
    assert redirect_target("https://files.dixa.io/private/a", response) == target


@pytest.mark.parametrize(
    ("location", "headers"),
    [
        ("/b", {"X-Gateway-Key": "secret"}),
        ("https://bucket.example/a", {}),
        ("https://files.dixa.io.example/private/a", {}),
        ("https://files.dixa.io:8443/private/a", {}),
    ],
)
def test_the_headers_of_a_middleware_stay_at_the_server(location: str, headers: dict[str, str]) -> None:
    operation = Operation[Any]("downloadFile", "GET", "/private/{path}", envelope=None)
    request = Request(
        operation=operation,
        url="https://files.dixa.io/private/a",
        headers={"X-Gateway-Key": "secret"},
        timeout=Timeout(),
        call_state=CallState(operation),
    )
    redirected = redirected_request(request, Response(status=302, headers={"location": location}, body=b""))
    assert redirected is not None
    assert redirected.url.endswith(location)
    assert redirected.headers == headers


async def test_a_session_of_the_caller_sends_no_more_of_the_token(pinned: ScriptedServer) -> None:
    pinned.script(redirect("/public/b"), reply(200, b"x"))
    async with (
        aiohttp.ClientSession(cookies={"a": "1"}, headers={"X-Mine": "secret"}) as session,
        DixaClient("secret-token", base_url=pinned.url, session=session) as dixa,
    ):
        await dixa.files.download("/private/a", to=io.BytesIO())
    assert pinned.headers("Authorization") == [CREDENTIALS, None]
    assert pinned.headers("Cookie") == pinned.headers("X-Mine") == [None, None]


async def test_a_public_file_costs_no_token_even_if_there_is_none(pinned: ScriptedServer) -> None:
    pinned.script(reply(404))
    async with client_of(pinned) as dixa:
        with pytest.raises(StatusError):
            await dixa.files.download("/public/a", to=io.BytesIO())
    assert leaks(pinned) == []


async def test_the_settings_name_the_server_of_files(server: FakeDixa, pinned: ScriptedServer) -> None:
    pinned.script(reply(200, b"x"))
    async with DixaClient(server.api_key, base_url=server.url, files_url=pinned.url) as dixa:
        assert (await dixa.files.download("/private/a", to=io.BytesIO())).size == 1
        assert dixa.config.files_server == pinned.url
    async with connect(server) as dixa:
        assert dixa.config.files_server == server.url
    assert server.request_count == 0
    assert DixaClient("t").config.files_server == "https://files.dixa.io"
