"""A client that openapi-python-client generates from Dixa's description, into a temporary directory.

The generator refuses parts of the whole description: schemas with the same title get the same class. So it gets the
operations that are measured, with what they need, and without titles.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ..helpers import description
from .programs.calls import GENERATED_MODULES, GENERATED_PACKAGE

_OPERATIONS: Final = {
    "/beta/conversations/{conversationId}": "get",
    "/beta/conversations/{conversationId}/messages": "get",
    "/beta/endusers": "get",
    "/beta/search/conversations": "post",
}


class NotGeneratedError(Exception):
    """The client cannot be generated; the message says why."""


@contextmanager
def generated() -> Iterator[Path]:
    """The client, as long as it is needed.

    Returns:
        The folder to import it from.

    Raises:
        NotGeneratedError: there is no description, or the generator fails on it.
    """
    file = description.find(description.DESCRIPTION)
    if not file.is_file():
        raise NotGeneratedError(f"no description at {file}: {description.VARIABLE} can name another place")
    with tempfile.TemporaryDirectory() as directory:
        _generate(Path(directory))
        yield Path(directory)


def _generate(directory: Path) -> None:
    source, config = directory / "description.json", directory / "config.yaml"
    try:
        source.write_text(json.dumps(subset(description.description())))
    except KeyError as missing:
        raise NotGeneratedError(f"the description has no {missing}") from missing
    config.write_text("post_hooks: []\n")
    command = [
        *(sys.executable, "-m", "openapi_python_client", "generate", "--path", str(source), "--config", str(config)),
        *("--meta", "none", "--output-path", str(directory / GENERATED_PACKAGE)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    api = directory / GENERATED_PACKAGE / "api"
    modules = [api / f"{module.replace('.', '/')}.py" for module, _ in GENERATED_MODULES.values()]
    if done.returncode != 0 or not all(module.exists() for module in modules):
        said = (done.stdout + done.stderr).strip().splitlines()
        raise NotGeneratedError(f"openapi-python-client failed: {said[-1] if said else done.returncode}")


def subset(whole: Mapping[str, Any]) -> dict[str, Any]:
    """The operations that are measured, and the schemas that they reach."""
    paths: dict[str, Any] = {}
    for path, method in _OPERATIONS.items():
        operation = whole["paths"][path][method]
        responses = {status: each for status, each in operation["responses"].items() if status.startswith("2")}
        paths[path] = {method: {**operation, "responses": responses}}
    schemas: dict[str, Any] = {}
    needed = list(_references(paths))
    while needed:
        name = needed.pop()
        if name not in schemas:
            schema = whole["components"]["schemas"][name]
            schemas[name] = {key: value for key, value in schema.items() if key != "title"}
            needed += _references(schema)
    info = {"title": "Dixa", "version": "1"}
    return {"openapi": whole["openapi"], "info": info, "paths": paths, "components": {"schemas": schemas}}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(reference := value.get("$ref"), str):
            yield reference.rsplit("/", 1)[1]
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)
