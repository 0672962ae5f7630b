"""How many calls run at once: enough to use the whole rate limit at the current latency, and no more.

A call that waited for a permit shows that enough calls run. A call that did not wait, although many ran, shows that
more could run.
"""

from typing import Final

_NO_WAIT: Final = 0.005
"""Seconds. A shorter wait does not count."""


class AdaptiveConcurrency:
    """The number of calls that may run at once.

    Args:
        maximum: the upper limit.
        minimum: the lower limit, and the initial value.
    """

    def __init__(self, *, maximum: int, minimum: int = 4) -> None:
        self._maximum = maximum
        self._minimum = min(minimum, maximum)
        self.limit: int = self._minimum

    def finished(self, *, wait: float, seconds: float, running: int) -> None:
        """Adapt to a call that has ended.

        Args:
            wait: seconds that it waited for a permit.
            seconds: seconds that it took in total.
            running: calls that ran when it ended, including itself.
        """
        if wait < _NO_WAIT:
            # Half is enough: each of the calls that end at the same moment counts, so the limit doubles.
            if 2 * running >= self.limit:
                self.limit = min(self.limit + 1, self._maximum)
        elif wait > (seconds - wait) + _NO_WAIT:
            # It waited longer than its requests took: fewer calls would use the whole rate limit, too.
            self.limit = max(self.limit - 1, self._minimum)
