"""Compares examples of the description with the models that the package makes of them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from dixa_async import Model, Page, Unknown
from dixa_async.models.base import wire_fields
from dixa_async.serialization import ValidationError
from dixa_async.serialization.times import parse_time
from dixa_async.serialization.unions import tag_of

from ..helpers.description import Schema
from ..helpers.type_forms import fields_of
from .deviations import settled


def tagged_sites(value: Any, model: Any, where: str = "$") -> Iterator[str]:
    """Walk through JSON and the models made of it, and check that each `_type` became its class.

    Args:
        value: the JSON.
        model: what was made of it.
        where: the place of both.

    Yields:
        The places where a `_type` was.
    """
    assert not isinstance(model, Unknown), f"{where}: {model.reason or model.type}"
    if isinstance(value, list):
        for i, (item, item_model) in enumerate(zip(value, model, strict=True)):
            yield from tagged_sites(item, item_model, f"{where}[{i}]")
    elif isinstance(value, dict) and isinstance(model, Model):
        if tag_of(type(model)) is not None and "_type" in value:
            assert tag_of(type(model)) == value["_type"], where
            yield where
        for name, field in fields_of(type(model)).items():
            if value.get(name) is not None:
                yield from tagged_sites(value[name], getattr(model, field.name), f"{where}.{name}")
    elif isinstance(value, dict) and isinstance(model, dict):
        for name, item in value.items():
            yield from tagged_sites(item, model[name], f"{where}.{name}")


def described_sites(value: Any, schema: Schema, where: str = "$") -> Iterator[str]:
    """The places in JSON where the contract has a union and a `_type` is, found without the package's own types.

    Args:
        value: the JSON.
        schema: what the contract says of it.
        where: the place.

    Yields:
        Places.
    """
    schema = settled(schema)
    match schema["kind"], value:
        case "array", list():
            for i, item in enumerate(value):
                yield from described_sites(item, schema["items"], f"{where}[{i}]")
        case "map", dict():
            for name, item in value.items():
                yield from described_sites(item, schema["value"], f"{where}.{name}")
        case "object", dict():
            for name, field in schema["fields"].items():
                yield from described_sites(value.get(name), field, f"{where}.{name}")
        case "union", {"_type": tag}:
            yield where
            yield from described_sites(value, {"kind": "object", "schema": schema["members"][tag]}, where)
        case "one_of", _:
            for option in schema["options"]:
                yield from described_sites(value, option, where)


def unknowns(model: object) -> list[Unknown]:
    """Every `Unknown` in models and in lists, maps and pages of them."""
    if isinstance(model, Unknown):
        return [model]
    if isinstance(model, Model):
        parts: list[object] = [getattr(model, attribute.name) for attribute in wire_fields(type(model))]
    elif isinstance(model, dict):
        parts = list(model.values())
    else:
        parts = list(model) if isinstance(model, list | Page) else []
    return [unknown for part in parts for unknown in unknowns(part)]


def differences(before: Any, after: Any, where: str = "$") -> Iterator[str]:
    """The places where JSON that went in differs from the JSON that came out.

    A null may be omitted, and a time may be written in another way.

    Args:
        before: what went in.
        after: what came out.
        where: the place of both.

    Yields:
        Places.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        kept = {name for name, value in before.items() if value is not None or name in after}
        for name in sorted(kept | after.keys()):
            if name in before and name in after:
                yield from differences(before[name], after[name], f"{where}.{name}")
            else:
                yield f"{where}.{name}"
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for i, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from differences(one, other, f"{where}[{i}]")
    elif before != after and (_time(before) is None or _time(before) != _time(after)):
        yield where


def _time(value: Any) -> datetime | None:
    try:
        return parse_time(value)
    except ValidationError:
        return None
