"""Tags the conversations that a search finds."""

from dixa_async.testing import FakeDixa

from .programs import Program


async def test_exactly_the_conversations_that_are_found_are_tagged(server: FakeDixa) -> None:
    users = server.end_users
    found = {server.add_email(users[n % 7], f"Case {n}", ["My broken zipper"]).id for n in range(120)}
    for n in range(10):
        server.add_email(users[n], "Other", ["A question"])
    for _ in range(2):  # the second time, the tag exists already
        ended = await Program(server, "tag_search_results.py", "broken zipper", "zipper").run()
        assert ended.status == 0
        assert "120 of 120: 120 succeeded" in ended.err
    (tag,) = [tag for tag in server.tags if tag.name == "zipper"]
    assert {number for number, tags in server.state.conversation_tags.items() if tag.id in tags} == found


async def test_conversations_that_cannot_be_tagged_are_reported(server: FakeDixa) -> None:
    number = server.add_email(server.end_users[0], "Case", ["My broken zipper"]).id
    server.inject_fault(status=404, method="PUT")
    ended = await Program(server, "tag_search_results.py", "broken zipper", "zipper").run()
    assert ended.status == 1
    assert f"{number} was not tagged: PUT /conversations/{{conversationId}}/tags/{{tagId}}: 404" in ended.err
