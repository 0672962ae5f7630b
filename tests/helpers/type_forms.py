"""Inspects types, and provides the one walk over types that all generators of values share."""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import NoneType
from typing import Annotated, Any, Final, Generic, Literal, TypeVar, Union, get_args, get_origin

import attrs

from dixa_async import Model, OpenEnum, Unset, models
from dixa_async.models.base import wire_fields
from dixa_async.serialization.classes import wire_name
from dixa_async.serialization.unions import is_union
from dixa_async.serialization.unknowns import is_unknown
from dixa_async.validation import ConversationId

Result = TypeVar("Result")

_LISTS: Final = (list, Sequence, Collection, Iterable)
_MAPS: Final = (dict, Mapping)


@attrs.frozen
class Field:
    """A field of a model."""

    name: str
    """Its name in Python."""
    type: Any
    """With the arguments of a generic class put in."""
    default: Any

    @property
    def required(self) -> bool:
        """Whether it must be present."""
        return self.default is attrs.NOTHING


def members_of(form: Any) -> list[Any]:
    """The members of a union without None and `UNSET`; of any other type, the type itself."""
    members = get_args(form) if is_union(form) else (form,)
    return [member for member in members if member not in (NoneType, Unset)]


def union_of(members: list[Any]) -> Any:
    """The union of some types; of a single one, the type itself."""
    return Union[tuple(members)]  # noqa: UP007  # made at run time


def class_of(form: Any) -> Any:
    """The class of a type that may have arguments."""
    return get_origin(form) or form


def is_model(form: Any) -> bool:
    """Whether a type is a class of models, other than `Unknown`."""
    cls = class_of(form)
    return isinstance(cls, type) and issubclass(cls, Model) and not is_unknown(cls)


def fields_of(form: Any) -> dict[str, Field]:
    """The fields of a class of models by their names on the wire."""
    cls = class_of(form)
    attrs.resolve_types(cls)
    arguments = dict(zip(getattr(cls, "__parameters__", ()), get_args(form), strict=False))
    return {wire_name(a): Field(a.name, arguments.get(a.type, a.type), a.default) for a in wire_fields(cls)}


def model_types() -> list[Any]:
    """Every model class and every union of the package, found by a walk through all modules of `dixa_async.models`."""
    found: dict[str, Any] = {}
    for info in pkgutil.walk_packages(models.__path__, f"{models.__name__}."):
        for name, value in vars(importlib.import_module(info.name)).items():
            is_class = isinstance(value, type) and issubclass(value, Model) and value is not Model
            if is_class or (is_union(value) and value is not ConversationId):
                # Generic classes are tried with a class for each of their parameters.
                parameters = getattr(value, "__parameters__", ())
                found[name] = value[(models.File,) * len(parameters)] if parameters else value
    return [found[name] for name in sorted(found)]


class TypeVisitor(ABC, Generic[Result]):
    """Makes something of a type, part by part: one method for each kind of type.

    A subclass says what it makes, and calls `visit` for the parts. The `name` that goes down with each type is the one
    that a value has on the wire; in lists, maps and unions it is that of the whole.
    """

    def visit(self, form: Any, name: str = "") -> Result:
        """Make something of a type.

        Args:
            form: a model, a primitive, an open enum, a list, a map, or a union of these.
            name: the name on the wire of what has this type.
        """
        origin, arguments = get_origin(form), get_args(form)
        if origin is Annotated:
            return self.visit(arguments[0], name)
        if is_union(form):
            return self.union(arguments, name)
        if origin is Literal:
            return self.literal(arguments)
        if origin in _LISTS:
            return self.list_of(arguments[0], name)
        if origin in _MAPS:
            return self.map_of(arguments[0], arguments[1], name)
        if is_unknown(form):
            return self.unknown(form)
        if is_model(form):
            return self.model(form)
        if isinstance(form, type) and issubclass(form, OpenEnum):
            return self.enum(form)
        return self.primitive(form, name)

    @abstractmethod
    def primitive(self, form: Any, name: str) -> Result: ...

    @abstractmethod
    def enum(self, form: type[OpenEnum]) -> Result: ...

    @abstractmethod
    def literal(self, values: tuple[Any, ...]) -> Result: ...

    @abstractmethod
    def list_of(self, item: Any, name: str) -> Result: ...

    @abstractmethod
    def map_of(self, key: Any, value: Any, name: str) -> Result: ...

    @abstractmethod
    def union(self, members: tuple[Any, ...], name: str) -> Result: ...

    @abstractmethod
    def unknown(self, form: Any) -> Result: ...

    @abstractmethod
    def model(self, form: Any) -> Result: ...
