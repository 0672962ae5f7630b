"""What tests of the receiver share."""

from collections.abc import AsyncIterator

import pytest

from dixa_async.webhooks.receiver import Receiver

from .inboxes import ListInbox

SECRET = "0f" * 32


@pytest.fixture
def inbox() -> ListInbox:
    return ListInbox()


@pytest.fixture
def receiver(inbox: ListInbox) -> Receiver:
    """A receiver that is not open."""
    return Receiver(SECRET, inbox, max_body_size=100_000, body_timeout=0.5)


@pytest.fixture
async def opened(receiver: Receiver) -> AsyncIterator[Receiver]:
    """The same, open."""
    async with receiver:
        yield receiver
