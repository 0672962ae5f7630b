"""Lists with items that cannot be read: the items that can be read are kept."""

import asyncio
from typing import Any, get_args, get_origin

import attrs

from ..errors import CallInfo, UnreadableItem
from ..serialization import SLICE_SIZE, Serializer, ValidationError


@attrs.frozen
class PartialList:
    """A list that was read item by item."""

    items: list[Any]
    """The items that could be read, in their order."""
    faults: list[tuple[Any, ValidationError]]
    """The other items, as JSON, and what is wrong with each."""
    rest: Any
    """The response without the list, as JSON."""

    def unreadable(self, call: CallInfo) -> tuple[UnreadableItem, ...]:
        """The items that could not be read, as the user sees them."""
        return tuple(
            UnreadableItem(call=call, path=error.path, reason=error.reason, raw=value) for value, error in self.faults
        )


async def read_item_by_item(
    serializer: Serializer, body: bytes, type_form: Any, envelope: str | None
) -> PartialList | None:
    """Read a list with items that do not fit. If it is large, other tasks of the event loop run in between.

    Args:
        serializer: what reads it.
        body: the bytes of a response.
        type_form: the expected type.
        envelope: the key of the list in the response, or None if the list is the whole response.

    Returns:
        What can be read. None if no list is expected, or if the fault is not in its items.
    """
    if get_origin(type_form) is not list:
        return None
    try:
        rest = serializer.load(body)
    except ValidationError:
        return None
    values = _take_list(rest, envelope)
    if values is None:
        return None
    partial = PartialList([], [], rest)
    for number, value in enumerate(values):
        if number and number % SLICE_SIZE == 0:
            await asyncio.sleep(0)
        try:
            partial.items.append(serializer.structure(value, get_args(type_form)[0]))
        except ValidationError as error:
            fault = error.within(f"[{number}]")
            partial.faults.append((value, fault if envelope is None else fault.within(f".{envelope}")))
    return partial if partial.faults else None


def _take_list(response: Any, envelope: str | None) -> list[Any] | None:
    """Take the list out of a response; None if it has none."""
    value = response
    if envelope is not None:
        value = response.pop(envelope, None) if response.__class__ is dict else None
    return value if value.__class__ is list else None
