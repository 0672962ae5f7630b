"""Errors as text: in full for journals and inboxes, and without their messages, which can be personal, for logs."""

import traceback
from collections import deque
from pathlib import Path

_MOST_ERRORS, _MOST_FRAMES = 20, 50


def describe_error(error: BaseException) -> str:
    """The type and the message of an error, whose `__str__` may raise. It can be personal: it is not for logs.

    Args:
        error: the error.

    Returns:
        The description.
    """
    try:
        return f"{type(error).__name__}: {error}"
    except Exception as str_error:
        return f"{type(error).__name__} (its message cannot be read: {type(str_error).__name__})"


def place_of(error: BaseException) -> str:
    """The class of an error and where it was raised, or where this package was called that raised it, for logs.

    Args:
        error: the error.

    Returns:
        One line.
    """
    frames = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    if not frames:
        return type(error).__name__
    # An error of a call is raised deep in this package: what helps is the line of the program that made the call.
    package = f"{__package__}."
    outside = [place for place in frames if not str(place[0].f_globals.get("__name__")).startswith(package)]
    frame, line = (outside or frames)[-1]
    return f"{type(error).__name__} at {Path(frame.f_code.co_filename).name}:{line}"


def stack_of(error: BaseException) -> str:
    """The classes of an error, of its causes and of the errors in it, and where they were raised, for logs.

    Args:
        error: the error.

    Returns:
        Lines, without any text of the errors and without any line of the program.
    """
    lines: list[str] = []
    known = {id(error)}
    waiting: deque[tuple[str, BaseException]] = deque([("", error)])
    for _ in range(_MOST_ERRORS):
        if not waiting:
            break
        relation, each = waiting.popleft()
        lines.append(f"{relation}{type(each).__module__}.{type(each).__qualname__}")
        frames = [(frame.f_code, line) for frame, line in traceback.walk_tb(each.__traceback__)]
        lines += [f"  {code.co_filename}:{line} in {code.co_name}" for code, line in frames[-_MOST_FRAMES:]]
        for name, other in _related(each):
            if id(other) not in known:
                known.add(id(other))
                waiting.append((name, other))
    return "\n".join(lines)


def _related(error: BaseException) -> list[tuple[str, BaseException]]:
    found: list[tuple[str, BaseException]] = []
    if isinstance(error, BaseExceptionGroup):
        found += [("with ", each) for each in error.exceptions]  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if error.__cause__ is not None:
        found.append(("caused by ", error.__cause__))
    elif error.__context__ is not None and not error.__suppress_context__:
        found.append(("during ", error.__context__))
    return found
