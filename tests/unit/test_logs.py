"""One line for each call, with nothing secret and nothing personal in it."""

import asyncio
import logging
import re
from typing import Any

import pytest
from aioresponses import aioresponses

from dixa_async import DixaClient, NotFoundError, RateLimit
from dixa_async.transport.middleware.logging import LoggingMiddleware

from ..helpers.requests import make_request, make_response
from .support import Script

CONVERSATION = 4711_0815_4711_0815  # so long that no time or ID contains it by chance
URL = f"https://dev.dixa.io/beta/conversations/{CONVERSATION}/messages"
PAGE: dict[str, object] = {"data": [], "meta": {}}
SECRETS = ("s3cret", str(CONVERSATION), "anna@example.com", "confidential")


def extras(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name.startswith("dixa_")}


@pytest.fixture(autouse=True)
def _everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="dixa_async")


async def test_a_call_is_one_line_with_its_outcome(mock_http: aioresponses, caplog: pytest.LogCaptureFixture) -> None:
    mock_http.get(URL, status=429, headers={"Retry-After": "2"})
    mock_http.get(URL, payload=PAGE)
    async with DixaClient("s3cret") as dixa:
        await dixa.messages.list(CONVERSATION)
    (line,) = [record for record in caplog.records if record.name == "dixa_async"]
    assert line.getMessage().startswith("GET /conversations/{conversationId}/messages -> 200 in ")
    assert re.fullmatch(r".* s \(attempts: 2, 0\.\d{3} s\)", line.getMessage())
    extra = extras(line)
    assert extra.pop("dixa_seconds") >= 2
    assert 0 < extra.pop("dixa_attempts_seconds") < 1
    assert extra == {
        "dixa_operation": "getConversationsConversationidMessages",
        "dixa_method": "GET",
        "dixa_path": "/conversations/{conversationId}/messages",
        "dixa_status": 200,
        "dixa_error": None,
        "dixa_attempts": 2,
    }


async def test_nothing_secret_or_personal_is_logged(mock_http: aioresponses, caplog: pytest.LogCaptureFixture) -> None:
    mock_http.post(URL, status=429, headers={"Retry-After": "0"})
    mock_http.post(URL, status=404, payload={"message": "anna@example.com is confidential"})
    async with DixaClient("s3cret") as dixa:
        with pytest.raises(NotFoundError):
            await dixa.request(
                "POST",
                "/conversations/{conversationId}/messages",
                path_params={"conversationId": CONVERSATION},
                json=SECRETS,
            )
    assert {record.name for record in caplog.records} >= {"dixa_async", "dixa_async.retry"}
    logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert not [secret for secret in SECRETS if secret in logged]


async def test_bodies_are_logged_on_request(mock_http: aioresponses, caplog: pytest.LogCaptureFixture) -> None:
    mock_http.put("https://dev.dixa.io/beta/things", body=b'{"name": "came"}')
    async with DixaClient("s3cret", log_bodies=True) as dixa:
        await dixa.request("PUT", "/things", json={"name": "went"})
    assert caplog.records[-1].getMessage() == """sent b'{"name":"went"}', received b'{"name": "came"}'"""
    assert "s3cret" not in caplog.text


async def test_the_body_of_a_call_without_a_response_is_logged_on_request(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ValueError, match="lost"):
        await LoggingMiddleware(bodies=True)(make_request("POST", body=b"went"), Script([ValueError("lost")]))
    assert caplog.records[-1].getMessage() == "sent b'went', received None"


@pytest.mark.parametrize("error", [ValueError("secret"), asyncio.CancelledError()], ids=repr)
async def test_a_call_without_a_response_is_logged_by_the_name_of_its_error(
    caplog: pytest.LogCaptureFixture, error: BaseException
) -> None:
    with pytest.raises(type(error)) as caught:
        await LoggingMiddleware()(make_request(), Script([error]))
    assert caught.value is error
    (line,) = caplog.records
    assert line.getMessage() == f"GET /things/{{thingId}} -> {type(error).__name__} in 0.000 s (attempts: 0, 0.000 s)"
    assert (extras(line)["dixa_status"], extras(line)["dixa_error"]) == (None, type(error).__name__)


async def test_above_debug_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="dixa_async")
    assert (await LoggingMiddleware(bodies=True)(make_request(), Script([make_response()]))).ok
    assert not caplog.records


async def test_the_wait_for_the_limit_is_part_of_the_time(
    mock_http: aioresponses, caplog: pytest.LogCaptureFixture
) -> None:
    mock_http.get(URL, payload=PAGE, repeat=True)
    async with DixaClient("s3cret", rate_limit=RateLimit(per_second=1, burst=1)) as dixa:
        await asyncio.gather(dixa.messages.list(CONVERSATION), dixa.messages.list(CONVERSATION))
    lines = [extras(record) for record in caplog.records if record.name == "dixa_async"]
    assert [line["dixa_seconds"] for line in lines] == pytest.approx([0, 1])
    assert all(line["dixa_attempts_seconds"] < 0.5 for line in lines)
