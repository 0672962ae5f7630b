"""Values of the package's own types that the description allows too, made up by hypothesis.

They follow the types. Where the description narrows a type down (a text that must be a UUID, a number of 32 bits, a
list that must not be empty), the name of the field or of the argument decides.
"""

import functools
import inspect
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from types import NoneType
from typing import Any, Final

import attrs
from hypothesis import Phase, find, settings, strategies as st
from typing_extensions import override

from dixa_async import OpenEnum, Unset
from dixa_async.models import FieldFilter, SearchFilter
from dixa_async.resources.base import ConversationId
from dixa_async.resources.knowledge.images import ImageFile
from dixa_async.serialization.unknowns import is_unknown

from ..helpers.description import Schema, operations, schemas
from ..helpers.strategies import TypeStrategies
from ..helpers.type_forms import members_of, union_of

Values = st.SearchStrategy[Any]

_MOST: Final = {"int32": 2**31 - 1, "int64": 2**53 - 1}  # Prism cannot represent numbers over 2^53
# A rating of 1 is valid on every scale; 50 is the limit that every kind of page allows.
_RANGES: Final = {"days": (1, 90), "value": (1, 1), "pageLimit": (1, 50)}

_texts: Final = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
_plain_texts: Final = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@+", min_size=1)
_uuids: Final = st.uuids().map(str)
_times: Final = st.datetimes(
    datetime(1970, 1, 1),
    datetime(2200, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))]),
)


def arguments_of(
    parameters: Mapping[str, inspect.Parameter], known: Mapping[str, Sequence[Any]] | None = None
) -> st.SearchStrategy[dict[str, Any]]:
    """Arguments for a method: the required ones, and some of its options.

    Args:
        parameters: the parameters of the method.
        known: values that the server knows, by the names of their fields and arguments on the wire: these have no
            others. Defaults to none.
    """
    strategies = _STRATEGIES if known is None else _KnownStrategies(known)
    given = {name: strategies.visit(_given(p.annotation), wire_name_of(name)) for name, p in parameters.items()}
    needed = {name for name, parameter in parameters.items() if parameter.default is parameter.empty}
    return st.fixed_dictionaries(
        {name: strategy for name, strategy in given.items() if name in needed},
        optional={name: strategy for name, strategy in given.items() if name not in needed},
    )


@functools.cache
def smallest(form: Any, name: str) -> Any:
    """The simplest value of a type that is not None, not `UNSET` and not False."""
    return find(
        _STRATEGIES.visit(_given(form), wire_name_of(name)),
        lambda value: value is not False,
        settings=settings(database=None, phases=[Phase.generate]),
        random=Random(0),
    )


_NEVER_EMPTY: Final = {"conversationIds", "anyOf", "filters", "values"}
"""Of these, the package itself wants one item or more. ``conversationIds`` is ``csidFilter`` on the wire."""


def wire_name_of(argument: str) -> str:
    """The name that an argument most likely has on the wire."""
    first, *rest = argument.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def _given(form: Any) -> Any:
    """A type without None and `UNSET`: for an argument, these mean that it is not given."""
    return union_of(members_of(form))


class _DescribedStrategies(TypeStrategies):
    """Makes values that the description allows.

    A union that can be `UNSET` is never None: the description has no null in what is sent.
    """

    @override
    def visit(self, form: Any, name: str = "") -> Values:
        if form is FieldFilter:  # the base class of all enums
            form = SearchFilter
        if form == ImageFile:
            return st.tuples(_plain_texts, st.just(b"\x89PNG\r\n\x1a\n"))
        if form == ConversationId:
            numbers = st.integers(0, _MOST["int64"])
            return numbers | numbers.map(str)
        return super().visit(form, name)

    @override
    def union(self, members: tuple[Any, ...], name: str) -> Values:
        left_out = (NoneType,) if Unset in members else ()
        return super().union(tuple(m for m in members if m not in left_out and not is_unknown(m)), name)

    @override
    def enum(self, form: type[OpenEnum]) -> Values:
        return st.sampled_from(form)

    @override
    def list_of(self, item: Any, name: str) -> Values:
        is_simple = item is str or item is int or (isinstance(item, type) and issubclass(item, OpenEnum))
        return st.lists(
            self.visit(item, name),
            min_size=1 if name in _narrowed().never_empty or item == ImageFile else 0,
            max_size=3,
            unique=is_simple,
        )

    @override
    def primitive(self, form: Any, name: str) -> Values:
        known = _narrowed()
        if form is str:
            return _texts_named(name)
        if form is int:
            most = _MOST["int32" if name in known.of_32_bits else "int64"]
            least = 0 if name in known.numbers_in_paths else -most
            return st.integers(*_RANGES.get(name, (least, most)))
        narrower: dict[Any, Values] = {
            object: st.dictionaries(_texts, _texts | st.integers(-9, 9) | st.none(), max_size=3),
            float: st.floats(-1e9, 1e9),
            datetime: _times,
        }
        return narrower[form] if form in narrower else super().primitive(form, name)


_STRATEGIES: Final = _DescribedStrategies()


class _KnownStrategies(_DescribedStrategies):
    """Makes values that a server knows.

    Args:
        known: these values by the names of their fields.
    """

    def __init__(self, known: Mapping[str, Sequence[Any]]) -> None:
        super().__init__()
        self._known = known

    @override
    def visit(self, form: Any, name: str = "") -> Values:
        kind = int if form == ConversationId else str
        if form in (str, ConversationId) and name in self._known:
            return st.sampled_from([value for value in self._known[name] if isinstance(value, kind)])
        return super().visit(form, name)


def _texts_named(name: str) -> Values:
    known = _narrowed()
    if name in known.uuids:
        return _uuids
    if name in known.numbers_in_paths:
        return st.integers(0, _MOST["int64"]).map(str)
    return _plain_texts if name in known.texts_in_paths else _texts


@attrs.frozen
class _Narrowed:
    """What the names of the description say about their values."""

    uuids: frozenset[str]
    of_32_bits: frozenset[str]
    never_empty: frozenset[str]
    numbers_in_paths: frozenset[str]
    texts_in_paths: frozenset[str]


@functools.cache
def _narrowed() -> _Narrowed:
    named = list(_named())
    in_paths = [pair for operation in operations().values() for pair in operation.path_params.items()]
    return _Narrowed(
        uuids=frozenset(n for n, s in named if "uuid" in (s.get("format"), s.get("items", {}).get("format"))),
        of_32_bits=frozenset(n for n, s in named if "int32" in (s.get("format"), s.get("value", {}).get("format"))),
        never_empty=frozenset(n for n, s in named if s.get("min_items")) | _NEVER_EMPTY,
        numbers_in_paths=frozenset(n for n, s in in_paths if s["kind"] == "integer"),
        texts_in_paths=frozenset(n for n, s in in_paths if s["kind"] == "string"),
    )


def _named() -> Iterator[tuple[str, Schema]]:
    for operation in operations().values():
        yield from operation.path_params.items()
        yield from operation.query_params.items()
    for schema in schemas().values():
        yield from schema.get("fields", {}).items()
