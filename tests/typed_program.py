"""A user's program, for a type checker: it is never run. What is wrong on purpose is marked, and must be reported."""

from typing import assert_type

from dixa_async import ApiResponse, DixaClient, Page, Pages, ResponseInfo  # type: ignore[attr-defined]
from dixa_async.models import (  # type: ignore[attr-defined]
    Agent,
    Channel,
    CreatedConversation,
    Direction,
    EmailAtributes,
    EmailAttributes,
    InboundMessage,
    Message,
    NewCallbackConversation,
    NewEmailConversation,
    TextContent,
    Unknown,
    UnknownConversation,
)


async def program(dixa: DixaClient) -> None:
    message = InboundMessage(content=TextContent("Hello"))
    new = NewEmailConversation(requester_id="id", email_integration_id="a@example.com", subject="s", message=message)
    created = await dixa.conversations.create(new)
    assert_type(created, CreatedConversation)
    assert_type(await dixa.messages.list(created.id), Page[Message])
    assert_type((await dixa.messages.list(created.id))[0], Message)
    async for agent in dixa.agents.list(email="a@example.com"):
        assert_type(agent, Agent)
    async for found in dixa.messages.list(created.id):
        if isinstance(found.attributes, EmailAttributes):
            print(found.attributes.from_.email)
    assert_type(await dixa.request("POST", "/new", response_type=CreatedConversation), CreatedConversation)
    response = await dixa.with_response(dixa.agents.get("id"))
    assert_type(response, ApiResponse[Agent])
    assert_type(response.value, Agent)
    assert_type(await dixa.with_response(dixa.messages.list(created.id)), ApiResponse[Page[Message]])
    assert_type(await dixa.with_response(dixa.tags.delete("id")), ApiResponse[None])
    async for page in dixa.messages.list(created.id).pages():
        assert_type(page.response, ResponseInfo)
    conversation = await dixa.conversations.get(created.id)
    assert_type(conversation.id, int)
    assert_type(conversation.channel, Channel)
    if isinstance(conversation, Unknown):
        assert_type(conversation, UnknownConversation)
    print(Pages, EmailAtributes)
    await dixa.conversations.create(message)  # type: ignore[arg-type]
    NewEmailConversation(requester_id="id")  # type: ignore[call-arg]
    InboundMessage(content="Hello")  # type: ignore[arg-type]
    call = NewCallbackConversation(
        requester_id="id", direction=Direction.INBOUND, contact_endpoint_id="+45", queue_id="id"
    )
    call.direction = Direction.OUTBOUND
    call.direction = Direction.INTERNAL  # type: ignore[assignment]
