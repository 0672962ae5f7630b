"""Unknown fields of responses are kept, and are written back."""

import copy
import pickle
import sys
from collections.abc import Callable
from typing import Any, ClassVar

import attrs
import pytest

from dixa_async import DixaClient, Request, Response, ResponseDecodeError, Send, Unknown, from_json, to_json
from dixa_async.models import EmailContact, EndUser, Message, NewInternalNote
from dixa_async.models.base import UNSET, Model, Unset, define, on_wire
from dixa_async.serialization import Serializer


@define
class Size(Model):
    """Read in place: it holds no other objects."""

    width: int
    height: int | None = None


@define
class Mail(Model):
    _type: ClassVar[str] = "Mail"
    subject: str | None = None


@define
class Letter(Model):
    _type: ClassVar[str] = "Letter"
    pages: int = 1


@define
class Parcel(Model):
    id: str
    size: Size | None = None
    sizes: list[Size] | None = None
    by_name: dict[str, Size] | None = None
    about: Mail | Letter | Unknown | None = None
    reminders: list[Mail | Letter | Unknown] | None = None
    mail: Mail | None = None
    mails: list[Mail] | None = None
    inner: "Parcel | None" = None
    note: str | Unset = UNSET
    urgent: bool = False


@define
class Nothing(Model):
    """Has no fields."""


@define
class LaterSize(Model):
    """As a later version defines it."""

    width: int
    height: int | None = None
    depth: int | None = None


SIZE: Any = {"width": 1, "new": {"a": [None, 1.5, "x"]}}
MAIL: Any = {"_type": "Mail", "subject": "hi", "new": 7}
PARCEL: Any = {
    "id": "p",
    "size": SIZE,
    "sizes": [SIZE, {"width": 2}, {"width": 3, "height": 4, "deep": None}],
    "byName": {"a": SIZE},
    "about": MAIL,
    "reminders": [MAIL, {"_type": "Letter", "pages": 2, "stamp": "red"}],
    "mail": MAIL,
    "mails": [MAIL],
    "inner": {"id": "q", "new": True, "urgent": False},
    "urgent": True,
    "new": 1,
    "by_name": "not what it is called on the wire",
}


def _pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


def _read(raw: Any, kind: Any) -> Any:
    return Serializer.shared().structure(raw, kind)


@pytest.mark.parametrize("read", [_read, lambda raw, kind: Serializer.shared().structure_strict(raw, kind)])
def test_unknown_fields_are_kept_wherever_they_appear(read: Callable[[Any, Any], Any]) -> None:
    parcel = read(PARCEL, Parcel)
    assert parcel.extra == {"new": 1, "by_name": "not what it is called on the wire"}
    assert parcel.size.extra == parcel.by_name["a"].extra == {"new": {"a": [None, 1.5, "x"]}}
    assert [size.extra for size in parcel.sizes] == [parcel.size.extra, {}, {"deep": None}]
    assert parcel.about.extra == parcel.mail.extra == parcel.mails[0].extra == {"new": 7}
    assert [each.extra for each in parcel.reminders] == [{"new": 7}, {"stamp": "red"}]
    assert parcel.inner.extra == {"new": True}


def test_they_are_written_back_unchanged() -> None:
    assert Serializer.shared().unstructure(_read(PARCEL, Parcel)) == PARCEL
    assert Serializer.shared().load(Serializer.shared().encode_request(_read(PARCEL, Parcel), Parcel)) == PARCEL
    assert from_json(to_json(_read([PARCEL], list[Parcel])), list[Parcel]) == [_read(PARCEL, Parcel)]


@pytest.mark.parametrize("raw", [{"width": 1}, {"width": 1, "height": None}, {"width": 1, "height": 2}])
def test_models_without_extra_fields_share_one_empty_mapping(raw: Any) -> None:
    size = _read(raw, Size)
    assert size.extra == {}
    assert size.extra is Size(width=2).extra is _read({}, Nothing).extra


@pytest.mark.parametrize(
    "raw", [{"width": 1, "new": 1}, {"width": 1, "height": None, "new": 1}, {"width": 1, "height": 2, "new": 1}]
)
def test_a_null_or_absent_field_hides_no_extra_field(raw: Any) -> None:
    assert _read(raw, Size).extra == {"new": 1}
    assert _read([raw], list[Size])[0].extra == {"new": 1}


@pytest.mark.parametrize(
    ("raw", "extra"),
    [
        ({"subject": "hi"}, {}),
        ({"subject": "hi", "new": 1}, {"new": 1}),
        ({"new": 1}, {"new": 1}),
        ({"_type": "Mail", "new": 1}, {"new": 1}),
        ({"_type": "SecureMail", "key": 1}, {"_type": "SecureMail", "key": 1}),
        ({"_type": None}, {"_type": None}),
    ],
)
def test_an_absent_or_different_tag_loses_nothing(raw: Any, extra: Any) -> None:
    for read in (
        _read(raw, Mail),
        _read([raw], list[Mail])[0],
        _read({"id": "p", "mail": raw}, Parcel).mail,
        _read({"id": "p", "mails": [raw]}, Parcel).mails[0],
        Serializer.shared()._explaining.hook_of(Mail)(raw, Mail),
    ):
        assert read.extra == extra
        assert Serializer.shared().unstructure(read) == {"_type": "Mail", **raw}


def test_a_class_without_fields_keeps_them_all() -> None:
    assert _read({"a": 1, "extra": 2, "_extra": 3, "_type": "T"}, Nothing).extra == {
        "a": 1,
        "extra": 2,
        "_extra": 3,
        "_type": "T",
    }
    with pytest.raises(Exception, match="expected an object, got a list"):
        _read([], Nothing)


def test_it_cannot_be_changed() -> None:
    size = _read(SIZE, Size)
    with pytest.raises(TypeError):
        size.extra["new"] = 1
    with pytest.raises(AttributeError):
        size.extra = {}
    with pytest.raises(TypeError):
        Size(width=1).extra["new"] = 1  # type: ignore[index]


_replaced: list[Any] = [vars(copy)["replace"]] if sys.version_info >= (3, 13) else []


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, _pickled, attrs.evolve, *_replaced])
def test_copies_keep_it(duplicate: Callable[[Any], Any]) -> None:
    parcel = _read(PARCEL, Parcel)
    assert duplicate(parcel).extra == parcel.extra
    assert duplicate(parcel) == parcel
    assert attrs.evolve(parcel.size, width=9).extra == parcel.size.extra


def test_models_with_other_extra_fields_are_not_equal() -> None:
    assert _read(SIZE, Size) == _read(SIZE, Size)
    assert _read(SIZE, Size) != _read({"width": 1}, Size)
    assert _read(SIZE, Size) != _read({"width": 1, "new": 2}, Size)


def test_the_repr_shows_it() -> None:
    assert repr(_read({"width": 1, "new": [2]}, Size)) == "Size(width=1, extra={'new': [2]})"
    assert repr(_read({"new": 2}, Nothing)) == "Nothing(extra={'new': 2})"
    assert repr(Size(width=1)) == "Size(width=1)"


def test_a_later_version_reads_it_into_its_field() -> None:
    size = _read({"width": 1, "depth": 3}, Size)
    assert from_json(to_json(size), LaterSize) == LaterSize(width=1, depth=3)


def test_an_invalid_member_of_a_union_keeps_it_all() -> None:
    raw = {"_type": "Mail", "subject": 7, "new": 1}
    assert _read({"id": "p", "about": raw}, Parcel).about.raw == raw


def test_a_field_of_that_name_is_rejected_with_another_name_to_use() -> None:
    with pytest.raises(TypeError, match="cannot have a field `extra`: name it `extra_`"):

        @define
        class Bad(Model):
            extra: str  # type: ignore[assignment]

    @define
    class Good(Model):
        extra_: str
        odd: int | None = attrs.field(metadata=on_wire("_extra"), default=None)

    good = _read({"extra": "a", "_extra": 1, "new": 2}, Good)
    assert (good.extra_, good.odd, good.extra) == ("a", 1, {"new": 2})


async def test_a_request_made_from_a_model_that_was_read_sends_it() -> None:
    sent: list[bytes | None] = []

    async def keep(request: Request, _: Send) -> Response:
        sent.append(request.body)
        return Response(status=204, headers={}, body=b"")

    note = from_json(b'{"message": "hi", "mood": "good"}', NewInternalNote)
    async with DixaClient("key", middleware=[keep]) as dixa:
        await dixa.request("POST", "/notes", json=[note])
        with pytest.raises(ResponseDecodeError):  # the response is empty
            await dixa.internal_notes.add_many(1, [note])
    assert sent == [b'[{"message":"hi","mood":"good"}]', b'{"data":[{"message":"hi","mood":"good"}]}']


def test_real_models_have_it() -> None:
    contact = _read({"email": "ada@example.com", "verified": True}, EmailContact)
    assert contact.extra == {"verified": True}
    assert EndUser.extra is Message.extra  # the property of the base class
