"""Helpers for tests of jobs: calls that are counted, requests that are sent, the end of a job."""

import asyncio
import os
from collections.abc import AsyncIterable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from dixa_async import DixaClient, DixaError
from dixa_async.bulk import Journal, JournalView, Outcome, State, Succeeded
from dixa_async.models import InboundMessage, NewEmailConversation, TextContent
from dixa_async.testing import FakeDixa
from dixa_async.transport.http import SEND_OBSERVER, Request

from ..helpers.requests import make_request

Item = TypeVar("Item")
Value = TypeVar("Value")


class RejectedError(DixaError):
    """The error of a call that fails."""


class Calls:
    """A call that takes a second, fails for some inputs, and records its inputs."""

    def __init__(self, *, fails: tuple[int, ...] = (), writes: bool = False, seconds: float = 1.0) -> None:
        self.fails = fails
        self.writes = writes
        self.seconds = seconds
        self.inputs: list[int] = []
        self.running = 0
        self.most = 0

    async def __call__(self, item: int) -> int:
        self.inputs.append(item)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            if self.writes and item not in self.fails:
                send_request("POST")
            await asyncio.sleep(self.seconds)
        finally:
            self.running -= 1
        if item in self.fails:
            raise RejectedError(item)
        return item * 10


def send_request(method: str = "POST", request: Request | None = None) -> Request:
    """Notify the observer of a request, as the session does."""
    request = request or make_request(method)
    observer = SEND_OBSERVER.get()
    assert observer is not None
    observer.begin(request.call_state)
    try:
        observer.sending(request)
    finally:
        observer.end(request.call_state)
    return request


async def all_of(job: AsyncIterable[Outcome[Item, Value]]) -> list[Outcome[Item, Value]]:
    return [outcome async for outcome in job]


async def take(job: AsyncIterable[Outcome[Item, Value]], outcomes: list[Outcome[Item, Value]]) -> None:
    """Take the outcomes of a job that raises at the end."""
    async for outcome in job:
        outcomes.append(outcome)  # noqa: PERF401


def summary(outcomes: list[Outcome[Item, Value]]) -> list[tuple[Item, object]]:
    """Inputs with their results, or with the names of their outcomes."""
    return [
        (outcome.input, outcome.result if isinstance(outcome, Succeeded) else type(outcome).__name__)
        for outcome in outcomes
    ]


def error_of(outcome: Outcome[Item, Value]) -> Exception | None:
    assert not isinstance(outcome, Succeeded)
    return outcome.error


def counts(path: Path) -> dict[State, int]:
    """The number of inputs of a journal in each state."""
    with JournalView(path) as view:
        return view.counts()


def database_of(journal: Journal) -> Any:
    """The connection of a journal, to interfere as a disk or another process would."""
    return journal._file._database


@contextmanager
def without_root() -> Generator[None]:
    """Run as an unprivileged user, since root may write everything."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


async def new_conversation(server: FakeDixa, dixa: DixaClient) -> int:
    created = await dixa.conversations.create(
        NewEmailConversation(
            requester_id=server.end_users[0].id,
            email_integration_id="support@example.com",
            subject="A question",
            message=InboundMessage(content=TextContent("Hello")),
        )
    )
    return created.id
