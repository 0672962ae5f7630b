"""Tasks that run beside the call that started them."""

import asyncio
import contextvars
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def start_task(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Start a task that carries nothing of the caller who happens to start it.

    Args:
        work: what it does.

    Returns:
        The task.
    """
    loop = asyncio.get_running_loop()
    # Not `create_task(context=…)`: the program's own task factory may not know that option.
    return contextvars.Context().run(loop.create_task, work)


def ignore_failure(task: asyncio.Task[Any]) -> None:
    """Keep asyncio from reporting the error of a task that nobody may come for: a callback for when it is done.

    Args:
        task: the task.
    """
    if not task.cancelled():
        task.exception()
