"""What the package does when something goes wrong: a retry, a lost response, a job that is killed."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from ... import CallError, DixaClient, RetryEvent, RetryPolicy
from ...models import Conversation, OutboundMessage, TextContent, Unknown
from ...testing import FakeDixa
from .killed_job import NOTES
from .text import literal

_MESSAGES = ("POST", "/conversations/{conversationId}/messages")
_ADD_NOTE = ("POST", "/conversations/{conversationId}/notes")
_KILLED_AFTER = 3
"""Notes."""


async def show_a_retry(server: FakeDixa, dixa: DixaClient, console: Console) -> None:
    """Read from a server that fails twice.

    Args:
        server: the server.
        dixa: the client.
        console: where to print.
    """

    def show(event: RetryEvent) -> None:
        console.print(f"attempt {event.attempt} failed with {event.status}, the next one in {event.pause:.1f} s")

    server.inject_fault(status=503, times=2)
    policy = RetryPolicy(base_delay=0.3, on_retry=show)
    organization = await dixa.with_options(retry=policy).organization.get()
    console.print(literal(f"attempt 3 succeeded: {organization.name}"))


async def show_a_lost_response(
    server: FakeDixa, dixa: DixaClient, conversation: Conversation, agent_id: str, console: Console
) -> None:
    """Send a message whose response is lost, in two ways.

    Args:
        server: the server.
        dixa: the client.
        conversation: where the message is sent.
        agent_id: who sends it.
        console: where to print.
    """
    if isinstance(conversation, Unknown):
        return
    message = OutboundMessage(agent_id=agent_id, content=TextContent("It arrives tomorrow."))
    server.inject_fault(drop="after", method="POST")
    try:
        await dixa.messages.add(conversation.id, message)
    except CallError as error:
        console.print(f"messages.add is not sent again: {type(error).__name__}, maybe_applied={error.maybe_applied}")
    before = server.applied(*_MESSAGES)
    server.inject_fault(drop="after", method="POST")
    result = await dixa.messages.add_once(conversation.id, message, external_id="demo-tomorrow")
    sent = server.applied(*_MESSAGES) - before
    console.print(f"messages.add_once looks for it instead: {result.outcome}; Dixa has it {sent} time")


async def show_a_killed_job(server: FakeDixa, conversation: Conversation, console: Console) -> None:
    """Kill a process that adds notes, and start it again.

    Args:
        server: the server.
        conversation: the conversation that gets the notes.
        console: where to print.
    """
    if isinstance(conversation, Unknown):
        return
    with tempfile.TemporaryDirectory() as directory:
        journal = Path(directory) / "notes.journal"
        job = await _start(server, journal, conversation.id)
        while server.applied(*_ADD_NOTE) < _KILLED_AFTER and job.returncode is None:  # noqa: ASYNC110 - of another process
            await asyncio.sleep(0.01)
        if job.returncode is None:
            job.kill()
        await job.wait()
        there = len(server.state.notes.get(conversation.id, []))
        console.print(f"process {job.pid} was killed with SIGKILL when {there} of {NOTES} notes were there")
        job = await _start(server, journal, conversation.id)
        await job.wait()
    notes = [note.message for note in server.state.notes.get(conversation.id, [])]
    twice = len(notes) - len(set(notes))
    console.print(f"process {job.pid} went on with the same journal: {len(set(notes))} notes, {twice} of them twice")


async def _start(server: FakeDixa, journal: Path, conversation_id: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"{__package__}.killed_job", str(journal), str(conversation_id)),
        env={**os.environ, "DIXA_API_KEY": server.api_key, "DIXA_BASE_URL": server.url},
        stdout=asyncio.subprocess.DEVNULL,
    )
