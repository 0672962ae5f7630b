"""Lists of which some items cannot be read: what can be read of them all the same."""

import asyncio
from typing import Any, get_args, get_origin

import attrs

from .errors import CallInfo, UnreadableItem
from .serialization import SLICE_SIZE, Serializer, ValidationError


@attrs.frozen
class PartialList:
    """A list that was read item by item."""

    items: list[Any]
    """Those that could be read, in their order."""
    faults: list[tuple[Any, ValidationError]]
    """The others, as JSON, and what is wrong with each."""
    rest: Any
    """The response without what is under the envelope, as JSON."""

    def unreadable(self, call: CallInfo) -> tuple[UnreadableItem, ...]:
        """The items that could not be read, as the user sees them."""
        return tuple(
            UnreadableItem(call=call, path=problem.path, reason=problem.reason, raw=value)
            for value, problem in self.faults
        )


async def read_item_by_item(
    serializer: Serializer, body: bytes, type_form: Any, envelope: str | None
) -> PartialList | None:
    """Read a list of which some items do not fit. Other tasks of the event loop run in between if it is large.

    Args:
        serializer: what reads it.
        body: the bytes of a response.
        type_form: what it should be.
        envelope: the key under which it is; None: it is the whole response.

    Returns:
        What can be read; None if it is not the items that do not fit, or if it should be no list.
    """
    if get_origin(type_form) is not list:
        return None
    try:
        rest = serializer.load(body)
    except ValidationError:
        return None
    values = _take(rest, envelope)
    if values is None:
        return None
    found = PartialList([], [], rest)
    for number, value in enumerate(values):
        if number and number % SLICE_SIZE == 0:
            await asyncio.sleep(0)
        try:
            found.items.append(serializer.structure(value, get_args(type_form)[0]))
        except ValidationError as problem:
            fault = problem.within(f"[{number}]")
            found.faults.append((value, fault if envelope is None else fault.within(f".{envelope}")))
    return found if found.faults else None


def _take(response: Any, envelope: str | None) -> list[Any] | None:
    """Take the list out of a response; None if there is none."""
    found = response
    if envelope is not None:
        found = response.pop(envelope, None) if response.__class__ is dict else None
    return found if found.__class__ is list else None
