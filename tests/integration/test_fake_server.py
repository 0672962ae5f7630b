"""Where the server listens, and who is told of its requests."""

import aiohttp
import pytest

from dixa_async.testing import FakeDixa


async def test_it_listens_on_the_given_port_which_must_be_free() -> None:
    async with FakeDixa() as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(OSError, match=str(port)):
            await FakeDixa(port=port).start()
    async with FakeDixa(port=port) as second:
        assert second.url == f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(("host", "reachable"), [("localhost", "127.0.0.1"), ("0.0.0.0", "127.0.0.1")])
async def test_its_url_can_be_reached_whatever_it_listens_on(host: str, reachable: str) -> None:
    async with FakeDixa(host=host) as server, aiohttp.ClientSession() as web:
        assert f"//{reachable}:" in server.url.replace("[::1]", "127.0.0.1")
        async with web.get(f"{server.url}/beta/organization") as response:
            assert response.status == 401


async def test_observers_are_told_of_each_request_when_it_is_over() -> None:
    async with FakeDixa(burst=1) as server, aiohttp.ClientSession(server.url) as web:
        seen: list[tuple[str, str, int | None]] = []
        server.observe_requests(lambda request: seen.append((request.method, request.path, request.status)))
        for token in ("wrong", server.api_key, server.api_key):
            async with web.get("/v1/agents?phone=1", headers={"Authorization": token}):
                pass
        assert seen == [("GET", "/v1/agents", status) for status in (401, 200, 429)]
        assert all(request.seconds is not None and request.seconds >= 0 for request in server.requests)
