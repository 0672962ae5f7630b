"""How many calls run at once: enough to keep the rate limit full at the latency there is, and no more.

A call that had to wait for its turn shows that there are enough. A call that did not wait, while many ran, shows that
there could be more.
"""

from typing import Final

_NO_WAIT: Final = 0.005
"""Seconds. Less than this is no wait."""


class AdaptiveConcurrency:
    """The number of calls that may run at once.

    Args:
        most: never more than this.
        least: never fewer than this, and where it starts.
    """

    def __init__(self, *, most: int, least: int = 4) -> None:
        self._most = most
        self._least = min(least, most)
        self.limit = self._least

    def finished(self, *, wait: float, seconds: float, running: int) -> None:
        """Learn from a call.

        Args:
            wait: seconds that it waited for its turn.
            seconds: seconds that it took in all.
            running: calls that ran when it ended, itself included.
        """
        if wait < _NO_WAIT:
            # Half is enough: of calls that end at the same moment each one counts, so the number doubles.
            if 2 * running >= self.limit:
                self.limit = min(self.limit + 1, self._most)
        elif wait > (seconds - wait) + _NO_WAIT:
            # It waited longer than its requests took: a shorter queue would keep the limit full as well.
            self.limit = max(self.limit - 1, self._least)
