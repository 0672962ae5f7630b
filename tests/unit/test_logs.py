"""One line for each call, with nothing secret and nothing personal in it."""

import asyncio
import logging

import pytest
from aioresponses import aioresponses

from dixa_async import DixaClient, NotFoundError, RateLimit
from dixa_async.transport.logs import Logs

from .support import Script, make_request, make_response

URL = "https://dev.dixa.io/beta/conversations/4711/messages"
PAGE: dict[str, object] = {"data": [], "meta": {}}
SECRETS = ("s3cret", "4711", "anna@example.com", "confidential")


@pytest.fixture(autouse=True)
def _everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="dixa_async")


async def test_a_call_is_one_line_with_what_it_came_to(web: aioresponses, caplog: pytest.LogCaptureFixture) -> None:
    web.get(URL, status=429, headers={"Retry-After": "2"})
    web.get(URL, payload=PAGE)
    async with DixaClient("s3cret") as dixa:
        await dixa.messages.list(4711)
    (line,) = [record for record in caplog.records if record.name == "dixa_async"]
    assert line.getMessage().startswith("GET /conversations/{conversationId}/messages -> 200 in ")
    assert line.getMessage().endswith("attempts: 2")
    extras = {name: value for name, value in vars(line).items() if name.startswith("dixa_")}
    assert extras.pop("dixa_seconds") >= 2
    assert extras == {
        "dixa_operation": "getConversationsConversationidMessages",
        "dixa_outcome": 200,
        "dixa_attempts": 2,
    }


async def test_nothing_secret_or_personal_is_logged(web: aioresponses, caplog: pytest.LogCaptureFixture) -> None:
    web.post(URL, status=429, headers={"Retry-After": "0"})
    web.post(URL, status=404, payload={"message": "anna@example.com is confidential"})
    async with DixaClient("s3cret") as dixa:
        with pytest.raises(NotFoundError):
            await dixa.request(
                "POST", "/conversations/{conversationId}/messages", path_params={"conversationId": 4711}, json=SECRETS
            )
    assert len(caplog.records) == 2  # the retry and the call
    logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert not [secret for secret in SECRETS if secret in logged]


async def test_bodies_are_logged_when_asked(web: aioresponses, caplog: pytest.LogCaptureFixture) -> None:
    web.put("https://dev.dixa.io/beta/things", body=b'{"name": "came"}')
    async with DixaClient("s3cret", log_bodies=True) as dixa:
        await dixa.request("PUT", "/things", json={"name": "went"})
    assert caplog.records[-1].getMessage() == """sent b'{"name":"went"}', received b'{"name": "came"}'"""
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize("error", [ValueError("secret"), asyncio.CancelledError()], ids=repr)
async def test_a_call_without_an_answer_is_logged_by_the_name_of_its_error(
    caplog: pytest.LogCaptureFixture, error: BaseException
) -> None:
    with pytest.raises(type(error)) as caught:
        await Logs()(make_request(), Script([error]))
    assert caught.value is error
    assert caplog.records[0].getMessage().startswith(f"GET /things/{{thingId}} -> {type(error).__name__} in 0.000 s")


async def test_above_debug_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="dixa_async")
    assert (await Logs(bodies=True)(make_request(), Script([make_response()]))).ok
    assert not caplog.records


async def test_the_wait_for_the_limit_is_part_of_the_time(web: aioresponses, caplog: pytest.LogCaptureFixture) -> None:
    web.get(URL, payload=PAGE, repeat=True)
    async with DixaClient("s3cret", rate_limit=RateLimit(per_second=1, burst=1)) as dixa:
        await asyncio.gather(dixa.messages.list(4711), dixa.messages.list(4711))
    assert [vars(record)["dixa_seconds"] for record in caplog.records] == pytest.approx([0, 1])
