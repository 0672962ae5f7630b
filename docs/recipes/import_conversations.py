"""Import conversations from another system, from a CSV file.

    python import_conversations.py old.csv support@example.com

The file has a row for each message. The rows of a conversation must follow each other:

    conversation,customer_email,subject,sent_at,agent_email,text
    4711,ada@example.com,A broken zipper,2024-05-01T10:00:00Z,,It broke on the first day.
    4711,ada@example.com,A broken zipper,2024-05-01T11:30:00Z,alma@support.example.com,I am sorry to hear that.

Conversations that could not be imported are in ``old.csv.report.csv``, with the reason. The state of each is in
``old.csv.journal``: after a crash, or when the file is fixed, run it again, and nothing is imported twice.
"""

import asyncio
import csv
import itertools
import sys
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

from dixa_async import DixaClient, DixaError, bulk
from dixa_async.models import (
    Closing,
    Direction,
    EmailConversation,
    ImportedConversation,
    ImportedInboundMessage,
    ImportedMessage,
    ImportedOutboundMessage,
    NewEndUser,
    NewImportedConversation,
    TextContent,
)

Rows: TypeAlias = list[dict[str, str]]
"""The rows of one conversation."""
COLUMNS = ("conversation", "customer_email", "subject", "sent_at", "agent_email", "text")


class Importer:
    """Imports conversations.

    Args:
        dixa: the client.
        mailbox: the address of the contact endpoint to which the emails were sent.
        agents: the IDs of the agents, by email address.
    """

    def __init__(self, dixa: DixaClient, mailbox: str, agents: dict[str, str]) -> None:
        self._dixa = dixa
        self._mailbox = mailbox
        self._agents = agents
        self._customers: dict[str, str] = {}

    async def find_customers(self, emails: Collection[str]) -> None:
        """Find the end users, or create them.

        This is a separate step: a call that creates an end user and then fails would have done half of its work.
        """
        async with bulk.run(self._find_or_create, emails, progress=bulk.progress_bar(len(emails), limit=10)) as job:
            async for outcome in job:
                if isinstance(outcome, bulk.Succeeded):
                    self._customers[outcome.input] = outcome.result
                else:
                    print(f"{outcome.input}: {outcome.error}", file=sys.stderr)

    async def _find_or_create(self, email: str) -> str:
        found = await self._dixa.end_users.list(email=email)
        user = found[0] if found else await self._dixa.end_users.create(NewEndUser(display_name=email, email=email))
        return user.id

    async def add(self, rows: Rows) -> ImportedConversation:
        """Import a conversation."""
        return await self._dixa.conversations.import_(self._conversation(rows))

    async def find(self, rows: Rows) -> ImportedConversation | None:
        """Find a conversation that may have been imported before the connection was lost or the program was killed."""
        new = self._conversation(rows)
        async for existing in self._dixa.end_users.list_conversations(new.requester_id):
            if not isinstance(existing, EmailConversation):
                continue
            if (existing.created_at, existing.subject) == (new.created_at, rows[0]["subject"]):
                return ImportedConversation(id=existing.id)
        return None

    def _conversation(self, rows: Rows) -> NewImportedConversation:
        first = rows[0]
        customer = self._customers.get(first["customer_email"])
        if customer is None:
            raise ValueError(f"there is no end user {first['customer_email']}")
        messages = [self._message(row) for row in rows]
        return NewImportedConversation(
            generic_channel_name="email",
            requester_id=customer,
            direction=Direction.OUTBOUND if first["agent_email"] else Direction.INBOUND,
            created_at=time_of(first),
            messages=messages,
            external_id=first["conversation"],
            closing=self._closing(rows),
            attributes={"emailIntegrationId": self._mailbox, "subject": first["subject"]},
        )

    def _closing(self, rows: Rows) -> Closing:
        """Close it after its last message, by the last agent who wrote: old conversations must not wait for agents."""
        agents = [row["agent_email"] for row in rows if row["agent_email"]]
        closed_by = self._agents[agents[-1]] if agents else next(iter(self._agents.values()))
        return Closing(closed_at=time_of(rows[-1]), closed_by=closed_by)

    def _message(self, row: dict[str, str]) -> ImportedMessage:
        content, sent_at = TextContent(row["text"]), time_of(row)
        # The attributes repeat the mailbox: it may change in the course of a conversation.
        if not row["agent_email"]:
            return ImportedInboundMessage(
                content=content, created_at=sent_at, attributes={"emailIntegrationId": self._mailbox}
            )
        agent_id = self._agents.get(row["agent_email"])
        if agent_id is None:
            raise ValueError(f"there is no agent {row['agent_email']}")
        return ImportedOutboundMessage(
            agent_id=agent_id, content=content, created_at=sent_at, attributes={"emailIntegrationId": self._mailbox}
        )


def time_of(row: dict[str, str]) -> datetime:
    """The time of a message, which is in UTC if it has no offset."""
    time = datetime.fromisoformat(row["sent_at"])
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def conversations_in(path: Path) -> Iterator[Rows]:
    """The conversations of the file, one at a time."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file, restval="")
        missing = set(COLUMNS) - set(reader.fieldnames or ())
        if missing:
            raise SystemExit(f"{path} lacks the columns {', '.join(sorted(missing))}")
        for _, rows in itertools.groupby(reader, key=itemgetter("conversation")):
            yield [{name: row[name] for name in COLUMNS} for row in rows]


async def import_all(dixa: DixaClient, path: Path, mailbox: str) -> int:
    """Import the conversations of a file.

    Args:
        dixa: the client.
        path: the file.
        mailbox: the address of the contact endpoint to which the emails were sent.

    Returns:
        0 if everything was imported, and the report is empty.
    """
    importer = Importer(dixa, mailbox, {agent.email: agent.id async for agent in dixa.agents.list() if agent.email})
    await importer.find_customers(dict.fromkeys(rows[0]["customer_email"] for rows in conversations_in(path)))
    reported = 0
    with (
        bulk.Journal(f"{path}.journal", job=f"import into {mailbox}") as journal,
        Path(f"{path}.report.csv").open("w", newline="", encoding="utf-8") as file,
    ):
        report = csv.writer(file)
        report.writerow(["conversation", "outcome", "reason"])
        job = bulk.run(
            importer.add,
            conversations_in(path),
            key=lambda rows: rows[0]["conversation"],
            journal=journal,
            reconcile=importer.find,
            retry_failed=True,
            call_errors=(DixaError, TimeoutError, ValueError),  # some rows cannot be imported
            progress=bulk.progress_bar(limit=10),
        )
        async with job:
            with bulk.stop_on_signals(job):  # such as Ctrl-C
                async for outcome in job:
                    row = reported_row(outcome)
                    if row:
                        report.writerow(row)
                        reported += 1
    if job.stopped:
        print(f"stopped: {job.counts}; run it again for the rest", file=sys.stderr)
    return reported + job.stopped


def reported_row(outcome: bulk.Outcome[Rows, ImportedConversation]) -> list[object] | None:
    """The row of the report for an outcome, or None if the conversation was imported."""
    match outcome:
        case bulk.Succeeded(key=key, result=ImportedConversation(partial_errors=[_, *_] as faults)):
            return [key, "imported in part", "; ".join(fault.message for fault in faults)]
        case bulk.Failed(key=key, error=error):
            return [key, "not imported", error]
        case bulk.Indeterminate(key=key, error=error):
            return [key, "perhaps imported: run again", error]
        case _:
            return None


async def main() -> int:
    async with DixaClient() as dixa:
        return 1 if await import_all(dixa, Path(sys.argv[1]), sys.argv[2]) else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
