"""The rows that were given already, in little memory."""

from array import array
from collections.abc import Callable, Hashable
from typing import Final

_KEYS_IN_A_BUCKET: Final = 32


class GivenKeys:
    """A set of keys of rows, of which only the hashes are kept: 8 bytes each, instead of over 100.

    Of ten million rows, two have the same hash with a probability of 1 to 300 000.
    """

    def __init__(self) -> None:
        self._hashes = array("q")

    def __len__(self) -> int:
        return len(self._hashes)

    def add(self, key: Hashable) -> None:
        """Add a key.

        Args:
            key: the key. It is not checked whether it was added before.
        """
        self._hashes.append(hash(key))

    def lookup(self) -> Callable[[Hashable], bool]:
        """Make the function that says whether a key was added before now."""
        if not self._hashes:
            return lambda _: False
        count = len(self._hashes) // _KEYS_IN_A_BUCKET + 1
        buckets = [array("q") for _ in range(count)]
        for each in self._hashes:
            buckets[each % count].append(each)

        def contains(key: Hashable) -> bool:
            hashed = hash(key)
            return hashed in buckets[hashed % count]

        return contains
