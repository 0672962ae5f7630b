"""The clock of a server: it follows the time of day, or a clock of the test, and can be moved ahead."""

import asyncio
import threading
from datetime import datetime, timedelta
from typing import Final

from typing_extensions import override

from .logic.due import carry_out
from .state.movable_time import LATEST, MovableTime
from .state.server_state import State
from .webhooks.deliveries import Deliveries

_SHORTEST_WAIT: Final = 0.05
"""Seconds until the clock is looked at again, at least. A test may have stopped it just before something is due."""
_LONGEST_WAIT: Final = 3600.0
"""Seconds until then, at most."""
_INEXACT: Final = 1e-6
"""Seconds by which a time may be wrong: as floats, seconds since the epoch are inexact."""


class FakeClock:
    """The clock of a `FakeDixa`. Moved ahead, it lets everything happen that is due in the meantime.

    ::

        dixa_server.clock.advance(hours=26)
        await dixa_server.deliveries_done()

    Conversations come back whose pending time ends, anonymizations are done, deliveries to webhooks and their retries
    come due, and rate limits and quotas renew. All of it happens in the order of its time, and with its own time stamp.
    Without being moved, the clock goes on with its source, and what is due happens then.

    Args:
        time: the time that it shows.
        state: the data of the server.
        lock: held while something happens.
        deliveries: the deliveries to webhooks, which follow it.
    """

    def __init__(self, time: MovableTime, state: State, lock: threading.RLock, deliveries: Deliveries) -> None:
        time.moved = state.clock_moved  # of a state that was loaded
        self._time = time
        self._state = state
        self._lock = lock
        self._deliveries = deliveries
        self._loop: asyncio.AbstractEventLoop | None = None
        self._alarm: asyncio.TimerHandle | None = None

    def now(self) -> datetime:
        """The time on the server, to the millisecond, in UTC."""
        with self._lock:
            return self._state.now()

    @property
    def moved(self) -> timedelta:
        """How far it has been moved ahead."""
        return timedelta(seconds=self._time.moved)

    def advance(
        self,
        delta: timedelta | None = None,
        *,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
    ) -> datetime:
        """Move the clock ahead, and let everything happen that is due until then.

        ::

            dixa_server.clock.advance(hours=26)
            dixa_server.clock.advance(timedelta(days=1), minutes=5)

        Any thread may call it, whether the server runs or not. The data of the server has changed when it returns.
        Deliveries to webhooks are then made as fast as possible; `FakeDixa.deliveries_done` waits for them.

        Args:
            delta: how far. The other arguments are added to it.
            days: days of 24 hours.
            hours: hours.
            minutes: minutes.
            seconds: seconds.

        Returns:
            The time that it then shows.

        Raises:
            TypeError: an argument is neither a timedelta nor a number.
            ValueError: it is not ahead, or later than the year 9998.
        """
        _check_delta(delta)
        try:
            total = (delta or timedelta()) + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        except OverflowError:
            total = timedelta.max
        except ValueError:
            raise ValueError("pass a number of days, hours, minutes or seconds") from None
        if total <= timedelta(0):
            raise ValueError(f"the clock only moves ahead: pass more than 0, such as hours=26, not {total}")
        with self._lock:
            if total > LATEST - self._state.now():
                raise ValueError("the clock ends with the year 9998: move it less far")
            self._move(total.total_seconds())
            return self._state.now()

    def catch_up(self) -> None:
        """Let everything happen that has come due."""
        with self._lock:
            while (entry := self._state.agenda.first) is not None and entry.at <= self._state.now():
                self._carry_out_first()

    def start(self) -> None:
        """Let what is due happen on its own from now on, on the running event loop."""
        with self._lock:
            self._loop = asyncio.get_running_loop()
            self._state.agenda.on_change = self._set_alarm_soon
        self._ring()

    def stop(self) -> None:
        """Let nothing happen on its own any more. Called on the same event loop."""
        with self._lock:
            self._loop = None
            self._state.agenda.on_change = None
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    @override
    def __repr__(self) -> str:
        return f"<FakeClock {self.now().isoformat()}>"

    def _move(self, seconds: float) -> None:
        self.catch_up()
        end = self._time.moved + seconds
        while (entry := self._state.agenda.first) is not None:
            ahead = entry.at.timestamp() - self._time()
            if self._time.moved + ahead > end + _INEXACT:
                break
            self._step(ahead)
            self._carry_out_first()
        self._step(end - self._time.moved)
        self._set_alarm_soon()

    def _carry_out_first(self) -> None:
        entry = self._state.agenda.pop()
        with self._time.held_at(entry.at.timestamp()):
            carry_out(self._state, entry)

    def _step(self, seconds: float) -> None:
        seconds = max(0.0, seconds)
        self._deliveries.move(self._state.now(), seconds)
        self._time.moved += seconds
        self._state.clock_moved = self._time.moved

    def _set_alarm_soon(self) -> None:
        if self._loop is not None:
            # Another thread than that of the server may have changed what is due.
            self._loop.call_soon_threadsafe(self._set_alarm)

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        with self._lock:
            first = self._state.agenda.first
            wait = 0.0 if first is None else (first.at - self._state.now()).total_seconds()
        if first is not None and self._loop is not None:
            self._alarm = self._loop.call_later(min(max(wait, _SHORTEST_WAIT), _LONGEST_WAIT), self._ring)

    def _ring(self) -> None:
        self.catch_up()
        self._set_alarm()


def _check_delta(delta: object) -> None:
    if delta is not None and not isinstance(delta, timedelta):
        raise TypeError(f"pass a timedelta, or a number with its unit such as hours=26, not {delta!r}")
