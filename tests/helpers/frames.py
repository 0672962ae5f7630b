"""Finds what an error report would show of the local variables of our functions."""

import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import dixa_async

_PACKAGE = str(Path(dixa_async.__file__).parent)


def shown_in_frames(error: BaseException | None, secret: str) -> list[str]:
    """The variables of our own functions that show a secret, directly or through their attributes.

    Args:
        error: an error with its traceback; the errors that led to it are checked, too.
        secret: what must not be shown.
    """
    return [
        f"{frame.f_code.co_qualname}: {place}"
        for frame in _our_frames(error)
        for name, value in frame.f_locals.items()
        for place, part in _parts(name, value)
        if secret in _text(part)
    ]


def _text(value: object) -> str:
    try:
        return repr(value)
    except AttributeError:  # it is not ready yet
        return ""


def _our_frames(error: BaseException | None) -> Iterator[FrameType]:
    seen = set[int]()
    links = [error]
    while links:
        link = links.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        links += [link.__cause__, link.__context__]
        for frame, _ in traceback.walk_tb(link.__traceback__):
            if frame.f_code.co_filename.startswith((_PACKAGE, "<attrs generated")):
                yield frame


def _parts(name: str, value: object) -> Iterator[tuple[str, object]]:
    yield name, value
    slots = {slot for cls in type(value).__mro__ for slot in getattr(cls, "__slots__", ())}
    for attribute in slots | set(getattr(value, "__dict__", ())):
        if isinstance(attribute, str) and hasattr(value, attribute):
            yield f"{name}.{attribute}", getattr(value, attribute)
