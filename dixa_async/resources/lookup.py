"""Finds the one object that has a name or an address."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from .._suggest import did_you_mean
from ..errors import InvalidRequestError, NoMatchError, NotFoundError, SeveralMatchesError
from ..pagination import Pager
from ..validation import check_str


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


class _HasName(_HasId, Protocol):
    @property
    def name(self) -> str: ...


WithId = TypeVar("WithId", bound=_HasId)
WithName = TypeVar("WithName", bound=_HasName)

_MAX_SHOWN = 40
"""Characters of a name in a message."""


async def find_by_name(pager: Pager[WithName], kind: str, name: str) -> WithName:
    """Find the object with a name.

    Args:
        pager: all objects.
        kind: what they are, such as ``tag``.
        name: the name. Case matters.

    Returns:
        The object.

    Raises:
        InvalidRequestError: the name is empty, or not a str.
        NoMatchError: none has the name.
        SeveralMatchesError: several have it.
        CallError: they cannot be read.
    """
    _check("name", name)
    objects = [each async for each in pager]
    found = [each for each in objects if each.name == name]
    shown = f"{kind} is named {name[:_MAX_SHOWN]!r}"
    return _only(found, f"no {shown}{did_you_mean(name, [each.name for each in objects])}", f"more than one {shown}")


async def find_by_filter(make_pager: Callable[[str], Pager[WithId]], kind: str, option: str, value: str) -> WithId:
    """Find the object for which Dixa has a filter.

    Args:
        make_pager: makes the pager of the objects that have the value.
        kind: what they are, such as ``end user``.
        option: what is looked for, such as ``email``.
        value: its value. It may be personal, so no error shows it.

    Returns:
        The object.

    Raises:
        InvalidRequestError: the value is empty, or not a str.
        NoMatchError: none has it.
        SeveralMatchesError: several have it.
        CallError: they cannot be read.
    """
    _check(option, value)
    try:
        found = [each async for each in make_pager(value)]
    except NotFoundError:  # so Dixa says that no one matches
        found = []
    return _only(found, f"no {kind} has this {option}", f"more than one {kind} has this {option}")


def _check(option: str, value: str) -> None:
    if not check_str(option, value):
        raise InvalidRequestError(f"{option} must be a str that is not empty, not {value!r}")


def _only(found: Sequence[WithId], none: str, several: str) -> WithId:
    if not found:
        raise NoMatchError(none)
    if len(found) > 1:
        raise SeveralMatchesError(several, ids=[each.id for each in found])
    return found[0]
