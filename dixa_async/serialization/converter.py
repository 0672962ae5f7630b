"""cattrs converters for Dixa's JSON.

There are three ways to read, each a converter with the same hooks:

- fast: what nearly every answer takes. Its failures do not say where.
- explaining: the same, run a second time on data that failed, to name the place.
- strict: also names the place, and a union takes nothing that it does not know. It checks what is sent.

Writing goes by the class of each value, and is the same in all three.

No hook is made before it is needed: compiling all models takes longer than importing aiohttp.
"""

import enum
from collections.abc import Mapping
from typing import Any, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from ..models.base import UNSET, WIRE_NAME, Model, Unknown
from .mismatch import MismatchError, StructureHook, at, expected
from .primitives import register_primitives
from .unions import Explain, is_union, structure_union, tag_of


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
        self._being_compiled: set[type] = set()
        self.cattrs = Converter(detailed_validation=False)
        register_primitives(self.cattrs)
        self.cattrs.register_structure_hook_factory(_is_list, self._list_hook)
        self.cattrs.register_structure_hook_factory(_is_map, self._map_hook)
        self.cattrs.register_structure_hook_factory(_is_model, self._model_hook)
        self.cattrs.register_structure_hook_factory(is_union, self._union_hook)
        self.cattrs.register_unstructure_hook_factory(_is_model, self._unstructure_model)

    def hook_of(self, type_form: Any) -> StructureHook:
        """The hook that reads a type."""
        if type_form in self._being_compiled:  # a class that contains itself
            return lambda value, _: self.cattrs.get_structure_hook(type_form)(value, type_form)
        return self.cattrs.get_structure_hook(type_form)

    def _union_hook(self, union: Any) -> StructureHook:
        return structure_union(union, self.hook_of, self._explain)

    def _model_hook(self, cls: type[Model]) -> StructureHook:
        self._being_compiled.add(cls)
        try:
            attrs.resolve_types(cls)
            overrides: dict[str, Any] = {
                a.name: override(rename=wire_name(a), struct_hook=self._placed(f".{wire_name(a)}", a.type))
                for a in attrs.fields(cls)
            }
        finally:
            self._being_compiled.discard(cls)
        read = make_dict_structure_fn(cls, self.cattrs, _cattrs_detailed_validation=False, **overrides)
        required = [wire_name(a) for a in attrs.fields(cls) if a.default is attrs.NOTHING]
        # With a required field, anything but an object fails by itself.
        return _checked(read, required) if self._tells_places or not required else read

    def _placed(self, place: str, type_form: Any) -> StructureHook:
        hook = self.hook_of(type_form)
        return at(place, hook) if self._tells_places else hook

    def _list_hook(self, type_form: Any) -> StructureHook:
        (item,) = get_args(type_form)
        hook = self.hook_of(item)

        def read(value: Any, _: Any) -> list[Any]:
            if value.__class__ is not list:
                raise expected("a list", value)
            return [hook(v, item) for v in value]

        def read_placed(value: Any, _: Any) -> list[Any]:
            if value.__class__ is not list:
                raise expected("a list", value)
            return [at(f"[{i}]", hook)(v, item) for i, v in enumerate(value)]

        return read_placed if self._tells_places else read

    def _map_hook(self, type_form: Any) -> StructureHook:
        _, item = get_args(type_form)
        hook = self.hook_of(item)

        def read(value: Any, _: Any) -> dict[str, Any]:
            if value.__class__ is not dict:
                raise expected("an object", value)
            return {key: at(f"[{key!r}]", hook)(v, item) for key, v in value.items()}

        return read

    def _unstructure_model(self, cls: type[Model]) -> Any:
        attrs.resolve_types(cls)
        overrides: dict[str, Any] = {
            a.name: override(
                rename=wire_name(a),
                # An absent optional field of an answer is None, of a request UNSET. A real default is sent.
                omit_if_default=a.default is UNSET or a.default is None,
                unstruct_hook=None if a.type in (str, int, bool) else self.cattrs.unstructure,
            )
            for a in attrs.fields(cls)
        }
        write = make_dict_unstructure_fn(cls, self.cattrs, **overrides)
        tag = tag_of(cls)
        # The class writes its tag, not the union: so it is there wherever the class stands.
        if tag is None:
            return write

        def write_tagged(model: Model) -> dict[str, Any]:
            return {**write(model), "_type": tag}

        return write_tagged


def wire_name(attribute: "attrs.Attribute[Any]") -> str:
    """The name of a field on the wire: camelCase, unless the field says otherwise."""
    given: str | None = attribute.metadata.get(WIRE_NAME)
    if given is not None:
        return given
    first, *rest = attribute.name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def _checked(read: StructureHook, required: list[str]) -> StructureHook:
    def checked(value: Any, type_form: Any) -> Any:
        if value.__class__ is not dict:
            raise expected("an object", value)
        for name in required:
            if name not in value:
                raise MismatchError("required, but absent", f".{name}")
        return read(value, type_form)

    return checked


def _is_list(type_form: Any) -> bool:
    return get_origin(type_form) is list


def _is_map(type_form: Any) -> bool:
    return get_origin(type_form) in (dict, Mapping)


def _is_model(type_form: Any) -> bool:
    return isinstance(type_form, type) and issubclass(type_form, Model) and type_form is not Unknown
