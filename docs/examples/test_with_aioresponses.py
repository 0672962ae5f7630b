"""A test with aioresponses: without a server, and with responses that are written by hand."""

import pytest
from aioresponses import aioresponses

from dixa_async import ConnectionLostError, DixaClient, RetryPolicy

TAGS = "https://dev.dixa.io/beta/tags"


@pytest.mark.asyncio
async def test_tags_are_read() -> None:
    tag = {"id": "c20ba2c2-50b6-41fc-a105-cca7b53302fc", "name": "billing", "color": "#2980b9", "state": "Active"}
    with aioresponses() as http:
        http.get(TAGS, status=503)  # is retried
        http.get(TAGS, payload={"data": [tag]})
        async with DixaClient("any-key", base_url="https://dev.dixa.io", retry=RetryPolicy(base_delay=0.01)) as dixa:
            assert [found.name for found in await dixa.tags.list()] == ["billing"]


@pytest.mark.asyncio
async def test_a_request_without_a_response_fails_like_a_lost_connection() -> None:
    with aioresponses():
        async with DixaClient("any-key", base_url="https://dev.dixa.io", retry=RetryPolicy(max_attempts=1)) as dixa:
            with pytest.raises(ConnectionLostError):
                await dixa.tags.list()
