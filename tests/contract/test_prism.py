"""Prism accepts every request, and every random response from Prism can be read."""

import json
from collections import Counter

import attrs
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from dixa_async import Request, Response, Send

from ..helpers import api_surface, description
from . import sent_requests
from .examples import unknowns
from .strategies import arguments_of

description.require()

SEEDS = 20

pytestmark = pytest.mark.timeout(300)  # the first test waits for the installation of Prism


@settings(
    max_examples=100,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
@pytest.mark.parametrize("method", api_surface.methods(), ids=str)
async def test_every_request_is_accepted(
    method: api_surface.Method, prism: str, covered: "Counter[str]", data: st.DataObject
) -> None:
    arguments = data.draw(st.one_of([arguments_of(form) for form in method.forms]), label=str(method))
    response, _ = await sent_requests.call(method, arguments, prism)
    assert _violations(response) == []
    assert response.ok
    covered.update(requests=1)


@pytest.mark.parametrize(("path", "body"), sent_requests.INVALID)
async def test_an_invalid_request_is_rejected(prism: str, path: str, body: object) -> None:
    response = await sent_requests.request(path.format(id=1), body, prism)
    assert response.status >= 400
    assert _violations(response)


def _violations(response: Response) -> list[str]:
    """The violations that Prism reports for the request; those of its own response do not matter here."""
    said: str = response.headers.get("sl-violations", "[]")
    return [text["message"] for text in json.loads(said[said.index("[") :]) if text["location"][0] == "request"]


@pytest.mark.parametrize("method", api_surface.methods(), ids=str)
async def test_random_responses_are_read(
    method: api_surface.Method, prism: str, recorded: sent_requests.Recordings, covered: "Counter[str]"
) -> None:
    arguments = recorded[method].arguments
    for seed in range(SEEDS):

        async def ask_for_random(request: Request, send: Send, seed: int = seed) -> Response:
            return await send(
                attrs.evolve(request, headers={**request.headers, "Prefer": f"dynamic=true, seed={seed}"})
            )

        async with sent_requests.client(ask_for_random, prism) as dixa:
            result = await method.call(dixa, arguments)
        assert unknowns(result) == []
        covered.update(responses=1)
