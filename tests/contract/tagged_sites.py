"""The places of unions in responses, and responses that are valid except for one such place."""

import functools
from collections.abc import Iterator
from typing import Any, TypeAlias, get_args, get_origin

import attrs

from dixa_async.serialization import Serializer
from dixa_async.serialization.unions import is_union, tag_of
from dixa_async.serialization.unknowns import is_unknown

from ..helpers.type_forms import fields_of, is_model, members_of
from .strategies import smallest

_KEY = "key"


@attrs.frozen
class InList:
    """The step into a list, between two other items."""

    item: Any

    def __str__(self) -> str:
        return "[]"

    def around(self, value: Any) -> Any:
        return [valid(self.item), value, valid(self.item)]

    def into(self, model: Any) -> Any:
        return model[1]


@attrs.frozen
class InMap:
    """The step into a map."""

    item: Any

    def __str__(self) -> str:
        return "{}"

    def around(self, value: Any) -> Any:
        return {"before": valid(self.item), _KEY: value, "after": valid(self.item)}

    def into(self, model: Any) -> Any:
        return model[_KEY]


@attrs.frozen
class InField:
    """The step into a field of a model."""

    cls: Any
    wire: str

    def __str__(self) -> str:
        return f" {self.cls.__name__}.{self.wire}"

    def around(self, value: Any) -> Any:
        return {**valid(self.cls), self.wire: value}

    def into(self, model: Any) -> Any:
        return getattr(model, fields_of(self.cls)[self.wire].name)


Step: TypeAlias = InList | InMap | InField


@attrs.frozen
class Site:
    """A place where a union is."""

    response: Any
    """The type of the whole response."""
    steps: tuple[Step, ...]
    """The way from the whole response to the place."""
    union: Any

    def __str__(self) -> str:
        return "".join(map(str, self.steps))

    def around(self, value: Any) -> Any:
        """A whole response as JSON, with a value at this place."""
        for step in reversed(self.steps):
            value = step.around(value)
        return value

    def into(self, model: Any) -> Any:
        """The value at this place of a response."""
        for step in self.steps:
            model = step.into(model)
        return model


def valid(form: Any) -> Any:
    """The simplest JSON of a type."""
    return Serializer.shared().unstructure(smallest(form, ""))


def sites_of(response: Any) -> Iterator[Site]:
    """All places of unions in a response that accept unknown values."""
    return _below(response, functools.partial(Site, response), ())


def _below(form: Any, site: Any, steps: tuple[Step, ...]) -> Iterator[Site]:
    if is_union(form) and any(map(is_unknown, get_args(form))):
        yield site(steps, form)
    for member in members_of(form):
        if get_origin(member) is list:
            (item,) = get_args(member)
            yield from _below(item, site, (*steps, InList(item)))
        elif get_origin(member) is dict:
            yield from _below(get_args(member)[1], site, (*steps, InMap(get_args(member)[1])))
        elif is_model(member) and not any(isinstance(step, InField) and step.cls is member for step in steps):
            for wire, field in fields_of(member).items():
                yield from _below(field.type, site, (*steps, InField(member, wire)))


def broken(union: Any) -> Any:
    """An object with a known tag and without its required fields; None if all members of the union can be empty."""
    for member in members_of(union):
        if is_model(member) and any(field.required for field in fields_of(member).values()):
            return {"_type": tag_of(member)}
    return None
