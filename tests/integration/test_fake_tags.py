"""Tags, from the call to the state of the server and back."""

import pytest

from dixa_async import BadRequestError, DixaClient, NotFoundError
from dixa_async.models import Channel, SmsConversation
from dixa_async.models.activity import ActivityType
from dixa_async.models.tags import TagState
from dixa_async.testing import FakeDixa

from ..helpers.clients import NOW, connect


@pytest.fixture
def conversation_id(server: FakeDixa) -> int:
    """A conversation ID."""
    user_id = server.end_users[0].id
    return server.add_conversation(SmsConversation(id=5, requester_id=user_id, channel=Channel.SMS, created_at=NOW)).id


async def names(dixa: DixaClient, conversation_id: int) -> list[str]:
    """The tags of a conversation."""
    return [tag.name async for tag in dixa.tags.list_for_conversation(conversation_id)]


async def test_a_tag_is_created_once_deactivated_activated_and_deleted(dixa: DixaClient, server: FakeDixa) -> None:
    tag = await dixa.tags.create("late", color="#123456")
    assert await dixa.tags.create("late", color="#654321") == tag == await dixa.tags.get(tag.id)
    await dixa.tags.deactivate(tag.id)
    assert tag.id not in [known.id async for known in dixa.tags.list()]
    inactive = [known async for known in dixa.tags.list(include_deactivated=True) if known.id == tag.id]
    assert [known.state for known in inactive] == [TagState.INACTIVE]
    await dixa.tags.activate(tag.id)
    assert (await dixa.tags.get(tag.id)).state is TagState.ACTIVE
    await dixa.tags.delete(tag.id)
    with pytest.raises(NotFoundError, match=tag.id):
        await dixa.tags.get(tag.id)
    with pytest.raises(BadRequestError, match="name"):
        await dixa.tags.create("")


async def test_tags_are_added_to_a_conversation_and_removed(
    dixa: DixaClient, server: FakeDixa, conversation_id: int
) -> None:
    tag, other = server.tags[:2]
    for _ in range(2):
        await dixa.tags.add_to_conversation(conversation_id, tag.id)
    await dixa.tags.add_to_conversation(conversation_id, other.id)
    assert await names(dixa, conversation_id) == [tag.name, other.name]
    for _ in range(2):
        await dixa.tags.remove_from_conversation(conversation_id, tag.id)
    await dixa.tags.delete(other.id)
    assert await names(dixa, conversation_id) == []
    types = [entry.type async for entry in dixa.conversations.list_activity(conversation_id)]
    assert types[1:] == [ActivityType.TAG_ADDED] * 2 + [ActivityType.TAG_REMOVED] * 2


async def test_several_tags_are_added_by_name_and_created_if_missing(
    dixa: DixaClient, server: FakeDixa, conversation_id: int
) -> None:
    server.add_tag("old", active=False)
    await dixa.tags.add_many_to_conversation(conversation_id, [server.tags[0].name, "new", "old"])
    assert await names(dixa, conversation_id) == [server.tags[0].name, "new"]
    assert server.tags[-1].name == "new"


async def test_an_inactive_tag_is_not_added(dixa: DixaClient, server: FakeDixa, conversation_id: int) -> None:
    tag = server.add_tag("old", active=False)
    with pytest.raises(BadRequestError, match="not active"):
        await dixa.tags.add_to_conversation(conversation_id, tag.id)
    with pytest.raises(NotFoundError, match="tag nothing"):
        await dixa.tags.add_to_conversation(conversation_id, "nothing")
    assert await names(dixa, conversation_id) == []


async def test_a_flag_is_true_or_false(server: FakeDixa) -> None:
    async with connect(server) as dixa:
        with pytest.raises(BadRequestError, match="true or false"):
            await dixa.request("GET", "/tags", query={"includeDeactivated": "yes"})
