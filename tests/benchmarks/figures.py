"""Ratios with their spread, and the results that hold them."""

import statistics
from collections.abc import Sequence
from typing import Final

import attrs

from .measurements import Measurement


@attrs.frozen
class Figure:
    """A measured value: the one that is judged, and the quartiles of the rounds."""

    value: float
    low: float
    high: float


@attrs.frozen
class Result:
    """One row of a table.

    Args:
        measurement: what it is a case of.
        case: which one.
        figure: the ratio, or the bytes, or None if it could not be measured.
        control: the base measured against itself in the same run; 1.00 except for noise.
        shown: the absolute figures behind the ratio, or why there are none.
    """

    measurement: Measurement
    case: str
    figure: Figure | None
    control: Figure | None = None
    shown: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met, or None without a goal or a figure."""
        goal = self.measurement.goal
        return None if goal is None or self.figure is None else self.figure.value <= goal


@attrs.frozen
class Effort:
    """How long to measure: the share of the rounds of a whole run, and the fewest rounds."""

    share: float
    least: int = 1

    def of(self, rounds: int) -> int:
        """How many rounds to make."""
        return max(self.least, round(rounds * self.share))


FULL: Final = Effort(1.0)
QUICK: Final = Effort(0.15, least=3)
TINY: Final = Effort(0.0)
"""One round of everything: whether the code runs at all."""


def spread(values: Sequence[float], value: float | None = None) -> Figure:
    """The quartiles of values, with their median or another given value."""
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else [values[0]] * 3
    return Figure(middle if value is None else value, low, high)


def by_median(ours: Sequence[float], base: Sequence[float]) -> Figure:
    """The median of the ratios of each round: for what happens once in a process."""
    return spread(_paired(ours, base))


def by_mean(ours: Sequence[float], base: Sequence[float]) -> Figure:
    """The ratio of the means: full garbage collections are rare and expensive, and a median hides them."""
    return spread(_paired(ours, base), statistics.fmean(ours) / statistics.fmean(base))


def _paired(ours: Sequence[float], base: Sequence[float]) -> list[float]:
    return [mine / other for mine, other in zip(ours, base, strict=True)]


def milliseconds(seconds: Sequence[float]) -> str:
    """The median as readable text."""
    return f"{statistics.median(seconds) * 1000:.3g} ms"
