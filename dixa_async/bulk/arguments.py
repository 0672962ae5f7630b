"""Checks of the function and the inputs of a job."""

import inspect
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from typing import TypeVar

from ..errors import ConfigurationError

Argument = TypeVar("Argument")
Value = TypeVar("Value")


def check_call(call: object) -> None:
    """Check that `call` is an async function.

    Args:
        call: the function of a job.

    Raises:
        ConfigurationError: it is not an async function.
    """
    if inspect.isawaitable(call) or not callable(call):
        name = type(call).__name__
        raise ConfigurationError(f"call must be an async function that takes an input, not a {name}: pass it uncalled")
    if inspect.isgeneratorfunction(call) or inspect.isasyncgenfunction(call) or inspect.isbuiltin(call):
        raise ConfigurationError(f"call must be an async function, which {call!r} is not")


def check_inputs(inputs: object) -> None:
    """Check that `inputs` can be iterated over.

    Args:
        inputs: the inputs of a job.

    Raises:
        ConfigurationError: they cannot be iterated over, or are a str or bytes.
    """
    is_text = isinstance(inputs, str | bytes | bytearray | memoryview)
    if is_text or not isinstance(inputs, Iterable | AsyncIterable):
        name = type(inputs).__name__  # pyright: ignore[reportUnknownArgumentType]
        raise ConfigurationError(f"inputs must be a list, a generator or an async iterator of inputs, not a {name}")


async def await_call(call: Callable[[Argument], Awaitable[Value]], argument: Argument) -> Value:
    """Call an async function.

    Args:
        call: the function.
        argument: its argument.

    Returns:
        Its result.

    Raises:
        ConfigurationError: it is not an async function.
    """
    returned: object = call(argument)
    if not isinstance(returned, Awaitable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError(
            f"call must be an async function, but returned {type(returned).__name__} instead of an awaitable"
        )
    value: Value = await returned
    return value
