"""Unions whose members are distinguished by another key than `_type`, and names on the wire in snake_case."""

from typing import Any, ClassVar, TypeAlias

import pytest

from dixa_async import SerializationError, from_json, to_dict, to_json
from dixa_async.models.base import Model, SharedField, Unknown, define, snake_case
from dixa_async.serialization import Serializer, ValidationError


@define(kw_only=True, field_transformer=snake_case)
class Opened(Model):
    _tag_key: ClassVar[str] = "kind_of"
    _type: ClassVar[str] = "OPENED"
    door_id: str


@define(kw_only=True, field_transformer=snake_case)
class Closed(Model):
    _tag_key: ClassVar[str] = "kind_of"
    _type: ClassVar[str] = "CLOSED"
    door_id: str
    was_locked: bool | None = None


@define(kw_only=True)
class OtherMove(Unknown):
    _tag_key: ClassVar[str] = "kind_of"
    door_id: ClassVar[SharedField[str]] = SharedField("door_id")


Move: TypeAlias = Opened | Closed | OtherMove

VALUES: list[dict[str, Any]] = [
    {"door_id": "a", "kind_of": "OPENED"},
    {"door_id": "b", "kind_of": "CLOSED", "was_locked": True, "_type": "OPENED", "new": 1},
    {"door_id": "c", "kind_of": "PAINTED", "_type": "OPENED"},
    {"door_id": "d", "_type": "OPENED"},
    {"door_id": "e", "kind_of": "CLOSED", "was_locked": "perhaps"},
]


def test_the_members_are_read_and_written_by_their_key() -> None:
    for _ in range(2):  # the second time with what was compiled the first time
        read: list[Move] = from_json(to_json(VALUES), list[Move])
        assert [type(move) for move in read] == [Opened, Closed, OtherMove, OtherMove, OtherMove]
        assert [move.door_id for move in read] == list("abcde")
        assert to_dict(read) == VALUES
    assert [move.type for move in read if isinstance(move, OtherMove)] == ["PAINTED", None, "CLOSED"]
    assert read[1].extra == {"_type": "OPENED", "new": 1}


def test_a_class_alone_keeps_a_tag_that_is_not_its_own() -> None:
    value = {"door_id": "a", "kind_of": "PAINTED"}
    assert from_json(to_json(value), Opened).extra == {"kind_of": "PAINTED"}
    assert to_dict(from_json(to_json([value]), list[Opened])) == [value]


def test_the_check_of_a_request_names_the_key() -> None:
    serializer = Serializer.shared()
    with pytest.raises(ValidationError, match=r"\$\.kind_of: expected one of CLOSED, OPENED"):
        serializer.encode_request({"door_id": "a", "kind_of": "PAINTED"}, Opened | Closed)
    with pytest.raises(ValidationError, match="did you mean 'was_locked'"):
        serializer.encode_request({"door_id": "a", "kind_of": "CLOSED", "was_loked": True}, Opened | Closed)
    with pytest.raises(SerializationError, match="kind_of"):
        from_json(b'{"door_id": "a"}', Opened | Closed)
