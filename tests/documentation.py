"""Runs every Python example of the documentation, as a pytest plugin: ``pytest -p tests.documentation docs README.md``.

The examples talk to a FakeDixa in its own thread, since some of them start an event loop. They may use `await` at
the top level; names that an example defines are available in the later examples of its page. Examples of the reference
have a client, and a conversation.
"""

import ast
import asyncio
import inspect
import math
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, SkipParser

from dixa_async import DixaClient
from dixa_async.testing import FakeDixa


def set_up(namespace: dict[str, Any]) -> None:
    """Give a page its FakeDixa, its event loop, a directory, and the environment that points to them."""
    namespace["_server"] = server = FakeDixa(exports_per_minute=math.inf).__enter__()
    namespace["_loop"] = asyncio.new_event_loop()
    namespace["_directory"] = directory = tempfile.TemporaryDirectory()
    namespace["_directory_before"] = Path.cwd()
    os.chdir(directory.name)  # for the files that examples make
    os.environ.update(DIXA_API_KEY=server.api_key, DIXA_BASE_URL=server.url, DIXA_EXPORTS_PER_MINUTE="inf")


def set_up_reference(namespace: dict[str, Any]) -> None:
    """The same for a page of the reference, and what its examples have in common."""
    set_up(namespace)
    server: FakeDixa = namespace["_server"]
    namespace["dixa"] = DixaClient()
    namespace["conversation_id"] = server.add_email(server.end_users[0], "My order", ["Where is it?"]).id


def tear_down(namespace: dict[str, Any]) -> None:
    """Undo what `set_up` did."""
    client = namespace.get("dixa")
    if client is not None:
        namespace["_loop"].run_until_complete(client.aclose())
    namespace["_loop"].close()
    os.chdir(namespace["_directory_before"])
    namespace["_directory"].cleanup()
    namespace["_server"].__exit__(None, None, None)
    for name in ("DIXA_API_KEY", "DIXA_BASE_URL", "DIXA_EXPORTS_PER_MINUTE"):
        os.environ.pop(name)


def run_example(example: Example) -> None:
    """Run one code block."""
    # Keep line numbers as they are in the page, so that a traceback points to it.
    source = "\n" * (example.line + example.parsed.line_offset) + example.parsed
    code = compile(source, example.path, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    example.namespace.setdefault("__name__", "__main__")
    result = eval(code, example.namespace)
    if inspect.iscoroutine(result):
        example.namespace["_loop"].run_until_complete(result)


def examples_of(*patterns: str, setup: Callable[[dict[str, Any]], None]) -> Sybil:
    """The examples of some pages."""
    return Sybil(
        parsers=[CodeBlockParser("python", run_example), SkipParser()],
        path=str(Path(__file__).resolve().parents[1]),
        patterns=list(patterns),
        setup=setup,
        teardown=tear_down,
    )


_GUIDES = examples_of("README.md", "docs/*.md", setup=set_up)
_REFERENCE = examples_of("docs/reference/*.md", setup=set_up_reference)
pytest_collect_file = (_GUIDES + _REFERENCE).pytest()
