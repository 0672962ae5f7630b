"""The base of all models.

- `Model` with the `define` decorator: an attrs class with slots, and with keyword-only fields unless one is obvious.
- `OpenEnum`: an enum that accepts values which it does not list.
- `Unknown`: a value of a union that this version cannot read, kept whole; `SharedField`: a field of it.
- `UNSET`: a field that is not sent, which is not the same as a field sent as null.
- `on_wire`: for a field whose name on the wire is not its camelCase name. ``repr=False`` hides its value in the repr.
- `StringOrNumber`: a string that Dixa sometimes sends as a number.
- `EpochMilliseconds`: a time that exports write as a number.
- `snake_case`: for a class whose fields have the same names on the wire.
- `wire_fields`: the fields of a model that have a name on the wire.

A class that belongs to a union declares its tag: ``_type: ClassVar[str] = "EmailAttributes"``. If the
tag is under another key than ``_type``, all classes of the union declare the key: ``_tag_key: ClassVar[str] =
"event_fqn"``.
"""

import enum
import functools
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Final,
    Generic,
    Literal,
    Never,
    Self,
    TypeAlias,
    TypeVar,
    get_args,
    get_type_hints,
    overload,
)

import attrs
from typing_extensions import override

from .frameworks import EnumForFrameworks, ForFrameworks

if TYPE_CHECKING:
    JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"
    """Any JSON value."""
else:
    JsonValue = object  # at run time an alias that contains itself cannot be resolved


class Unset(enum.Enum):
    """The type of `UNSET`, its only member."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    @override
    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET
"""Leaves a field out. A field that is UNSET is not sent; a field that is None is sent as null."""


class OpenEnum(EnumForFrameworks, enum.StrEnum):
    """An enum to which Dixa may add values.

    A value that is not listed is kept as it came: it is a `str` equal to the value, an instance of the enum, and its
    `is_known` is False.
    """

    @classmethod
    @override
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        # Not stored in the class: values from outside must not make it grow.
        plain = str(value)  # also when it is a member of another OpenEnum
        member = str.__new__(cls, plain)
        member._name_ = plain
        member._value_ = plain
        return member

    @override
    def __reduce_ex__(self, proto: object) -> tuple[Any, ...]:
        # The first releases of Python 3.11 pickle a member by name, which fails for a value that is not listed.
        return type(self), (self._value_,)

    @property
    def is_known(self) -> bool:
        """Whether this version of the package lists the value."""
        return self._value_ in type(self)._value2member_map_


class TaggedEnum(OpenEnum):
    """An `OpenEnum` whose values Dixa writes as objects, such as ``{"_type": "Today"}``. Plain values are read too."""


_Class = TypeVar("_Class", bound="type[Model]")
_Value = TypeVar("_Value")

WIRE_NAME: Final = "wire_name"


def on_wire(name: str) -> dict[str, str]:
    """The metadata of a field whose name on the wire is not the camelCase form of its name.

    ::

        conversation_id: int = field(metadata=on_wire("csid"))

    Args:
        name: the name on the wire.

    Returns:
        The `metadata` of the attrs field.
    """
    return {WIRE_NAME: name}


def camel_case(name: str) -> str:
    """The name on the wire of a field that does not set another one.

    Args:
        name: the name of the field, such as ``created_at`` or ``from_``.

    Returns:
        The name in camelCase, without underscores at its ends.
    """
    first, *rest = name.strip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def snake_case(_: type, fields: "list[attrs.Attribute[Any]]") -> "list[attrs.Attribute[Any]]":
    """Use the name of each field as its name on the wire, unless it sets another one.

    ::

        @define(kw_only=True, field_transformer=snake_case)
        class EventTag(Model):
            is_deactivated: bool

    Args:
        _: the class.
        fields: its fields.

    Returns:
        The same fields, with the name in their metadata.
    """
    return [field.evolve(metadata={WIRE_NAME: field.name, **field.metadata}) for field in fields]


class _StringOrNumber:
    """The mark that `StringOrNumber` carries."""


StringOrNumber = Annotated[str, _StringOrNumber]
"""A string that Dixa sometimes sends as a number. It is read as `str` in both cases."""


class _EpochMilliseconds:
    """The mark that `EpochMilliseconds` carries."""


EpochMilliseconds = Annotated[datetime, _EpochMilliseconds]
"""A time that is sent as milliseconds since 1970. It is read as an aware datetime, and written as any other time."""


_NO_EXTRA: Final[Mapping[str, JsonValue]] = MappingProxyType({})


@attrs.define(eq=False, repr=False)
class Model(ForFrameworks):
    """Base class of the models of requests and responses.

    Two models are equal when they are of the same class and all their fields are. Models can be changed, copied and
    pickled, and cannot be hashed.
    """

    __hash__: ClassVar[None]  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleMethodOverride]

    if TYPE_CHECKING:
        # attrs generates it for `copy.replace`; mypy does not know that.
        def __replace__(self, **changes: Any) -> Self: ...

    # An attrs field, so that `attrs.evolve` and copies keep it. None if empty, as nearly all are.
    _extra: dict[str, JsonValue] | None = attrs.field(
        default=None, kw_only=True, alias="_extra", repr=False, hash=False
    )

    @property
    def extra(self) -> Mapping[str, JsonValue]:
        """The fields of the object that this version does not know, by their names on the wire.

        They are kept in copies, by `attrs.evolve` and by pickle; they are compared, and written back by `to_json` and
        in requests. In a version that knows them, `from_json` reads them into their fields.
        """
        return _NO_EXTRA if self._extra is None else MappingProxyType(self._extra)

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        if any(a.name == "extra" for a in attrs.fields(cls)):
            raise TypeError(f"{cls.__name__} cannot have a field `extra`: name it `extra_`; on the wire it is 'extra'")

        inspected = attrs.inspect(cls)
        if "__init__" in vars(cls) and not inspected.added_init:
            type.__setattr__(cls, "__init__", _with_extra(cls.__init__))
        if "__repr__" in vars(cls) and inspected.added_repr:  # the generated one does not show `extra`
            type.__setattr__(cls, "__repr__", Model.__repr__)

    # One method here takes a third of the import time that attrs would need to generate one for each class.
    @override
    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        values = _values_of(type(self))  # type: ignore[arg-type]  # a class can be hashed, whatever its models say
        return bool(values(self) == values(other))

    @override
    def __repr__(self) -> str:
        cls = type(self)
        shown = ((a, getattr(self, a.name)) for a in wire_fields(cls))
        # Most fields of most responses are absent, and would hide the others.
        fields = [
            f"{a.name}={a.repr(value) if callable(a.repr) else repr(value)}" if a.repr else f"{a.name}=***"
            for a, value in shown
            if a.default is attrs.NOTHING or not (value is None or value is UNSET)
        ]
        if self._extra is not None:
            fields.append(f"extra={self._extra!r}")
        return f"{cls.__name__}({', '.join(fields)})"


def _with_extra(init: Callable[..., None]) -> Callable[..., None]:
    """Let a custom constructor accept `_extra`, which `attrs.evolve` passes."""

    @functools.wraps(init)
    def wrapped(self: Model, *args: Any, _extra: "dict[str, JsonValue] | None" = None, **kwargs: Any) -> None:
        object.__setattr__(self, "_extra", None)  # the constructor may read it
        init(self, *args, **kwargs)
        object.__setattr__(self, "_extra", _extra)

    return wrapped


@functools.cache
def _values_of(cls: Hashable) -> Callable[[Model], object]:
    """Make the getter of a model's field values, including `extra`."""
    return attrgetter(*(a.name for a in attrs.fields(cls)))  # type: ignore[arg-type]


def wire_fields(cls: "type[Model]") -> "tuple[attrs.Attribute[Any], ...]":
    """The fields of a model that have a name on the wire: all except the one behind `extra`.

    Args:
        cls: the class of the model.

    Returns:
        The fields, as attrs describes them.
    """
    return tuple(a for a in attrs.fields(cls) if a.name != "_extra")


if TYPE_CHECKING:
    # Type checkers recognize attrs by name: only then do they know that `attrs.evolve` accepts models.
    from attrs import define as define
else:

    def define(cls: _Class | None = None, *, kw_only: bool = False, field_transformer: Any = None) -> Any:
        """Make a `Model` an attrs class with slots.

        Args:
            cls: the class, when used without arguments.
            kw_only: False for a class with one obvious value, such as ``TextContent("hi")``.
            field_transformer: changes its fields before the class is made; see `snake_case`.

        Returns:
            The class.
        """

        def wrap(cls: _Class) -> _Class:
            return attrs.define(cls, kw_only=kw_only, field_transformer=field_transformer, eq=False, repr=False)

        return wrap if cls is None else wrap(cls)


@define(kw_only=True)
class Unknown(Model):
    """A value of a union that this version of the package cannot read.

    Dixa adds kinds of conversations, messages and events without notice. Such a value does not make the response
    unreadable: it becomes an `Unknown`, and is written back as it came. Where all members of a union have fields in
    common, its `Unknown` has them too: an `UnknownConversation` has an `id`.

    Two are equal if they came as the same value.
    """

    type: str | None
    """The `_type`, or other tag, of the value; None if it has no tag."""
    raw: JsonValue
    """The value as it came."""
    reason: str | None = None
    """Why a known `_type` could not be read, with the place; None if the `_type` is not known."""
    shared: Mapping[str, Any] | None = None
    """The values of the `SharedField` fields by name, without those that could not be read."""

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Unknown):
            return NotImplemented
        return (self.type, self.raw, self.reason) == (other.type, other.raw, other.reason)

    __hash__: ClassVar[None]  # pyright: ignore[reportIncompatibleMethodOverride]

    @override
    def __repr__(self) -> str:
        reason = "" if self.reason is None else f", reason={self.reason!r}"
        return f"{type(self).__name__}(type={self.type!r}, raw={self.raw!r}{reason})"


class SharedField(Generic[_Value]):
    """A field that all members of a union have, on the `Unknown` of that union.

    ::

        class UnknownConversation(Unknown):
            ID: ClassVar[SharedField[int]] = SharedField()

    Reading it raises an `AttributeError` if Dixa did not send it, or not in this form. It cannot be set.

    Args:
        wire_name: its name on the wire; defaults to the camelCase form of its name.
    """

    name: str
    _owner: "type[Unknown]"

    def __init__(self, wire_name: str | None = None) -> None:
        self.wire_name: str = wire_name or ""

    def __set_name__(self, owner: "type[Unknown]", name: str) -> None:
        self.name, self._owner = name, owner
        self.wire_name = self.wire_name or camel_case(name)

    @functools.cached_property
    def type_form(self) -> Any:
        """The type of the field."""
        (shared_field,) = get_args(get_type_hints(self._owner)[self.name])
        (type_form,) = get_args(shared_field)
        return type_form

    @overload
    def __get__(self, unknown: None, owner: "type[Unknown]") -> Self: ...
    @overload
    def __get__(self, unknown: Unknown, owner: "type[Unknown]") -> _Value: ...
    def __get__(self, unknown: Unknown | None, owner: "type[Unknown]") -> Self | _Value:
        if unknown is None:
            return self
        try:
            value: _Value = (unknown.shared or {})[self.name]
        except KeyError:
            raise AttributeError(
                f"{owner.__name__} of _type {unknown.type!r} has no readable {self.name!r}: see its raw",
                name=self.name,
                obj=unknown,
            ) from None
        return value

    def __set__(self, unknown: Unknown, value: Never) -> None:
        raise AttributeError(f"{self.name!r} of {type(unknown).__name__} cannot be set", name=self.name, obj=unknown)
