"""cattrs converters for Dixa's JSON.

There are three ways to read, each a converter with the same hooks:

- fast: what nearly every answer takes. Its failures do not say where.
- explaining: the same, run a second time on data that failed, to name the place.
- strict: also names the place, and a union takes nothing that it does not know. It checks what is sent.

Writing goes by the class of each value, and is the same in all three.

No hook is made before it is needed: compiling all models takes longer than importing aiohttp.
"""

import enum
from collections.abc import Iterable, Mapping
from typing import Any, get_args, get_origin

import attrs
from cattrs import Converter

from ..models.base import Model, wire_fields
from .classes import Writer, field_types, make_writer, rest, wire_name, wire_names
from .mismatch import MismatchError, StructureHook, at, expected
from .primitives import register_primitives, register_strict_primitives
from .readers import make_list_reader, make_reader
from .unions import Explain, is_union, structure_union, tag_of
from .unknowns import is_unknown, keep_unknown


class Reading(enum.Enum):
    """How a converter reads."""

    FAST = enum.auto()
    EXPLAINING = enum.auto()
    STRICT = enum.auto()


class DixaConverter:
    """A cattrs converter that knows `Model` classes, unions, lists and maps.

    Args:
        reading: how it reads.
        explain: tells why a value does not fit; for the `reason` of an `Unknown`.
    """

    def __init__(self, reading: Reading, explain: Explain) -> None:
        self._tells_places = reading is not Reading.FAST
        self._explain = None if reading is Reading.STRICT else explain
        self._being_compiled: set[Any] = set()
        self._prepared: set[Any] = set()
        self.cattrs = Converter(detailed_validation=False)
        self._writers = _Writers(self.cattrs)
        register_primitives(self.cattrs)
        if reading is Reading.STRICT:
            register_strict_primitives(self.cattrs)
        self.cattrs.register_structure_hook_factory(_is_list, self._list_hook)
        self.cattrs.register_structure_hook_factory(_is_map, self._map_hook)
        self.cattrs.register_structure_hook_factory(_is_model, self._model_hook)
        self.cattrs.register_structure_hook_factory(is_union, self._union_hook)
        self.cattrs.register_structure_hook_factory(is_unknown, self._unknown_hook)
        self.cattrs.register_unstructure_hook_factory(_is_model, self._unstructure_model)

    def hook_of(self, type_form: Any) -> StructureHook:
        """The hook that reads a type."""
        if type_form in self._being_compiled:  # a class that contains itself

            def later(value: Any, _: Any = None) -> Any:
                return self.cattrs.get_structure_hook(type_form)(value, type_form)

            return later
        return self.cattrs.get_structure_hook(type_form)

    def prepare(self, type_form: Any) -> None:
        """Compile the hooks of a type and of all that it is made of."""
        if type_form in self._prepared:
            return
        self._prepared.add(type_form)
        if _is_list(type_form) or _is_model(type_form):
            self.hook_of(type_form)
        if _is_model(type_form):
            _ = self._writers[get_origin(type_form) or type_form]
            parts: Iterable[Any] = field_types(type_form).values()
        else:
            parts = get_args(type_form)
        for part in parts:
            self.prepare(part)

    def unstructure(self, value: Any) -> Any:
        """Write a value by its class."""
        return self._writers[value.__class__](value)

    def _union_hook(self, union: Any) -> StructureHook:
        return structure_union(union, self.hook_of, self._explain)

    def _unknown_hook(self, cls: Any) -> StructureHook:
        def keep(value: Any, _: Any = None) -> Any:
            return keep_unknown(cls, value, self.hook_of)

        return keep

    def _model_hook(self, cls: Any) -> StructureHook:
        self._being_compiled.add(cls)
        try:
            if self._tells_places:
                return self._placing_hook(cls, field_types(cls))
            return make_reader(cls, field_types, self.hook_of)
        finally:
            self._being_compiled.discard(cls)

    def _placing_hook(self, cls: Any, types: Mapping[str, Any]) -> StructureHook:
        """The hook of a class whose failures tell the place. It is several times slower than a generated one."""
        fields = [
            (a.alias or a.name, wire_name(a), a.default is attrs.NOTHING, types[a.name], self.hook_of(types[a.name]))
            for a in wire_fields(get_origin(cls) or cls)
        ]

        known = wire_names(get_origin(cls) or cls)
        tag, strict = tag_of(cls), self._explain is None

        def read(value: Any, _: Any) -> Any:
            if value.__class__ is not dict:
                raise expected("an object", value)
            if strict and tag is not None and value.get("_type", tag) != tag:
                raise MismatchError(f"expected {tag}", "._type")
            arguments: dict[str, Any] = {}
            for name, wire, required, type_form, hook in fields:
                if wire in value:
                    arguments[name] = at(f".{wire}", hook)(value[wire], type_form)
                elif required:
                    raise MismatchError("required, but absent", f".{wire}")
            return cls(**arguments, _extra=rest(value, known, tag))

        return read

    def _list_hook(self, type_form: Any) -> StructureHook:
        (item,) = get_args(type_form)
        if _is_model(item) and not self._tells_places:
            return make_list_reader(item, field_types, self.hook_of)
        hook = self.hook_of(item)
        by_tag: Mapping[str, StructureHook] | None = getattr(hook, "by_tag", None)

        def read_texts(value: Any, _: Any = None) -> list[Any]:
            if value.__class__ is not list:
                raise expected("a list", value)
            "".join(value)  # takes nothing but texts, and looks at them faster than a loop could
            return value

        def read(value: Any, _: Any = None) -> list[Any]:
            if value.__class__ is not list:
                raise expected("a list", value)
            return [hook(v, item) for v in value]

        def read_tagged(value: Any, _: Any = None) -> list[Any]:
            if value.__class__ is not list or by_tag is None:
                raise expected("a list", value)
            items: list[Any] = []
            for v in value:
                try:
                    items.append(by_tag[v["_type"]](v, None))
                except Exception:  # one that is not a member which was met before and fits
                    items.append(hook(v, item))
            return items

        def read_placing(value: Any, _: Any) -> list[Any]:
            if value.__class__ is not list:
                raise expected("a list", value)
            return [at(f"[{i}]", hook)(v, item) for i, v in enumerate(value)]

        if self._tells_places:
            return read_placing
        if item is str:
            return read_texts
        return read if by_tag is None else read_tagged

    def _map_hook(self, type_form: Any) -> StructureHook:
        _, item = get_args(type_form)
        hook = self.hook_of(item)

        def read(value: Any, _: Any = None) -> dict[str, Any]:
            if value.__class__ is not dict:
                raise expected("an object", value)
            return {key: at(f"[{key!r}]", hook, "[...]")(v, item) for key, v in value.items()}

        return read

    def _unstructure_model(self, cls: type[Model]) -> Writer:
        return make_writer(cls, field_types(cls), self._writers)


class _Writers(dict[type, Writer]):
    """What cattrs writes each class with: its own look-up takes five times as long."""

    def __init__(self, converter: Converter) -> None:
        super().__init__()
        self._converter = converter
        self[list] = self[tuple] = lambda values: [self[v.__class__](v) for v in values]
        # A key may be a word of an OpenEnum, which JSON takes as a value only.
        self[dict] = lambda values: {
            key if key.__class__ is str else self[key.__class__](key): self[v.__class__](v) for key, v in values.items()
        }

    def __missing__(self, cls: type) -> Writer:
        self[cls] = writer = self._converter.get_unstructure_hook(cls)
        return writer


def _is_list(type_form: Any) -> bool:
    return get_origin(type_form) is list


def _is_map(type_form: Any) -> bool:
    return get_origin(type_form) in (dict, Mapping)


def _is_model(type_form: Any) -> bool:
    plain = get_origin(type_form) or type_form
    return isinstance(plain, type) and issubclass(plain, Model) and not is_unknown(plain)
