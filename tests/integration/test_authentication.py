"""The token."""

import aiohttp
import pytest

from dixa_async import AuthenticationError
from dixa_async.config import AuthScheme
from dixa_async.testing import FakeDixa

from .clients import connect


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
    assert server.request_count == 1  # it is not tried again


async def test_no_token_is_unauthorized_wherever_it_goes(server: FakeDixa) -> None:
    async with aiohttp.ClientSession(server.url) as web:
        for path in ("/beta/organization", "/v1/organization", "/nowhere"):
            async with web.get(path) as answer:
                assert (answer.status, await answer.json()) == (401, {"message": "Unauthorized"})


async def test_a_wrong_token_uses_nothing_up() -> None:
    async with FakeDixa(rate=0.001, burst=1, api_key="right") as server:
        server.misbehave(status=418)
        async with connect(server, api_key="wrong") as wrong:
            for _ in range(3):
                with pytest.raises(AuthenticationError):
                    await wrong.organization.get()
        async with connect(server) as right:
            with pytest.raises(Exception, match="418"):
                await right.organization.get()
    assert server.refused == 0
