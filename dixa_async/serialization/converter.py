"""cattrs converters for Dixa's JSON.

There are three modes of reading, each a converter with the same hooks:

- fast: used for nearly every response. Its errors have no path.
- explaining: the same with paths, run on data that the fast one could not read.
- strict: also with paths, and a union accepts only the members that it knows. It checks requests.

Values are written by their class, in the same way in all three.

No hook is made before it is needed: compiling all models takes longer than importing aiohttp.
"""

import enum
from collections.abc import Iterator, Mapping, Sequence
from types import GenericAlias
from typing import Any, get_args, get_origin

from cattrs import Converter

from .classes import field_types, is_model
from .constructed import has_plain_init, make_constructor_hook
from .primitives import is_closed_enum, read_member, register_primitives, register_strict_primitives
from .readers import make_reader
from .type_forms import check_fields
from .unions import Explain, is_union, structure_union
from .unknowns import is_unknown, keep_unknown
from .validation_error import StructureHook, at, expected
from .writers import Writer, Writers


class ReadMode(enum.Enum):
    """How a converter reads. See the module."""

    FAST = enum.auto()
    EXPLAINING = enum.auto()
    STRICT = enum.auto()


class DixaConverter:
    """A cattrs converter that knows `Model` classes, unions, lists and maps.

    Args:
        mode: how it reads.
        explain: returns why a value does not fit, for the `reason` of an `Unknown`.
    """

    def __init__(self, mode: ReadMode, explain: Explain) -> None:
        self._adds_paths = mode is not ReadMode.FAST
        self._explain = None if mode is ReadMode.STRICT else explain
        self._hooks: dict[Any, StructureHook] = {}
        self._being_compiled: set[Any] = set()
        self._readable: set[Any] = set()
        self._writable: set[Any] = set()
        self.cattrs: Converter = Converter(detailed_validation=False)
        self._writers = Writers(self.cattrs)
        register_primitives(self.cattrs)
        if mode is ReadMode.STRICT:
            register_strict_primitives(self.cattrs)
        self._factories = (
            (is_model, self._model_hook),
            (_is_list, self._list_hook),
            (is_union, self._union_hook),
            (_is_map, self._map_hook),
            (_is_sequence, self._sequence_hook),
            (is_unknown, self._unknown_hook),
        )
        for handles, make in self._factories:  # for types that cattrs reads itself, and that hold such types
            self.cattrs.register_structure_hook_factory(handles, make)
        # For classes that cattrs writes itself, such as a page, and that hold models.
        self.cattrs.register_unstructure_hook_factory(is_model, self._writer_of)

    def _writer_of(self, cls: Any) -> Writer:
        return self._writers[cls]

    def hook_of(self, type_form: Any) -> StructureHook:
        """The hook that reads a type."""
        hook = self._hooks.get(type_form)
        if hook is not None:
            return hook
        if type_form in self._being_compiled:  # a class that contains itself

            def later(value: Any, _: Any = None) -> Any:
                return self.hook_of(type_form)(value, type_form)

            return later
        hook = self._hooks[type_form] = self._make_hook(type_form)
        return hook

    def _make_hook(self, type_form: Any) -> StructureHook:
        if is_closed_enum(type_form):  # cattrs would read one that is a str, too, as a plain str
            return read_member
        # cattrs would first compare the base classes of each type with those that it knows: 8 % of a preload.
        for handles, make in self._factories:
            if handles(type_form):
                return make(type_form)
        return self.cattrs.get_structure_hook(type_form)

    def prepare(self, type_form: Any) -> None:
        """Compile the hooks that read a type and all types that it consists of."""
        for part in self._parts(type_form, self._readable):
            if _is_list(part) or is_model(part):
                self.hook_of(part)

    def prepare_writing(self, type_form: Any) -> None:
        """Compile the functions that write a type and all types that it consists of."""
        for part in self._parts(type_form, self._writable):
            if is_model(part):
                _ = self._writers[get_origin(part) or part]

    def _parts(self, type_form: Any, seen: set[Any]) -> Iterator[Any]:
        """A type and all types that it consists of, without those that were seen before."""
        if type_form in seen:
            return
        seen.add(type_form)
        yield type_form
        for part in field_types(type_form).values() if is_model(type_form) else get_args(type_form):
            yield from self._parts(part, seen)

    def write(self, value: Any) -> tuple[Any, bool]:
        """Write a value by its class; see `Writers.write`."""
        return self._writers.write(value)

    def _union_hook(self, union: Any) -> StructureHook:
        return structure_union(union, self.hook_of, self._explain)

    def _unknown_hook(self, cls: Any) -> StructureHook:
        def keep(value: Any, _: Any = None) -> Any:
            return keep_unknown(cls, value, self.hook_of)

        return keep

    def _model_hook(self, cls: Any) -> StructureHook:
        check_fields(cls)
        self._being_compiled.add(cls)
        try:
            if self._adds_paths or not has_plain_init(cls):
                return make_constructor_hook(cls, field_types(cls), self.hook_of, strict=self._explain is None)
            return make_reader(cls, field_types(cls), self.hook_of)
        finally:
            self._being_compiled.discard(cls)

    def _list_hook(self, type_form: Any) -> StructureHook:
        (item,) = get_args(type_form)
        if self._adds_paths:
            return self._list_hook_with_path(item)
        if item is str:
            return _read_strings
        hook = self.hook_of(item)
        by_tag: Mapping[str, StructureHook] | None = getattr(hook, "by_tag", None)
        if by_tag is not None:
            return _tagged_list_hook(hook, item, by_tag)

        def read(value: Any, _: Any = None) -> list[Any]:
            if value.__class__ is not list:
                raise expected("a list", value)
            return [hook(v, item) for v in value]

        return read

    def _list_hook_with_path(self, item: Any) -> StructureHook:
        hook = self.hook_of(item)

        def read_with_path(value: Any, _: Any) -> list[Any]:
            if value.__class__ is not list:
                raise expected("a list", value)
            return [at(f"[{i}]", hook)(v, item) for i, v in enumerate(value)]

        return read_with_path

    def _sequence_hook(self, type_form: Any) -> StructureHook:
        """The hook of other sequence types, which are lists in JSON."""
        listed: Any = GenericAlias(list, get_args(type_form)[:1])
        hook = self.hook_of(listed)

        def read_tuple(value: Any, _: Any = None) -> tuple[Any, ...]:
            return tuple(hook(value, listed))

        return read_tuple if get_origin(type_form) is tuple else hook

    def _map_hook(self, type_form: Any) -> StructureHook:
        _, item = get_args(type_form)
        hook = self.hook_of(item)

        def read(value: Any, _: Any = None) -> dict[str, Any]:
            if value.__class__ is not dict:
                raise expected("an object", value)
            return {key: hook(v, item) for key, v in value.items()}

        def read_with_path(value: Any, _: Any = None) -> dict[str, Any]:
            if value.__class__ is not dict:
                raise expected("an object", value)
            return {key: at(f"[{key!r}]", hook, "[...]")(v, item) for key, v in value.items()}

        return read_with_path if self._adds_paths else read


def _read_strings(value: Any, _: Any = None) -> list[Any]:
    if value.__class__ is not list:
        raise expected("a list", value)
    "".join(value)  # accepts only strings, and checks them faster than a loop
    return value


def _tagged_list_hook(hook: StructureHook, item: Any, by_tag: Mapping[str, StructureHook]) -> StructureHook:
    """The hook of a list of members of a union, which are found by their tags without a call."""

    def read(value: Any, _: Any = None) -> list[Any]:
        if value.__class__ is not list:
            raise expected("a list", value)
        items: list[Any] = []
        for v in value:
            try:
                items.append(by_tag[v["_type"]](v, None))
            except Exception:  # not a member that was seen before, or it does not fit
                items.append(hook(v, item))
        return items

    return read


def _is_list(type_form: Any) -> bool:
    return get_origin(type_form) is list


def _is_sequence(type_form: Any) -> bool:
    return get_origin(type_form) is Sequence or (get_origin(type_form) is tuple and get_args(type_form)[1:] == (...,))


def _is_map(type_form: Any) -> bool:
    return get_origin(type_form) in (dict, Mapping)
