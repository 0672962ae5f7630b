"""Calls that Dixa has denied (403), until other calls show whether that is about their inputs or about all."""

from typing import Generic

import attrs

from .outcomes import Ending, Input, Result


@attrs.frozen(eq=False)
class Denial(Generic[Input, Result]):
    """A call that was denied."""

    number: int
    """The number of the call."""
    endings: list[Ending[Input, Result]]
    started: int
    """How many calls had begun when it was denied. What those come to says nothing of what is allowed since then."""


class Denials(Generic[Input, Result]):
    """The calls that were denied one after the other."""

    def __init__(self) -> None:
        self._denials: list[Denial[Input, Result]] = []
        self._in_a_row: list[int] = []

    @property
    def in_a_row(self) -> int:
        """How many calls were denied one after the other, those that were removed by `pop_all` included."""
        return len(self._in_a_row)

    def add(self, number: int, endings: list[Ending[Input, Result]], *, started: int) -> None:
        """Keep a call that was denied.

        Args:
            number: its number.
            endings: the endings of its inputs.
            started: how many calls have begun.
        """
        self._denials.append(Denial(number, endings, started))
        self._in_a_row.append(started)

    def pop_before(self, number: int) -> list[Denial[Input, Result]]:
        """Remove the calls that were denied before another one began, which was not.

        Args:
            number: the number of that one.

        Returns:
            The calls: that they were denied is about their inputs.
        """
        self._in_a_row = [started for started in self._in_a_row if started > number]
        popped = [denial for denial in self._denials if denial.started <= number]
        self._denials = [denial for denial in self._denials if denial.started > number]
        return popped

    def pop_all(self) -> list[Denial[Input, Result]]:
        """Remove all calls: there is no other one now that would show what it is about."""
        popped, self._denials = self._denials, []
        return popped
