"""What is up to chance, the same for the same seed on every machine and Python."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws from a seed.

    It uses only `random.Random.random` and `getrandbits`, which Python promises to keep, and no function of the
    platform's mathematical library, whose last digit differs between platforms.

    Args:
        seed: the seed.
    """

    def __init__(self, seed: int) -> None:
        source = random.Random(seed)  # noqa: S311 - no secret
        self._random = source.random
        self._bits = source.getrandbits

    def happens(self, probability: float) -> bool:
        """Whether something happens that has this probability."""
        return self._random() < probability

    def between(self, lowest: int, highest: int) -> int:
        """A whole number, both ends included."""
        return lowest + int(self._random() * (highest - lowest + 1))

    def often_small(self, lowest: int, highest: int) -> int:
        """A whole number, both ends included, more often near the lowest."""
        draw = self._random()
        return lowest + int(draw * draw * (highest - lowest + 1))

    def pick(self, items: Sequence[T]) -> T:
        """One of some items."""
        return items[int(self._random() * len(items))]

    def uuid(self) -> str:
        """A random UUID."""
        digits = f"{self._bits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
