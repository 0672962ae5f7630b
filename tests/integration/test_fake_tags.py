"""Tags, from the call to the server's state and back."""

import pytest

from dixa_async import BadRequestError, DixaClient, NotFoundError
from dixa_async.models import Channel, SmsConversation
from dixa_async.models.activity import ActivityType
from dixa_async.models.tags import TagState
from dixa_async.testing import FakeDixa

from ..helpers.clients import NOW, connect


@pytest.fixture
def number(server: FakeDixa) -> int:
    """A conversation ID."""
    user_id = server.end_users[0].id
    return server.add_conversation(SmsConversation(id=5, requester_id=user_id, channel=Channel.SMS, created_at=NOW)).id


async def names(dixa: DixaClient, number: int) -> list[str]:
    """The tags of a conversation."""
    return [tag.name async for tag in dixa.tags.list_for_conversation(number)]


async def test_a_tag_is_created_once_switched_off_and_on_and_deleted(dixa: DixaClient, server: FakeDixa) -> None:
    tag = await dixa.tags.create("late", color="#123456")
    assert await dixa.tags.create("late", color="#654321") == tag == await dixa.tags.get(tag.id)
    await dixa.tags.deactivate(tag.id)
    assert tag.id not in [there.id async for there in dixa.tags.list()]
    inactive = [there async for there in dixa.tags.list(include_deactivated=True) if there.id == tag.id]
    assert [there.state for there in inactive] == [TagState.INACTIVE]
    await dixa.tags.activate(tag.id)
    assert (await dixa.tags.get(tag.id)).state is TagState.ACTIVE
    await dixa.tags.delete(tag.id)
    with pytest.raises(NotFoundError, match=tag.id):
        await dixa.tags.get(tag.id)
    with pytest.raises(BadRequestError, match="name"):
        await dixa.tags.create("")


async def test_a_conversation_gets_tags_and_loses_them(dixa: DixaClient, server: FakeDixa, number: int) -> None:
    tag, other = server.tags[:2]
    for _ in range(2):
        await dixa.tags.add_to_conversation(number, tag.id)
    await dixa.tags.add_to_conversation(number, other.id)
    assert await names(dixa, number) == [tag.name, other.name]
    for _ in range(2):
        await dixa.tags.remove_from_conversation(number, tag.id)
    await dixa.tags.delete(other.id)
    assert await names(dixa, number) == []
    kinds = [entry.type async for entry in dixa.conversations.list_activity(number)]
    assert kinds[1:] == [ActivityType.TAG_ADDED] * 2 + [ActivityType.TAG_REMOVED] * 2


async def test_several_tags_are_added_by_name_and_made_if_need_be(
    dixa: DixaClient, server: FakeDixa, number: int
) -> None:
    server.add_tag("old", active=False)
    await dixa.tags.add_many_to_conversation(number, [server.tags[0].name, "new", "old"])
    assert await names(dixa, number) == [server.tags[0].name, "new"]
    assert server.tags[-1].name == "new"


async def test_a_tag_that_is_not_active_is_not_added(dixa: DixaClient, server: FakeDixa, number: int) -> None:
    tag = server.add_tag("old", active=False)
    with pytest.raises(BadRequestError, match="not active"):
        await dixa.tags.add_to_conversation(number, tag.id)
    with pytest.raises(NotFoundError, match="tag nothing"):
        await dixa.tags.add_to_conversation(number, "nothing")
    assert await names(dixa, number) == []


async def test_a_flag_is_true_or_false(server: FakeDixa) -> None:
    async with connect(server) as dixa:
        with pytest.raises(BadRequestError, match="true or false"):
            await dixa.request("GET", "/tags", query={"includeDeactivated": "yes"})
