"""Explains operations: what they do, their arguments, and the JSON that these take."""

import enum
import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import NoneType
from typing import Any, Final, Literal, SupportsIndex, TypeVar, get_args, get_origin

import attrs

from ...models.base import Model, Unknown, Unset, wire_fields
from ...serialization.classes import field_types, wire_name
from ...serialization.unions import tag_of
from ...serialization.unknowns import tag_key_of
from .methods import Method, all_methods
from .values import json_form, members

_MAX_MODELS: Final = 25
"""Models whose fields are shown."""
_WIDTH: Final = 100
_NAMES: Final[Mapping[Any, str]] = {
    bool: "true | false",
    datetime: "time such as 2026-01-31T12:00:00Z",
    Any: "JSON",
    object: "JSON",
}


def listed(patterns: Sequence[str]) -> Iterator[str]:
    """All operations with their first line.

    Args:
        patterns: what the name holds, all of it; case is ignored.

    Yields:
        A line for each.
    """
    found = [each for each in all_methods() if all(part.lower() in each.name.lower() for part in patterns)]
    if not found:
        yield f"no operation has {' and '.join(map(repr, patterns))} in its name"
    width = max((len(each.name) for each in found), default=0)
    for each in found:
        yield f"{each.name:{width}}  {each.summary}".rstrip()


def described(method: Method, program: str) -> list[str]:
    """Explain an operation.

    Args:
        method: its method.
        program: how ``call`` was called.

    Returns:
        The lines.
    """
    parameters = method.parameters
    needed = [name for name, each in parameters.items() if each.default is inspect.Parameter.empty]
    usage = " ".join([f"usage: {program} {method.name}", *(f"{name}=…" for name in needed), "[options]"])
    lines = [f"{method.name}: {method.summary}".removesuffix(": "), "", *_wrapped(usage, "", "    ")]
    if parameters:
        lines += ["", "arguments:"]
    texts = _argument_texts(method.docstring)
    for name, each in parameters.items():
        optional = "" if name in needed else ", optional"
        lines += _wrapped(f"{name}  ({type_name(json_form(each.annotation))}{optional})", "  ", "      ")
        lines += _wrapped(texts.get(name, ""), "      ", "      ")
    models = _models_in(json_form(each.annotation) for each in parameters.values())
    if models:
        lines += ["", "JSON, with ? after what can be left out:"]
        for model in models:
            lines += _wrapped(_fields(model), "  ", "      ")
    if method.returns not in (None, NoneType):
        lines += ["", *_wrapped(f"prints {type_name(method.returns)}, as JSON", "", "      ")]
    if method.requests:
        lines += ["", *_wrapped(f"sends {', '.join(method.requests)}", "", "      ")]
    return lines


def _wrapped(text: str, first: str, following: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=following, break_long_words=False, break_on_hyphens=False
    )


def type_name(type_form: Any) -> str:
    """What a type is called on the command line.

    Args:
        type_form: the type.

    Returns:
        Such as ``conversation ID``, ``list of TagName`` or ``Email | Chat``.
    """
    parts: list[Any] = [each for each in members(type_form) if each is not Unset and not _is_unknown(each)]
    if SupportsIndex in parts:
        return "conversation ID"
    if len(parts) != 1:
        return " | ".join(dict.fromkeys(map(type_name, parts)))
    form = parts[0]
    origin, arguments = get_origin(form), get_args(form)
    if origin is Literal:
        return " | ".join(map(str, arguments))
    if origin is not None and isinstance(origin, type) and not attrs.has(origin):
        inner = type_name(arguments[-1]) if arguments else "object"
        return f"object of {inner} by name" if origin.__name__ in ("dict", "Mapping") else f"list of {inner}"
    if isinstance(form, type) and issubclass(form, enum.Enum):
        return " | ".join(str(each.value) for each in form)
    return _NAMES.get(form) or _plain_name(form)


def _plain_name(form: Any) -> str:
    if isinstance(form, TypeVar):  # of a generic model, such as a list of whatever its field has
        return "JSON"
    return str(getattr(form, "__name__", form))


def _is_unknown(form: Any) -> bool:
    return isinstance(form, type) and issubclass(form, Unknown)


def _models_in(forms: Iterable[Any]) -> list[Any]:
    """The models in some types, and those in their fields, without repetition."""
    found = dict[Any, None]()
    waiting = list(forms)
    while waiting and len(found) < _MAX_MODELS:
        form = waiting.pop(0)
        origin = get_origin(form) or form
        if isinstance(origin, type) and issubclass(origin, Model) and not _is_unknown(origin):
            model: Any = origin
            if model not in found:
                found[model] = None
                waiting += field_types(model).values()
        else:
            waiting += get_args(form)
    return list(found)


def _fields(model: Any) -> str:
    tag = tag_of(model)
    parts = [] if tag is None else [f'"{tag_key_of(model)}": "{tag}"']
    types = field_types(model)
    for each in wire_fields(model):
        optional = "" if each.default is attrs.NOTHING else "?"
        parts.append(f"{wire_name(each)}{optional}: {type_name(types[each.name])}")
    return f"{model.__name__} {{{', '.join(parts)}}}"


def _argument_texts(docstring: str) -> dict[str, str]:
    """What a docstring says of each argument."""
    found = re.search(r"^Args:\n((?: {4}.*\n?|\n)+)", docstring, re.MULTILINE)
    if found is None:
        return {}
    entries = re.findall(r"^ {4}(\w+): (.+(?:\n {8}.+)*)", found[1], re.MULTILINE)
    return {name: " ".join(text.replace("`", "").split()) for name, text in entries}
