"""The functions that write values by their classes; that of a model class is generated.

A function is generated from the fields; `readers` says why. For a class with an ID, an optional subject and a list of
files it is::

    def write(m):
        o = {'id': m.id if m.id.__class__ is str else writers.id_of(m.id), '_type': 'Mail'}
        v = m.subject
        if v is not None: o['subject'] = v if v.__class__ is str else writers.id_of(v)
        v = m.files
        if v is not UNSET: o['files'] = [writers[x.__class__](x) for x in v]
        if m._extra is not None: o.update(writers.marked(m._extra))
        return o
"""

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import NoneType
from typing import Any, TypeAlias, get_args, get_origin

from cattrs import Converter

from .._ids import plain_id
from .._json import TIMES, is_plain
from ..models.base import UNSET, OpenEnum, Unset, wire_fields
from .classes import PRIMITIVES, build, field_types, is_model, wire_name
from .primitives import is_closed_enum
from .unions import is_union, tag_of
from .unknowns import tag_key_of

Writer: TypeAlias = Callable[[Any], Any]


class Writers(dict[type, Writer]):
    """The function that writes each class, by the class. The lookup of cattrs takes five times as long.

    msgspec would also write sets, bytes, and keys that are not strings. To look for them in what was written takes
    longer than all the rest, so they are noticed on the way: whatever is not a model, a list, or of a class that JSON
    has passes `marked`.

    Args:
        converter: writes what is not a model.
    """

    def __init__(self, converter: Converter) -> None:
        super().__init__()
        self._converter = converter
        self._mark: object = None
        for cls in (*PRIMITIVES, float, NoneType):
            self[cls] = _itself
        self[list] = self[tuple] = lambda values: [self[v.__class__](v) for v in values]
        # A key may be a member of an OpenEnum, which JSON accepts only as a value.
        self[dict] = lambda values: {
            key if key.__class__ is str else self.key(key): self[v.__class__](v) for key, v in values.items()
        }

    def write(self, value: Any) -> tuple[Any, bool]:
        """Write a value by its class.

        Args:
            value: models, or lists and maps of them.

        Returns:
            The JSON value, in which times are still datetimes, and whether it is known to be plain; see `is_plain`.
        """
        before = self._mark
        written = self[value.__class__](value)
        return written, self._mark is before

    def marked(self, written: Any) -> Any:
        """Check what was written, and note if it is not plain.

        Args:
            written: a part of the JSON value.

        Returns:
            The same.
        """
        if not is_plain(written):
            # Always another object, so that no thread takes the note of another one for its own.
            self._mark = object()
        return written

    def id_of(self, value: Any) -> Any:
        """Write an ID of another class, or any other value in a field for a string, a number or a bool."""
        return self.marked(plain_id(value))

    def key(self, key: Any) -> Any:
        """Write the key of a map that is not a str."""
        written = self[key.__class__](key)
        self.marked({written: None})
        return written

    def __missing__(self, cls: type) -> Writer:
        writer = _make_writer(cls, self) if is_model(cls) else self._marking(cls)
        self[cls] = writer
        return writer

    def _marking(self, cls: type) -> Writer:
        # cattrs would write a str enum as the member itself.
        if is_closed_enum(cls):
            writer: Writer = _member_value
        elif hasattr(cls, "__index__"):
            writer = plain_id
        else:
            writer = self._converter.get_unstructure_hook(cls)
        if issubclass(cls, OpenEnum):  # its values are strings
            return writer
        return lambda value: self.marked(writer(value))


_member_value: Writer = operator.attrgetter("value")


def _itself(value: Any) -> Any:
    return value


def _make_writer(cls: Any, writers: Writers) -> Writer:
    """Make the function that writes a model class."""
    types = field_types(cls)
    names: dict[str, Any] = {"writers": writers, "UNSET": UNSET, "TIMES": TIMES, "UTC": UTC}
    always: list[str] = []
    lines: list[str] = []
    for attribute in wire_fields(cls):
        wire, field = wire_name(attribute), f"m.{attribute.name}"
        # An absent optional field is None in a response and UNSET in a request. Any other default is sent.
        if attribute.default is None or attribute.default is UNSET:
            written = _written("v", types[attribute.name])
            lines += [f"    v = {field}", f"    if v is not {attribute.default!r}: o[{wire!r}] = {written}"]
        else:
            always.append(f"{wire!r}: {_written(field, types[attribute.name])}")
    tag = tag_of(cls)
    # The class writes its tag, not the union, so that it is written wherever the class is used.
    if tag is not None:
        always.append(f"{tag_key_of(cls)!r}: {tag!r}")
    lines = ["def write(m):", f"    o = {{{', '.join(always)}}}", *lines]
    lines += ["    if m._extra is not None: o.update(writers.marked(m._extra))", "    return o"]
    write: Writer = build(lines, "write", cls, names)
    return write


def _written(value: str, type_form: Any) -> str:
    """The expression that writes a value: the value itself if JSON has it or it is an ID, else a call by its class.

    A value of a wrong class is written too. The check of the whole request reports its path.
    """
    members = _members(type_form)
    if all(member in PRIMITIVES for member in members):
        return f"({value} if {value}.__class__ is {members[0].__name__} else writers.id_of({value}))"
    call = f"writers[{value}.__class__]({value})"
    if members == [datetime]:
        return f"({value} if {value}.__class__ in TIMES and {value}.tzinfo is UTC else {call})"
    if len(members) == 1 and get_origin(members[0]) is list:
        items = f"[{_written('x', get_args(members[0])[0])} for x in {value}]"
        return f"({items} if {value}.__class__ is list else {call})"
    if len(members) == 1 and get_origin(members[0]) in (dict, Mapping):
        key = "k if k.__class__ is str else writers.key(k)"
        items = f"{{{key}: {_written('x', get_args(members[0])[1])} for k, x in {value}.items()}}"
        return f"({items} if {value}.__class__ is dict else {call})"
    return call


def _members(type_form: Any) -> list[Any]:
    members = get_args(type_form) if is_union(type_form) else (type_form,)
    return [member for member in members if member not in (NoneType, Unset)]
