"""An unsolicited response is never taken for the response to the next request."""

import pytest

from dixa_async import DixaClient

from .clients import OK, call
from .raw_server import RawServer


@pytest.mark.parametrize("name", ["unsolicited-response", "unsolicited-response-later"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_its_connection_is_not_reused(server: RawServer, dixa: DixaClient, method: str, name: str) -> None:
    assert await call(dixa, method, name) == OK
    await server.at_rest()
    assert await call(dixa, "GET", "ok") == OK
    assert await call(dixa, "GET", "ok") == OK
    assert server.connections == 2
