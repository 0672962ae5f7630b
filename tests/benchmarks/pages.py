"""Pages of a hundred items, generated from the models: the same for every library that reads them."""

import random
from datetime import UTC, datetime, timedelta
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

import attrs
import orjson

from dixa_async.models import ActivityLogEntry, EndUser, Message, OpenEnum, SearchHit
from dixa_async.models.base import Model, wire_fields
from dixa_async.models.conversations import Conversation
from dixa_async.serialization.classes import wire_name
from dixa_async.serialization.unions import is_union, tag_of
from dixa_async.serialization.unknowns import is_unknown

ITEMS = 100
PAGES: dict[str, Any] = {
    "messages": Message,
    "conversations": Conversation,
    "end users": EndUser,
    "activity": ActivityLogEntry,
    "search hits": SearchHit,
}
"""What is on a page, by its name."""

_WORDS = "order parcel refund invoice tomorrow is not yet arrived please and thank you for the address".split()  # noqa: SIM905
_ALWAYS_SENT = {"value"}
"""What the description requires and our models do without, so that a generated client can read the page."""
_START = datetime(2026, 1, 1, tzinfo=UTC)


def make_page(item: Any) -> bytes:
    """A page of items of a type, as Dixa would send it."""
    draw = random.Random(7)
    return orjson.dumps({"data": [_value(item, draw) for _ in range(ITEMS)], "meta": {}})


def members(type_form: Any) -> list[Any]:
    """The members of a union that the other libraries have too."""
    return [m for m in get_args(type_form) if m is not NoneType and not is_unknown(m)]


def _value(type_form: Any, draw: random.Random) -> Any:
    if is_union(type_form):
        return _value(draw.choice(members(type_form)), draw)
    if get_origin(type_form) is Annotated:
        return _value(get_args(type_form)[0], draw)
    if get_origin(type_form) is list:
        return [_value(get_args(type_form)[0], draw) for _ in range(draw.randrange(3))]
    if get_origin(type_form) is dict:
        return {f"field {n}": _value(get_args(type_form)[1], draw) for n in range(draw.randrange(4))}
    if issubclass(type_form, OpenEnum):
        return draw.choice(list(type_form)).value
    if issubclass(type_form, Model):
        return _model(type_form, draw)
    if type_form is datetime:
        moment = _START + timedelta(milliseconds=draw.randrange(10**10))
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    plain = {int: lambda: draw.randrange(10**6), bool: lambda: draw.random() < 0.5, float: draw.random}
    return plain.get(type_form, lambda: " ".join(draw.choices(_WORDS, k=draw.randrange(1, 12))))()


def _model(cls: Any, draw: random.Random) -> dict[str, Any]:
    attrs.resolve_types(cls)
    value: dict[str, Any] = {}
    for field in wire_fields(cls):
        if field.name.endswith("id"):
            value[wire_name(field)] = draw.randrange(10**6) if field.type is int else f"{draw.getrandbits(128):032x}"
        elif field.default is attrs.NOTHING or field.name in _ALWAYS_SENT or draw.random() < 0.7:
            value[wire_name(field)] = _value(field.type, draw)
    return value if tag_of(cls) is None else {**value, "_type": tag_of(cls)}
