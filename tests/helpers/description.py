"""Dixa's own description of its API, and the contract that was derived from it.

They lie beside the project, in ``../shared/dixa``, or where the environment variable DIXA_OPENAPI says: a folder, or
the description itself. They are data to test against and no part of the project.

Without them, these tests are skipped, and the run says so at its end. In CI they fail, unless DIXA_OPENAPI is ``none``:
whoever sets that goes without them knowingly.
"""

import functools
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import attrs
import pytest
import yaml

VARIABLE = "DIXA_OPENAPI"
OPTED_OUT = "none"
DESCRIPTION = "openapi-beta.yaml"
CONTRACT = "contract.json"
PRISM = "prism"

_KNOWN = "4ce69e044044e69d297c4bc7580d70631c0e676a428e90eeb79b570f9358ba1b"
"""The fingerprint of the description of which totals are known."""

_BESIDE_THE_PROJECT = Path(__file__).parents[3] / "shared" / "dixa"

Schema: TypeAlias = Mapping[str, Any]
"""A schema as the contract writes it: a `kind`, and what belongs to that kind."""


def find(name: str) -> Path:
    """The path of a file of the description; it need not exist."""
    given = os.environ.get(VARIABLE)
    if not given:
        return _BESIDE_THE_PROJECT / name
    path = Path(given)
    if path.is_dir():
        return path / name
    if name == DESCRIPTION:
        return path
    beside = path.with_name(name)
    return beside if beside.exists() else _BESIDE_THE_PROJECT / name


def in_ci() -> bool:
    """Whether this run is unattended, so that nobody would notice a skipped test."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def missing() -> str | None:
    """Why there is nothing to test against, or None."""
    if os.environ.get(VARIABLE) == OPTED_OUT:
        return f"nothing is compared with Dixa's description, for {VARIABLE} is {OPTED_OUT!r}"
    absent = next((path for path in (find(DESCRIPTION), find(CONTRACT)) if not path.exists()), None)
    if absent is None:
        return None
    return (
        f"nothing is compared with Dixa's description: {absent} is absent;"
        f" {VARIABLE} can name another place, or {OPTED_OUT!r} to go without"
    )


def require() -> None:
    """Skip the calling test or module if there is nothing to test against; in CI, let it fail."""
    reason = missing()
    if reason is None:
        return
    if in_ci() and os.environ.get(VARIABLE) != OPTED_OUT:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason, allow_module_level=True)


def require_the_known_one() -> None:
    """Skip the calling test if the description is another version, which may contain more or less."""
    if hashlib.sha256(find(DESCRIPTION).read_bytes()).hexdigest() != _KNOWN:
        pytest.skip("the description is of another version, whose totals are not known")


@attrs.frozen
class DescribedOperation:
    """An operation of the contract."""

    id: str
    method: str
    path: str
    tags: frozenset[str]
    deprecated: bool
    path_params: Mapping[str, Schema]
    query_params: Mapping[str, Schema]
    request: Schema | None
    response: Schema

    @property
    def json_body(self) -> Schema | None:
        """The schema of the body that is sent, if it is JSON."""
        if self.request is None or self.request["content_type"] != "application/json":
            return None
        body: Schema = self.request["body"]
        return body

    @property
    def response_schema(self) -> Schema | None:
        """The schema of the content of the envelope, or of the whole response if there is no envelope."""
        if self.response["shape"] == "bare_list":
            return {"kind": "array", "items": self.response["items"]}
        data: Schema | None = self.response.get("data")
        return data

    @property
    def whole_response(self) -> Schema | None:
        """The schema of a response with its envelope."""
        if self.response_schema is None or self.response["shape"] == "bare_list":
            return self.response_schema
        return {"kind": "object", "schema": self.response["envelope"]}


@attrs.frozen
class Example:
    """An example of a request, or of a response with a status."""

    operation: str
    status: int | None
    """None for a request."""
    value: Any = attrs.field(repr=False)

    @property
    def is_error(self) -> bool:
        """Whether a call raises an error for the response."""
        return self.status is not None and self.status >= 400


@functools.cache
def description() -> dict[str, Any]:
    """The description, as it is written."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, Any] = yaml.load(find(DESCRIPTION).read_bytes(), Loader=loader)
    return loaded


@functools.cache
def _contract() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(find(CONTRACT).read_bytes())
    return loaded


@functools.cache
def operations() -> dict[str, DescribedOperation]:
    """The operations of the contract by their ids."""
    return {
        raw["id"]: DescribedOperation(
            id=raw["id"],
            method=raw["method"],
            path=raw["path"],
            tags=frozenset(raw["tags"]),
            deprecated=raw.get("deprecated", False),
            path_params=raw["path_params"],
            query_params=raw["query_params"],
            request=raw.get("request"),
            response=raw["response"],
        )
        for raw in _contract()["operations"]
    }


@functools.cache
def schemas() -> Mapping[str, Schema]:
    """The schemas of the contract by their names."""
    named: Mapping[str, Schema] = _contract()["schemas"]
    return {name: _with_enum_values(name, schema) for name, schema in named.items()}


def _with_enum_values(name: str, schema: Schema) -> Schema:
    """A schema with the enum values that the description lists for a list of texts; the contract leaves these out."""
    fields = dict(schema.get("fields", {}))
    properties = description()["components"]["schemas"].get(name, {}).get("properties", {})
    for field, form in fields.items():
        prose = properties.get(field, {}).get("description", "")
        values = re.fullmatch(r"values: \[(.+)\]", prose)
        if values and form["kind"] == "array" and form["items"] == {"kind": "string"}:
            fields[field] = {**form, "items": {"kind": "string", "enum": values[1].split(", ")}}
    return {**schema, "fields": fields} if fields else schema


def unions() -> dict[str, list[str]]:
    """The tags of each union of the contract."""
    return {name: sorted(schema["members"]) for name, schema in schemas().items() if schema["kind"] == "union"}


@functools.cache
def examples() -> dict[str, list[Example]]:
    """The examples of each operation, those of errors too."""
    found: dict[str, list[Example]] = {id_: [] for id_ in operations()}
    for item in description()["paths"].values():
        for raw in item.values():
            found[raw["operationId"]] += _examples_of(raw)
    return found


@functools.cache
def statuses() -> dict[str, frozenset[int]]:
    """The documented statuses of each operation."""
    return {
        raw["operationId"]: frozenset(int(status) for status in raw["responses"])
        for item in description()["paths"].values()
        for raw in item.values()
    }


def _examples_of(raw: Mapping[str, Any]) -> Iterator[Example]:
    for value in _values(raw.get("requestBody", {})):
        yield Example(raw["operationId"], None, value)
    for status, response in raw["responses"].items():
        for value in _values(response):
            yield Example(raw["operationId"], int(status), value)


def _values(holder: Mapping[str, Any]) -> Iterator[Any]:
    for content in holder.get("content", {}).values():
        if "example" in content:
            yield content["example"]
        for named in content.get("examples", {}).values():
            yield named["value"]
