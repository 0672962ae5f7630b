"""Puts the entities in the responses of a cassette into a `FakeDixa`."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, get_args

from ..._json import dumps
from ...conversion import from_json
from ...errors import SerializationError
from ...models.activity import ActivityLogEntry
from ...models.agents import Agent
from ...models.base import Model
from ...models.contact_endpoints import EmailEndpoint, TelephonyEndpoint
from ...models.conversation_flows import ConversationFlow
from ...models.custom_attributes import CustomAttributeDefinition
from ...models.end_users import EndUser
from ...models.internal_notes import InternalNote
from ...models.messages import Message
from ...models.organization import Organization
from ...models.outcomes import Success
from ...models.presence import Presence
from ...models.queues import Queue, QueueMember
from ...models.ratings import Rating
from ...models.tags import Tag
from ...models.teams import Team, TeamMember
from ...models.templates import EmailAutoReply, QuickResponse
from ...resources.registry import operations
from ...transport.operation import Operation
from ..server import FakeDixa
from ..state.server_state import KnownConversation, State
from .json_types import is_array, is_object
from .recorded_call import RecordedCall
from .tape import Tape

_ANY_STATUS_OK: Final = range(200, 300)
_Put = Callable[[State, Any, Mapping[str, str]], None]


def load_cassette(server: FakeDixa, path: str | os.PathLike[str]) -> int:
    """Put the entities in the responses of a cassette into a `FakeDixa`, as they were seen last.

    ::

        with FakeDixa(seed_data=False) as server:
            load_cassette(server, "tests/cassettes/greeting.jsonl")

    Agents, end users, teams, queues and tags, with their members; conversations with their messages, notes, ratings,
    tags and activity; custom attributes, contact endpoints, flows, templates, presences and the organization are
    loaded. Entities of the server with the same IDs are replaced. Names, addresses and texts are the pseudonyms of the
    cassette. The end user of a conversation who is in no response is added without a name. What belongs to a
    conversation that is in no response is left out.

    Args:
        server: the server.
        path: the file of the cassette.

    Returns:
        How many entities the responses have; one that was seen twice counts twice.

    Raises:
        CassetteFileError: the file cannot be read.
    """
    calls = Tape.read(Path(path)).calls
    known = {operation.id: operation for operation in operations()}
    with server.lock:
        found = [each for call in calls if call.operation in known for each in _entities(call, known[call.operation])]
        # Whatever belongs to a conversation is put in after it.
        for entity, arguments in sorted(found, key=lambda each: not isinstance(each[0], get_args(KnownConversation))):
            _PUT[type(entity)](server.state, entity, arguments)
        _add_missing_requesters(server.state)
    return len(found)


def _entities(call: RecordedCall, operation: Operation[Any]) -> Iterable[tuple[Model, Mapping[str, str]]]:
    if call.status not in _ANY_STATUS_OK or call.response is None or "json" not in call.response:
        return
    value = call.response["json"]
    if operation.envelope is not None:
        value = value.get(operation.envelope) if is_object(value) else None
    template = operation.path.split("/")[1:]
    if len(template) != len(call.path):  # another version of this package recorded it
        return
    arguments = {name.strip("{}"): text for name, text in zip(template, call.path, strict=True) if name[:1] == "{"}
    for item in value if is_array(value) else [value]:
        entity = _read(item, operation.response_type)
        if type(entity) in _PUT:
            yield entity, arguments


def _read(item: Any, type_form: Any) -> Any:
    """An entity; None if the value is not one, or cannot be read."""
    if not is_object(item):
        return None
    item_type = get_args(type_form)[0] if getattr(type_form, "__origin__", None) is list else type_form
    try:
        entity = from_json(dumps(item), item_type)
    except SerializationError:
        return None
    outcome: Any = entity
    return outcome.data if type(entity) is Success else entity


def _conversation_id(arguments: Mapping[str, str]) -> int:
    return int(arguments.get("conversationId", 0))


def _put_by_id(name: str) -> _Put:
    def put(state: State, entity: Any, _: Mapping[str, str]) -> None:
        getattr(state, name)[entity.id] = entity

    return put


def _put_in_conversation(name: str) -> _Put:
    def put(state: State, entity: Any, arguments: Mapping[str, str]) -> None:
        conversation_id = getattr(entity, "conversation_id", None) or _conversation_id(arguments)
        if conversation_id in state.conversations:
            entries = getattr(state, name).setdefault(conversation_id, [])
            _replace_or_append(entries, entity)

    return put


def _replace_or_append(entries: list[Any], entity: Any) -> None:
    for position, entry in enumerate(entries):
        if entry.id == entity.id:
            entries[position] = entity
            return
    entries.append(entity)


def _put_conversation(state: State, entity: Any, _: Mapping[str, str]) -> None:
    state.conversations[entity.id] = entity
    state.messages.setdefault(entity.id, [])


def _put_message(state: State, entity: Any, arguments: Mapping[str, str]) -> None:
    _put_in_conversation("messages")(state, entity, arguments)
    messages = state.messages.get(_conversation_id(arguments), [])
    messages.sort(key=lambda message: message.created_at)
    state.message_external_ids |= {message.external_id for message in messages if message.external_id is not None}


def _put_tag(state: State, entity: Any, arguments: Mapping[str, str]) -> None:
    state.tags[entity.id] = entity
    if _conversation_id(arguments) in state.conversations:
        _add_member(state.conversation_tags, _conversation_id(arguments), entity.id)


def _put_queue_member(state: State, entity: Any, arguments: Mapping[str, str]) -> None:
    _add_member(state.queue_members, arguments["queueId"], entity.agent_id)


def _put_team_member(state: State, entity: Any, arguments: Mapping[str, str]) -> None:
    _add_member(state.team_members, arguments["teamId"], entity.id)


def _add_member(members: dict[Any, list[str]], group: Any, member: str) -> None:
    ids = members.setdefault(group, [])
    if member not in ids:
        ids.append(member)


def _put_activity(state: State, entity: Any, _: Mapping[str, str]) -> None:
    _replace_or_append(state.activity, entity)


def _put_flow(state: State, entity: Any, _: Mapping[str, str]) -> None:
    _replace_or_append(state.flows, entity)


def _put_organization(state: State, entity: Any, _: Mapping[str, str]) -> None:
    state.organization = entity


def _put_presence(state: State, entity: Any, _: Mapping[str, str]) -> None:
    state.presences[entity.user_id] = entity


def _put_endpoint(state: State, entity: Any, _: Mapping[str, str]) -> None:
    state.contact_endpoints[entity.address if isinstance(entity, EmailEndpoint) else entity.number] = entity


_PUT: Final[dict[type[Any], _Put]] = {
    **dict.fromkeys(get_args(KnownConversation), _put_conversation),
    **dict.fromkeys((EmailAutoReply, QuickResponse), _put_by_id("templates")),
    **dict.fromkeys((EmailEndpoint, TelephonyEndpoint), _put_endpoint),
    ActivityLogEntry: _put_activity,
    Agent: _put_by_id("agents"),
    ConversationFlow: _put_flow,
    CustomAttributeDefinition: _put_by_id("custom_attributes"),
    EndUser: _put_by_id("end_users"),
    InternalNote: _put_in_conversation("notes"),
    Message: _put_message,
    Organization: _put_organization,
    Presence: _put_presence,
    Queue: _put_by_id("queues"),
    QueueMember: _put_queue_member,
    Rating: _put_in_conversation("ratings"),
    Tag: _put_tag,
    Team: _put_by_id("teams"),
    TeamMember: _put_team_member,
}
"""How an entity of each class is put into the state, given the arguments of the path."""


def _add_missing_requesters(state: State) -> None:
    for conversation in state.conversations.values():
        if conversation.requester_id not in state.end_users:
            state.end_users[conversation.requester_id] = EndUser(
                id=conversation.requester_id, created_at=conversation.created_at
            )
