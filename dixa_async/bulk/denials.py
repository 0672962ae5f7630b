"""Calls that Dixa denied (403), kept until other calls show whether this is about their inputs or about the token."""

from typing import Generic

import attrs

from .outcomes import Input, OutcomeOrState, Result


@attrs.frozen(eq=False)
class Denial(Generic[Input, Result]):
    """A call that was denied."""

    number: int
    """The number of the call."""
    results: list[OutcomeOrState[Input, Result]]
    started: int
    """How many calls had started when it was denied. Their results do not show what is allowed since then."""


class Denials(Generic[Input, Result]):
    """The calls that were denied in a row."""

    def __init__(self) -> None:
        self._denials: list[Denial[Input, Result]] = []
        self._in_a_row: list[int] = []

    @property
    def in_a_row(self) -> int:
        """How many calls were denied in a row, including those that `pop_all` removed."""
        return len(self._in_a_row)

    def add(self, number: int, results: list[OutcomeOrState[Input, Result]], *, started: int) -> None:
        """Keep a denied call.

        Args:
            number: its number.
            results: the results of its inputs.
            started: how many calls have started.
        """
        self._denials.append(Denial(number, results, started))
        self._in_a_row.append(started)

    def pop_before(self, number: int) -> list[Denial[Input, Result]]:
        """Remove the calls that were denied before a call started that was not denied.

        Args:
            number: the number of the call that was not denied.

        Returns:
            The removed calls: they were denied because of their inputs.
        """
        self._in_a_row = [started for started in self._in_a_row if started > number]
        popped = [denial for denial in self._denials if denial.started <= number]
        self._denials = [denial for denial in self._denials if denial.started > number]
        return popped

    def pop_all(self) -> list[Denial[Input, Result]]:
        """Remove and return all calls: no other call runs that could show why they were denied."""
        popped, self._denials = self._denials, []
        return popped
