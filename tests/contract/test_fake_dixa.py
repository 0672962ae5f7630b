"""FakeDixa responds to every request as the description declares, in success and in refusal."""

import asyncio
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from dixa_async import Request, Response, Send
from dixa_async.testing import FakeDixa

from ..helpers import api_surface, description
from ..helpers.clients import NOW
from ..helpers.company_day import live_a_day
from . import sent_requests
from .conformance import deviations_of
from .deviations import MORE_STATUSES
from .examples import unknowns
from .known_state import furnished, known_values
from .strategies import arguments_of

description.require()

_MOST_CALLS = 8
"""In a row, to one server."""


@pytest.fixture(scope="session")
def known() -> Mapping[str, Sequence[Any]]:
    """What each new server knows."""

    async def find() -> Mapping[str, Sequence[Any]]:
        async with furnished() as server:
            return known_values(server)

    return asyncio.run(find())


@pytest.fixture
def calls(method: api_surface.Method, known: Mapping[str, Sequence[Any]]) -> st.SearchStrategy[list[Mapping[str, Any]]]:
    """Calls of a method, as often with arguments that the server knows as with any that the description allows."""
    arguments = [arguments_of(form, values) for form in method.forms for values in (known, None)]
    return st.lists(st.one_of(arguments), min_size=1, max_size=_MOST_CALLS)


@settings(
    max_examples=3,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
@pytest.mark.parametrize("method", api_surface.methods(), ids=str)
async def test_every_response_is_declared(
    method: api_surface.Method,
    calls: st.SearchStrategy[list[Mapping[str, Any]]],
    recorded: sent_requests.Recordings,
    covered: "Counter[str]",
    data: st.DataObject,
) -> None:
    operation = description.operations()[recorded[method].operation.id]
    async with furnished() as server:
        for arguments in data.draw(calls, label=str(method)):
            response, result = await sent_requests.call(method, arguments, server.url)
            assert deviations_of(operation, response, MORE_STATUSES.get(str(method), set())) == []
            assert unknowns(result) == []
            covered.update(fake_responses=1)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Dixa has deprecated some operations
async def test_the_responses_of_a_whole_day_are_declared() -> None:
    """The test above may find each operation in refusal only; here all succeed."""
    succeeded: set[str] = set()

    async def check(request: Request, send: Send) -> Response:
        response = await send(request)
        assert deviations_of(description.operations()[request.operation.id], response) == []
        assert response.ok
        succeeded.add(request.operation.id)
        return response

    async with (
        FakeDixa(rate=math.inf, api_key=sent_requests.TOKEN, clock=NOW.timestamp) as server,
        sent_requests.client(check, server.url) as dixa,
    ):
        await live_a_day(dixa)
    assert succeeded == description.operations().keys()


@pytest.mark.parametrize(("path", "body"), sent_requests.INVALID)
async def test_an_invalid_request_is_rejected(path: str, body: object, known: Mapping[str, Sequence[Any]]) -> None:
    async with furnished() as server:
        response = await sent_requests.request(path.format(id=known["conversationId"][0]), body, server.url)
    assert response.status == 400


async def test_a_request_without_the_right_token_is_unauthorized() -> None:
    async with furnished() as server:
        server.api_key = "another"
        response = await sent_requests.request("/tags", {"name": "x"}, server.url)
    assert response.status == 401
