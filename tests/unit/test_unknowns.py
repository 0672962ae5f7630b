"""The `Unknown` of a union has the fields that all members of that union have."""

import copy
import pickle
from datetime import UTC, datetime
from types import NoneType
from typing import Any, get_args, get_origin

import attrs
import pytest

from dixa_async import Model, from_json, to_json
from dixa_async.models import (
    BulkFault,
    Channel,
    Conversation,
    ConversationLink,
    FollowUpLink,
    RatingScore,
    Unknown,
    UnknownConversation,
    UnknownConversationLink,
    Unset,
)
from dixa_async.models.base import wire_fields
from dixa_async.serialization.classes import wire_name
from dixa_async.serialization.unions import is_union, tag_of
from dixa_async.serialization.unknowns import is_unknown, shared_fields

from ..helpers.type_forms import model_types

FAX: dict[str, Any] = {
    "_type": "FaxConversation",
    "id": 7,
    "requesterId": "u1",
    "channel": "Fax",
    "createdAt": "2031-05-17T12:46:36.581Z[GMT]",
    "link": {"_type": "FollowUp", "parentId": 6},
    "paper": "A4",
}


def _unions(type_form: Any) -> list[Any]:
    """All unions with an `Unknown` in a type or in the fields of a class."""
    found = [type_form] if is_union(type_form) and any(map(is_unknown, get_args(type_form))) else []
    parts = list(get_args(type_form))
    if isinstance(type_form, type) and issubclass(type_form, Model):
        attrs.resolve_types(type_form)
        parts = [field.type for field in wire_fields(type_form)]
    return found + [union for part in parts if not attrs.has(part) for union in _unions(part)]


def _members(union: Any) -> list[Any]:
    return [member for member in get_args(union) if member not in (NoneType, Unset) and not is_unknown(member)]


def _class_of(member: Any) -> Any:
    return get_origin(member) or member


UNIONS = {str(union): union for form in model_types() for union in _unions(form)}.values()


def _parts(forms: list[Any]) -> set[Any]:
    return {part for form in forms for part in (get_args(form) if is_union(form) else (form,))}


@pytest.mark.parametrize("union", UNIONS, ids=lambda union: str(union)[:60])
def test_fields_of_all_members_are_on_the_unknown_with_the_same_type(union: Any) -> None:
    (unknown,) = filter(is_unknown, get_args(union))
    common: dict[str, list[Any]] = {}
    members = _members(union)
    wire_names = {shared.name: shared.wire_name for shared in shared_fields(unknown)}
    if all(attrs.has(_class_of(member)) for member in members):
        for member in members:
            attrs.resolve_types(_class_of(member))
            for field in wire_fields(_class_of(member)):
                assert wire_names.get(field.name) in (None, wire_name(field))
                common.setdefault(field.name, []).append(field.type)
    expected = {name: _parts(types) for name, types in common.items() if len(types) == len(members)}
    assert {shared.name: _parts([shared.type_form]) for shared in shared_fields(unknown)} == expected


def test_the_walk_finds_the_unions() -> None:
    assert len(UNIONS) > 20
    assert Conversation in UNIONS
    assert {tag_of(member) for union in UNIONS for member in _members(union)} >= {"BulkActionSuccess", "EmailEndpoint"}


def test_an_unknown_kind_of_conversation_has_the_common_fields() -> None:
    conversation: Conversation = from_json(to_json(FAX), Conversation)
    assert isinstance(conversation, UnknownConversation)
    assert isinstance(conversation, Unknown)
    assert conversation.type == "FaxConversation"
    assert conversation.id == 7
    assert conversation.channel == "Fax"
    assert isinstance(conversation.channel, Channel)
    assert conversation.created_at == datetime(2031, 5, 17, 12, 46, 36, 581000, tzinfo=UTC)
    assert conversation.link == FollowUpLink(parent_id=6)
    assert conversation.state is None
    assert from_json(to_json(conversation), object) == FAX


def test_it_can_be_copied_and_pickled() -> None:
    conversation: UnknownConversation = from_json(to_json(FAX), UnknownConversation)
    for duplicate in (copy.copy(conversation), copy.deepcopy(conversation), pickle.loads(pickle.dumps(conversation))):
        assert duplicate == conversation
        assert duplicate.id == 7


def test_an_invalid_field_hides_no_other_field() -> None:
    mail = {**FAX, "_type": "EmailConversation", "createdAt": "yesterday", "channel": None}
    conversation: Conversation = from_json(to_json(mail), Conversation)
    assert isinstance(conversation, UnknownConversation)
    assert conversation.reason is not None
    assert conversation.id == 7
    for name in ("created_at", "channel"):
        with pytest.raises(
            AttributeError, match=rf"^UnknownConversation of _type 'EmailConversation' has no readable '{name}'"
        ):
            getattr(conversation, name)
        assert not hasattr(conversation, name)


@pytest.mark.parametrize("raw", [7, "text", None, [1], {"_type": 5}])
def test_a_value_that_is_not_a_tagged_object_has_no_common_fields(raw: Any) -> None:
    link: Any = from_json(to_json(raw), ConversationLink)
    assert isinstance(link, UnknownConversationLink)
    assert not hasattr(link, "parent_id")


def test_it_cannot_be_set_as_it_would_not_be_sent() -> None:
    conversation: Any = from_json(to_json(FAX), Conversation)
    with pytest.raises(AttributeError, match=r"^'id' of UnknownConversation cannot be set$"):
        conversation.id = 8


def test_its_repr_shows_what_it_is_and_no_more() -> None:
    score: RatingScore = from_json('{"_type": "Stars", "value": 3}', RatingScore)
    assert score.value == 3
    assert repr(score) == "UnknownRatingScore(type='Stars', raw={'_type': 'Stars', 'value': 3})"
    fault: BulkFault = from_json('{"_type": "Tired", "message": "later"}', BulkFault)
    assert fault.message == "later"
    assert fault == Unknown(type="Tired", raw={"_type": "Tired", "message": "later"})
    assert fault != score
