"""Runs the recipes of the documentation as programs, as a user does."""

import asyncio
import os
import sys
from pathlib import Path

import attrs

from dixa_async.testing import FakeDixa

RECIPES = Path(__file__).parents[2] / "docs" / "recipes"


@attrs.frozen
class Ended:
    """The exit status and the output of a program."""

    status: int
    out: str
    err: str


class Program:
    """A recipe that runs against a server.

    Args:
        server: the server.
        arguments: the file name of the recipe, and its arguments.
        variables: further environment variables.
    """

    def __init__(self, server: FakeDixa, *arguments: object, variables: dict[str, str] | None = None) -> None:
        self._command = [sys.executable, str(RECIPES / str(arguments[0])), *map(str, arguments[1:])]
        self._environment = {
            **os.environ,
            "DIXA_API_KEY": server.api_key,
            "DIXA_BASE_URL": server.url,
            "DIXA_RATE_LIMIT": "1000",
            **(variables or {}),
        }

    async def start(self) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(*self._command, stdout=pipe, stderr=pipe, env=self._environment)

    async def run(self) -> Ended:
        process = await self.start()
        try:
            out, err = await asyncio.wait_for(process.communicate(), 100)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return Ended(process.returncode or 0, out.decode(), err.decode())
