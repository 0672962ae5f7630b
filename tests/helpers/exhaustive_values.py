"""Values that exhaust a type: every field of it, and every member of every union in it, is in one of them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import NoneType
from typing import Any, Final

from typing_extensions import override

from dixa_async.models.base import OpenEnum, Unset

from .type_forms import TypeVisitor, class_of, fields_of

_PRIMITIVES: Final[Mapping[Any, Any]] = {
    int: 7,
    float: 1.5,
    bool: True,
    NoneType: None,
    datetime: datetime(2031, 5, 17, tzinfo=UTC),
    object: {"a": [1, None]},
    Any: {"a": [1, None]},
}


def exhaustive_values(form: Any, text: str = "text") -> list[Any]:
    """The values of a type: as many as it takes.

    Args:
        form: the type.
        text: the value of every string.
    """
    return _Enumeration(text).visit(form)


def combined(fields: Mapping[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Combine the values of fields so that each value is used; a field without any is omitted."""
    for number in range(max([1, *map(len, fields.values())])):
        yield {name: values[number % len(values)] for name, values in fields.items() if values}


class _Enumeration(TypeVisitor[list[Any]]):
    def __init__(self, text: str) -> None:
        self._text = text
        self._around: list[Any] = []
        """The classes whose fields the values are for; within itself, a class is omitted."""

    @override
    def primitive(self, form: Any, name: str) -> list[Any]:
        return [self._text if form is str else _PRIMITIVES[form]]

    @override
    def enum(self, form: type[OpenEnum]) -> list[Any]:
        return [next(iter(form))]

    @override
    def literal(self, values: tuple[Any, ...]) -> list[Any]:
        return [*values]

    @override
    def list_of(self, item: Any, name: str) -> list[Any]:
        return [self.visit(item)]

    @override
    def map_of(self, key: Any, value: Any, name: str) -> list[Any]:
        return [{str(number): each for number, each in enumerate(self.visit(value))}]

    @override
    def union(self, members: tuple[Any, ...], name: str) -> list[Any]:
        return [value for member in members if member is not Unset for value in self.visit(member)]

    @override
    def unknown(self, form: Any) -> list[Any]:
        return [form(type="New", raw={"_type": "New"})]

    @override
    def model(self, form: Any) -> list[Any]:
        if form in self._around:
            return []
        self._around.append(form)
        fields = {field.name: self.visit(field.type) for field in fields_of(form).values()}
        self._around.pop()
        return [class_of(form)(**each) for each in combined(fields)]
