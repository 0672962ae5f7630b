"""Tasks that are independent of the call that started them."""

import asyncio
import contextvars
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def start_task(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Start a task with an empty context, instead of that of the caller who happens to start it.

    Args:
        work: the coroutine to run.

    Returns:
        The task.
    """
    loop = asyncio.get_running_loop()
    # Not `create_task(context=…)`: a custom task factory may not support that argument.
    return contextvars.Context().run(loop.create_task, work)


def ignore_failure(task: asyncio.Task[Any]) -> None:
    """A done callback that keeps asyncio from reporting the error of a task that may never be awaited.

    Args:
        task: the task.
    """
    if not task.cancelled():
        task.exception()
