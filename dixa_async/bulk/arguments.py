"""Checks of what a job is given to call, and to call it for."""

import inspect
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from typing import TypeVar

from ..errors import ConfigurationError

Argument = TypeVar("Argument")
Value = TypeVar("Value")


def check_call(call: object) -> None:
    """Refuse what cannot be called for an input, or gives nothing to wait for.

    Args:
        call: what a job is to call.

    Raises:
        ConfigurationError: it is no async function.
    """
    if inspect.isawaitable(call) or not callable(call):
        kind = type(call).__name__
        raise ConfigurationError(f"call must be an async function that takes an input, not a {kind}: pass it uncalled")
    if inspect.isgeneratorfunction(call) or inspect.isasyncgenfunction(call) or inspect.isbuiltin(call):
        raise ConfigurationError(f"call must be an async function that can be awaited, which {call!r} is not")


def check_inputs(inputs: object) -> None:
    """Refuse what is no collection of inputs.

    Args:
        inputs: the inputs of a job.

    Raises:
        ConfigurationError: they are a text, of which each character would be an input, or cannot be iterated over.
    """
    is_text = isinstance(inputs, str | bytes | bytearray | memoryview)
    if is_text or not isinstance(inputs, Iterable | AsyncIterable):
        kind = type(inputs).__name__  # pyright: ignore[reportUnknownArgumentType]
        raise ConfigurationError(f"inputs must be a list, a generator or an async iterator of inputs, not a {kind}")


async def await_call(call: Callable[[Argument], Awaitable[Value]], argument: Argument) -> Value:
    """Call a function, and wait for what it returns.

    Args:
        call: the function.
        argument: what it is called with.

    Returns:
        The value.

    Raises:
        ConfigurationError: it is no async function.
    """
    found: object = call(argument)
    if not isinstance(found, Awaitable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError(f"call must be an async function, and it returned {type(found).__name__} at once")
    value: Value = await found
    return value
