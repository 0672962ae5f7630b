"""The analytics examples of the docs and the docstrings: each finds something."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dixa_async import DixaClient
from dixa_async.models import (
    Assignment,
    ConversationState,
    CsatScore,
    EmailConversation,
    LongAggregateValue,
    Measure,
    PeriodInterval,
    PeriodPreset,
    RatingType,
)
from dixa_async.resources.analytics import Analytics
from dixa_async.testing import FakeDixa

from ..helpers.clients import NOW

_PAGE = Path(__file__).parents[2] / "docs" / "analytics.md"


async def run(code: str, names: dict[str, Any]) -> None:
    """Run an example, which may await at the top level, and add its names to a dict."""
    result = eval(compile(code, "example", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
    if inspect.isawaitable(result):
        await result


def example(method: Callable[..., object]) -> str:
    """The example in the docstring of a method."""
    found = re.search(r"::\n\n((?: {4}.*\n|\n)+)", inspect.getdoc(method) or "")
    assert found
    return textwrap.dedent(found[1])


def add_email(server: FakeDixa, closed_at: datetime) -> EmailConversation:
    """Add a closed email conversation of the first agent."""
    conversation = server.add_email(server.end_users[0], "My order", ["Where is it?"])
    conversation.assignment = Assignment(agent_id=server.agents[0].id, assigned_at=NOW)
    conversation.state, conversation.state_updated_at = ConversationState.CLOSED, closed_at
    return conversation


async def test_the_examples_of_the_page_find_something(server: FakeDixa, monkeypatch: pytest.MonkeyPatch) -> None:
    add_email(server, NOW - timedelta(days=7))
    add_email(server, datetime(2026, 1, 15, tzinfo=UTC))
    monkeypatch.setenv("DIXA_API_KEY", server.api_key)
    monkeypatch.setenv("DIXA_BASE_URL", server.url)
    names: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", _PAGE.read_text(), re.DOTALL):
        await run(code, names)
    await names["dixa"].aclose()
    assert names["data"].aggregates == [LongAggregateValue(value=1, measure=Measure.COUNT)]
    assert "record" in names


async def test_the_examples_of_the_docstrings_find_something(dixa: DixaClient, server: FakeDixa) -> None:
    conversation = add_email(server, NOW - timedelta(days=7))
    offer = await dixa.ratings.offer(conversation.id, RatingType.CSAT)
    await dixa.ratings.submit(conversation.id, offer.id, CsatScore(5))
    names: dict[str, Any] = {
        "dixa": dixa,
        "PeriodInterval": PeriodInterval,
        "Measure": Measure,
        "PeriodPreset": PeriodPreset,
    }
    names |= {"start": NOW, "end": NOW + timedelta(days=1), "agent_id": server.agents[0].id}
    for method in (Analytics.query_metric, Analytics.query_records):
        await run(example(method), names)
    assert names["data"].aggregates == [LongAggregateValue(value=1, measure=Measure.COUNT)]
    assert "record" in names
