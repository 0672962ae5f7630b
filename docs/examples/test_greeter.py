"""Tests of a program that greets customers. Run them with `pytest test_greeter.py`.

To start from it: copy the file, and import your own program in the place of `greet`.
"""

import pytest

from dixa_async import DixaClient, ServerError
from dixa_async.models import OutboundMessage, TextContent
from dixa_async.testing import FakeDixa

MESSAGES = "/conversations/{conversationId}/messages"


async def greet(dixa: DixaClient, conversation_id: int, agent_id: str) -> None:
    """The program: replies to the first message of a conversation, once."""
    messages = await dixa.messages.list(conversation_id)
    if len(messages) != 1:
        return
    greeting = OutboundMessage(agent_id=agent_id, content=TextContent("Thank you, we will look into it."))
    await dixa.messages.add_once(conversation_id, greeting, external_id=f"greeting-{messages[0].id}")


@pytest.fixture
def conversation_id(fake_dixa: FakeDixa) -> int:
    """A customer has written an email."""
    return fake_dixa.add_email(fake_dixa.end_users[0], "My order", ["Where is it?"]).id


@pytest.fixture
def agent_id(fake_dixa: FakeDixa) -> str:
    return fake_dixa.agents[0].id


@pytest.mark.asyncio
async def test_a_customer_is_greeted(dixa: DixaClient, conversation_id: int, agent_id: str) -> None:
    await greet(dixa, conversation_id, agent_id)

    question, greeting = await dixa.messages.list(conversation_id)
    assert greeting.author_id == agent_id
    assert greeting.created_at > question.created_at


@pytest.mark.asyncio
async def test_nobody_is_greeted_twice(
    dixa: DixaClient, fake_dixa: FakeDixa, conversation_id: int, agent_id: str
) -> None:
    await greet(dixa, conversation_id, agent_id)
    fake_dixa.add_message(fake_dixa.state.conversations[conversation_id], "Hello?")
    await greet(dixa, conversation_id, agent_id)

    assert fake_dixa.applied("POST", MESSAGES) == 1


@pytest.mark.asyncio
@pytest.mark.fake_dixa(faults="POST /conversations/*/messages: 504 applied, once")
async def test_a_greeting_whose_response_is_lost_is_not_sent_again(
    dixa: DixaClient, fake_dixa: FakeDixa, conversation_id: int, agent_id: str
) -> None:
    await greet(dixa, conversation_id, agent_id)

    assert fake_dixa.applied("POST", MESSAGES) == 1


@pytest.mark.asyncio
@pytest.mark.fake_dixa(faults="GET /conversations/*/messages: 500")
async def test_nothing_is_sent_if_the_messages_cannot_be_read(
    dixa: DixaClient, fake_dixa: FakeDixa, conversation_id: int, agent_id: str
) -> None:
    with pytest.raises(ServerError):
        await greet(dixa, conversation_id, agent_id)

    assert fake_dixa.applied_writes() == {}


@pytest.mark.asyncio
@pytest.mark.fake_dixa(company="small")
async def test_old_conversations_of_a_company_are_left_alone(
    dixa: DixaClient, fake_dixa: FakeDixa, agent_id: str
) -> None:
    messages = fake_dixa.state.messages
    answered = [conversation_id for conversation_id in messages if len(messages[conversation_id]) > 1]
    for conversation_id in answered[:20]:
        await greet(dixa, conversation_id, agent_id)

    assert fake_dixa.applied_writes() == {}
