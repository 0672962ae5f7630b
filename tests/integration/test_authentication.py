"""Authentication with the API token."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import attrs
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from multidict import CIMultiDictProxy

from dixa_async import AuthenticationError, DixaClient, Middleware, Request, Response, Send
from dixa_async.config import AuthScheme
from dixa_async.testing import FakeDixa

from ..helpers.clients import connect


async def test_the_raw_token_and_bearer_are_both_accepted(server: FakeDixa) -> None:
    async with connect(server) as raw, connect(server, auth_scheme="bearer") as bearer:
        assert await raw.organization.get() == await bearer.organization.get() == server.state.organization


@pytest.mark.parametrize("auth_scheme", ["raw", "bearer"])
async def test_a_wrong_token_is_one_clear_error(server: FakeDixa, auth_scheme: AuthScheme) -> None:
    async with connect(server, api_key="the-wrong-token", auth_scheme=auth_scheme) as dixa:
        with pytest.raises(AuthenticationError) as caught:
            await dixa.organization.get()
    assert caught.value.message == "Unauthorized"
    assert "the-wrong-token" not in f"{caught.value!r} {caught.value}"
    assert server.request_count == 1  # it is not retried


@asynccontextmanager
async def _recorder() -> AsyncIterator[tuple[str, list[CIMultiDictProxy[str]]]]:
    """A server that keeps the headers of its requests."""
    received: list[CIMultiDictProxy[str]] = []

    async def keep(request: web.Request) -> web.Response:
        received.append(request.headers)
        return web.json_response({"data": None})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", keep)
    async with TestServer(app) as recorder:
        yield str(recorder.make_url("")), received


async def _tamper(request: Request, send: Send) -> Response:
    return await send(attrs.evolve(request, headers={"authorization": "other", "user-agent": "other"}))


@pytest.mark.parametrize("middleware", [[], [_tamper]], ids=["alone", "meddling"])
@pytest.mark.parametrize(("auth_scheme", "header"), [("raw", "s3cret"), ("bearer", "Bearer s3cret")])
@pytest.mark.parametrize("borrowed", [False, True])
async def test_a_request_has_the_token_once(
    borrowed: bool, auth_scheme: AuthScheme, header: str, middleware: list[Middleware]
) -> None:
    async with _recorder() as (url, received), AsyncExitStack() as stack:
        session = None
        if borrowed:
            session = await stack.enter_async_context(
                aiohttp.ClientSession(headers={"Authorization": "of the session"})
            )
        dixa = DixaClient("s3cret", base_url=url, auth_scheme=auth_scheme, session=session, middleware=middleware)
        async with dixa:
            await dixa.request("POST", "/things", json={"a": 1})
    assert received[0].getall("Authorization") == [header]
    (agent,) = received[0].getall("User-Agent")
    assert agent.startswith("dixa-async/")


async def test_a_missing_token_is_unauthorized_on_every_path(server: FakeDixa) -> None:
    async with aiohttp.ClientSession(server.url) as plain:
        for path in ("/beta/organization", "/v1/organization", "/nowhere"):
            async with plain.get(path) as response:
                assert (response.status, await response.json()) == (401, {"message": "Unauthorized"})


async def test_a_wrong_token_does_not_use_up_the_rate_limit() -> None:
    async with FakeDixa(rate=0.001, burst=1, api_key="right") as server:
        server.inject_fault(status=418)
        async with connect(server, api_key="wrong") as wrong:
            for _ in range(3):
                with pytest.raises(AuthenticationError):
                    await wrong.organization.get()
        async with connect(server) as right:
            with pytest.raises(Exception, match="418"):
                await right.organization.get()
    assert server.throttled_count == 0
