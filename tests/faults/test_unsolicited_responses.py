"""A response to a question that was never asked is not taken for the response to the next one."""

import pytest

from dixa_async import DixaClient

from .clients import OK, call
from .raw_server import RawServer


@pytest.mark.parametrize("name", ["unasked-answer", "unasked-answer-later"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_connection_it_came_on_is_not_used_again(
    server: RawServer, dixa: DixaClient, method: str, name: str
) -> None:
    assert await call(dixa, method, name) == OK
    await server.at_rest()
    assert await call(dixa, "GET", "ok") == OK
    assert await call(dixa, "GET", "ok") == OK
    assert server.connections == 2
