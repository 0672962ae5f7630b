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
        # Sorted by buckets, in the same memory: a list of integers would take five times as much.
        count = len(self._hashes) // _KEYS_IN_A_BUCKET + 1
        ends = array("q", [0]) * count
        for each in self._hashes:
            ends[each % count] += 1
        total = 0
        for bucket, size in enumerate(ends):
            ends[bucket] = total = total + size
        starts = array("q", ends)
        hashes = array("q", [0]) * total
        for each in self._hashes:
            starts[each % count] -= 1
            hashes[starts[each % count]] = each
        self._hashes = hashes

        def contains(key: Hashable) -> bool:
            hashed = hash(key)
            bucket = hashed % count
            return hashed in hashes[starts[bucket] : ends[bucket]]

        return contains
