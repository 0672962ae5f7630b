"""The state of a server as a file: all of it comes back, and a damaged file is refused."""

import json
import math
import os
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args, get_origin

import attrs
import pytest

from dixa_async import DixaClient, SerializationError
from dixa_async.models import (
    InboundMessage,
    NewWebhookSubscription,
    NoAuthorization,
    TextContent,
    WebhookEvent,
)
from dixa_async.models.base import Model
from dixa_async.serialization import Serializer
from dixa_async.testing import FakeDixa, State, StateFileError
from dixa_async.testing.saving.forms import from_plain, saved_fields, to_plain

from ..helpers.clients import connect
from ..helpers.exhaustive_values import combined, exhaustive_values

_NO_DATA = {"clock", "on_event", "anonymization_polls", "accept_duplicate_external_ids", "_activity_index"}
"""The fields of the state that are settings, or follow from others. Everything else must be saved."""

_DUE = {"at": "2031-05-17T00:00:00Z", "number": 1, "kind": "anonymization", "target": "x", "user_id": None}


def test_all_data_of_the_state_is_saved() -> None:
    assert {field.name for field in attrs.fields(State)} - {*saved_fields(State)} == _NO_DATA


@pytest.mark.parametrize("name", [*saved_fields(State)])
def test_every_value_of_every_field_comes_back(name: str) -> None:
    form = saved_fields(State)[name]
    for value in _all_values(form):
        written = Serializer.shared().encode_lossless(to_plain(value, form))
        read = from_plain(json.loads(written), form)
        assert type(read) is type(value)
        assert Serializer.shared().encode_lossless(to_plain(read, form)) == written
        assert _without_identity(read) == _without_identity(value)


def _all_values(form: Any) -> list[Any]:
    """Values of a type of the state, with everything that it can hold."""
    origin, arguments = get_origin(form), get_args(form)
    if form is bytes:
        return [b"\x00\xff"]
    if isinstance(form, type) and attrs.has(form) and not issubclass(form, Model):
        fields = {name: _all_values(inner) for name, inner in saved_fields(form).items()}
        return [form(**{name.lstrip("_"): value for name, value in each.items()}) for each in combined(fields)]
    if origin is dict:
        keys, values = arguments[0], _all_values(arguments[1])
        return [{_key(keys, number): value for number, value in enumerate(values)}]
    if origin is set:
        return [{"b", "a"}]
    if origin is list:
        return [_all_values(arguments[0])]
    return exhaustive_values(form)


def _key(form: Any, number: int) -> Any:
    if get_origin(form) is tuple:
        return tuple(_key(part, number) for part in get_args(form))
    return form(number) if form in (int, str) else [*form][number]


def _without_identity(value: Any) -> Any:
    """Classes of the state are compared by identity: compare their fields instead."""
    if isinstance(value, dict):
        return [(key, _without_identity(each)) for key, each in value.items()]
    if isinstance(value, list):
        return [_without_identity(each) for each in value]
    if attrs.has(type(value)) and not isinstance(value, Model):
        return [_without_identity(getattr(value, field.name)) for field in attrs.fields(type(value))]
    return value


async def test_a_server_goes_on_where_the_other_ended(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    async with FakeDixa(company=30, rate=math.inf) as server, connect(server) as dixa:
        server.clock.advance(hours=26)
        await _use(dixa, server)
        server.save(file)
        before = file.read_bytes()
        expected = await _seen(dixa, server)
    async with FakeDixa(load=file, rate=math.inf) as loaded, connect(loaded) as dixa:
        loaded.save(file)
        assert file.read_bytes() == before
        assert await _seen(dixa, loaded) == expected
        assert loaded.state.new_id() == server.state.new_id()
        assert loaded.state.new_conversation_id() == server.state.new_conversation_id()
        (subscription,) = await dixa.webhooks.list()
        assert subscription.secret_key == server.state.webhooks[subscription.id].secret_key
        assert loaded.state.message_external_ids == {"mine"}
        assert loaded.clock.now() - server.clock.now() < timedelta(hours=1)
        assert len(loaded.state.agenda.entries) == len(server.state.agenda.entries) > 0
        (request,) = loaded.state.anonymizations.values()
        assert (await dixa.anonymization.get_request(request.id)).processed_at is not None


async def _use(dixa: DixaClient, server: FakeDixa) -> None:
    conversation = server.add_email(server.end_users[0], "Grüße \u2028 ☃", ["Hello"])
    await dixa.messages.add(conversation.id, InboundMessage(content=TextContent("one"), external_id="mine"))
    await dixa.webhooks.create(
        NewWebhookSubscription(
            name="w",
            url="http://127.0.0.1:9/",
            authorization=NoAuthorization(),
            custom_headers={},
            events=[WebhookEvent.CONVERSATION_NOTE_ADDED],
            enabled=True,
        )
    )
    await dixa.internal_notes.add(conversation.id, "a note")
    await server.deliveries_done()
    await dixa.conversations.anonymize(conversation.id, force=True)


async def _seen(dixa: DixaClient, server: FakeDixa) -> list[object]:
    """What a client sees of the server."""
    seen: list[object] = [agent async for agent in dixa.agents.list()]
    for conversation_id in server.state.conversations:
        seen.append(await dixa.conversations.get(conversation_id))
        seen.append(await dixa.messages.list(conversation_id))
    return seen


def _saved(tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    file = tmp_path / "state.json"
    FakeDixa(company=3).save(file)
    return file, json.loads(file.read_bytes())


def test_the_file_is_for_its_owner_only_and_replaced_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text("before")
    file.chmod(0o644)
    server = FakeDixa()
    server.save(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 or os.name == "nt"
    server.state.organization.name = "\ud800"
    with pytest.raises(SerializationError):
        server.save(file)
    server.state.organization.name = "Example Ltd"
    with pytest.raises(OSError, match="missing"):
        server.save(tmp_path / "missing" / "state.json")
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]
    assert FakeDixa(load=file).agents == server.agents


def _change(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    """Change a value of a document, or remove it."""
    *places, last = path.split("/")

    def change(document: dict[str, Any]) -> None:
        for place in places:
            document = document[place] if place != "*" else document[next(iter(document))]
        if value is None:
            del document[last]
        else:
            document[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        (_change("format", "other"), "$", "not the saved state of a FakeDixa"),
        (_change("format", None), "$", "not the saved state of a FakeDixa"),
        (_change("version", None), "$.version", "number of a version"),
        (_change("version", "1"), "$.version", "number of a version"),
        (_change("version", 0), "$.version", "number of a version"),
        (_change("version", 2), "$.version", "upgrade dixa-async"),
        (_change("state", None), "$.state", "absent"),
        (_change("state", []), "$.state", "expected an object"),
        (_change("state/organization", None), "$.state.organization", "absent"),
        (_change("state/pigeons", []), "$.state.pigeons", "newer version"),
        (_change("state/conversations/1001/_type", "Pigeon"), "$.state.conversations.1001._type", "expected"),
        (_change("state/conversations/1001/id", 7), "$.state.conversations.1001.id", "equal to the key"),
        (_change("state/conversations/x", {}), "$.state.conversations.x", "whole number"),
        (_change("state/messages/1001", None), "$.state.messages.1001", "absent"),
        (_change("state/messages/1001", [{"id": 1}]), "$.state.messages.1001[0].id", "expected str"),
        (_change("state/deliveries", [["a", "b"]]), "$.state.deliveries[0]", "a list of 3"),
        (_change("state/tags/*/name", 7), "name", "expected str"),
        (_change("state/knowledge/uploads", {"u": "~"}), "$.state.knowledge.uploads.u", "Base64"),
        (_change("state/schedules/*/definition", 7), "definition", "expected"),
        (_change("state/clock_moved", "7"), "$.state.clock_moved", "expected"),
        (_change("state/clock_moved", -1), "$.state.clock_moved", "number of seconds"),
        (_change("state/clock_moved", 1e12), "$.state.clock_moved", "number of seconds"),
        (
            _change("state/agenda/entries", [_DUE | {"kind": "follow_up", "target": "²"}]),
            "$.state.agenda.entries[0].target",
            "no such target",
        ),
        (
            _change("state/agenda/entries", [_DUE]),
            "$.state.agenda.entries[0].target",
            "no such target",
        ),
        (_change("state/agenda/entries", [{"at": 7}]), "$.state.agenda.entries[0]", "absent"),
        (_change("state/_last_id", "7"), "$.state._last_id", "expected"),
    ],
)
def test_a_damaged_file_is_refused_with_the_place(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], path: str, reason: str
) -> None:
    file, document = _saved(tmp_path)
    change(document)
    file.write_text(json.dumps(document))
    with pytest.raises(StateFileError, match=reason) as caught:
        FakeDixa(load=file)
    assert path in caught.value.path
    assert str(file) in str(caught.value)


def test_what_is_due_may_be_in_any_order_in_a_file(tmp_path: Path) -> None:
    file, document = _saved(tmp_path)
    times = ["2100-01-03T00:00:00Z", "2100-01-02T00:00:00Z", "2100-01-01T00:00:00Z"]
    document["state"]["agenda"]["entries"] = [
        {"at": time, "number": number, "kind": "follow_up", "target": str(1001 + number)}
        for number, time in enumerate(times)
    ]
    file.write_text(json.dumps(document))
    first = FakeDixa(load=file).state.agenda.first
    assert first is not None
    assert first.target == "1003"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_what_is_no_regular_file_is_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="not a regular file"):
        FakeDixa().save(pipe)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b"null", b"[" * 100_000, b"<html>"])
def test_what_is_no_json_object_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "state.json"
    file.write_bytes(content)
    with pytest.raises(StateFileError):
        FakeDixa(load=file)


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    file, _ = _saved(tmp_path)
    whole = file.read_bytes()
    for length in range(0, len(whole) - 2, len(whole) // 20):
        file.write_bytes(whole[:length])
        with pytest.raises(StateFileError):
            FakeDixa(load=file)


def test_a_file_of_version_1_can_be_loaded() -> None:
    """The file is never changed: whoever has such a file must be able to load it with a later version, too."""
    server = FakeDixa(load=Path(__file__).with_name("state_of_version_1.json"))
    (agent,), (user,), (queue,) = server.agents, server.end_users, server.queues
    assert (agent.email, user.display_name, server.tags[0].name) == ("vera@support.example.com", "Nils Holm", "bug")
    assert server.state.queue_members == {queue.id: [agent.id]}
    (conversation,) = server.state.conversations.values()
    (message,) = server.state.messages[conversation.id]
    assert (conversation.id, message.author_id, len(server.state.activity)) == (1001, user.id, 2)
    assert [webhook.url for webhook in server.state.webhooks.values()] == ["http://127.0.0.1:9/"]
    assert server.state.clock_moved == 26 * 3600


def test_a_field_that_was_added_later_has_its_default(tmp_path: Path) -> None:
    file, document = _saved(tmp_path)
    del document["state"]["presences"], document["state"]["_event_times"], document["state"]["knowledge"]["articles"]
    file.write_text(json.dumps(document))
    state = FakeDixa(load=file).state
    assert (state.presences, state.knowledge.articles) == ({}, {})


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FakeDixa(load=tmp_path / "none.json")
    with pytest.raises(ValueError, match="either company or load"):
        FakeDixa(load=tmp_path / "none.json", company="small")
