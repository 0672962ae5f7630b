"""What a type consists of, looked at from outside."""

from types import NoneType
from typing import Any, Union, get_args, get_origin

import attrs

from dixa_async import Model, Unset
from dixa_async.models.base import wire_fields
from dixa_async.serialization.classes import wire_name
from dixa_async.serialization.unions import is_union
from dixa_async.serialization.unknowns import is_unknown


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
        """Whether it must be there."""
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
