"""Whatever the server does: one clear end, nothing done twice, nothing told, and a client that still works."""

import asyncio
import logging
import pickle
import traceback
from collections.abc import AsyncIterator

import pytest

from dixa_async import UNSET, DixaClient
from dixa_async.errors import CallError

from .behaviours import BEHAVIOURS
from .clients import ATTEMPTS, OK, PERSON, SHORT, TOKEN, Unlimited, call, in_time, make_client
from .raw_server import RawServer

REFUSED = {"too-many", "too-many-once", "unavailable-wait"}
"""Here a server says that it has not acted, so even a POST is sent again."""

every_behaviour = pytest.mark.parametrize("name", sorted(BEHAVIOURS))
both_methods = pytest.mark.parametrize("method", ["GET", "POST"])


@pytest.fixture
async def dixa(server: RawServer) -> AsyncIterator[DixaClient]:
    async with make_client(server.url, rate_limit=Unlimited()) as dixa:
        yield dixa


async def error_of(dixa: DixaClient, method: str, name: str) -> CallError | None:
    """How a call ends: with an error of ours, or with a value. Anything else fails the test."""
    body = {"name": PERSON} if method == "POST" else UNSET
    rest = "307" if name == "redirect" else PERSON
    request = dixa.with_options(timeout=SHORT).request(
        method, f"/{name}/{{rest}}", path_params={"rest": rest}, query={"email": PERSON}, json=body
    )
    try:
        await in_time(request)
    except CallError as error:
        return error
    return None


@every_behaviour
@both_methods
async def test_a_call_ends_with_a_value_or_an_error_of_ours_and_the_next_call_works(
    server: RawServer, dixa: DixaClient, method: str, name: str
) -> None:
    await call(dixa, "GET", "ok")  # so that there is an idle connection

    error = await error_of(dixa, method, name)

    assert error is None or str(error)
    if name == "unasked-answer-later":
        await asyncio.sleep(0.2)  # what is still on its way, no client can know of
    assert await call(dixa, "GET", "ok") == OK
    assert server.begun[method, name] <= (ATTEMPTS if method == "GET" or name in REFUSED else 1)


@every_behaviour
@both_methods
async def test_neither_the_token_nor_a_person_is_told(
    server: RawServer, dixa: DixaClient, caplog: pytest.LogCaptureFixture, method: str, name: str
) -> None:
    caplog.set_level(logging.DEBUG)

    error = await error_of(dixa, method, name)

    shown = _everything_in(error) + "".join(str(vars(record)) for record in caplog.records) + caplog.text
    assert TOKEN not in shown
    assert PERSON not in shown


def _everything_in(error: BaseException | None) -> str:
    if error is None:
        return ""
    parts = ["".join(traceback.format_exception(error)), repr(pickle.dumps(error))]
    link: BaseException | None = error
    while link is not None:
        parts += [str(link), repr(link), str(vars(link))]
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\n".join(parts)
