"""Turns what happens into deliveries to webhooks, and makes them."""

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import aiohttp
import attrs

from ..._json import dumps, loads
from ...models.webhooks import WebhookEvent, WebhookSubscription
from ..state.server_state import Occurrence, State
from .queues import Delivery, DeliveryQueues, Stopwatch
from .sender import Payload, log, send
from .settings import Chance, DeliveryCopy, DeliverySettings

if TYPE_CHECKING:
    from ...webhooks.event_models import EventConversation
    from ...webhooks.events import Event

_KNOWN_BY_MORE: Final = (WebhookEvent.CONVERSATION_MESSAGE_ADDED, WebhookEvent.CONVERSATION_NOTE_ADDED)
"""The events that have another unique ID than that of the event."""


@attrs.define(kw_only=True)
class _Script:
    """How the next events are delivered."""

    event: WebhookEvent | None
    copies: tuple[DeliveryCopy, ...]
    times: int


class Deliveries:
    """Delivers what happens to the subscriptions that want it.

    Args:
        state: everything that the server knows.
        lock: held while the state is read or changed.
        settings: how it delivers.
        signed_at: returns the time of signatures. It is that of the receiver, whose clock nobody has moved.
    """

    def __init__(
        self, state: State, lock: threading.RLock, settings: DeliverySettings, signed_at: Callable[[], datetime]
    ) -> None:
        self._state = state
        self._lock = lock
        self._settings = settings
        self._signed_at = signed_at
        self._chance = Chance(settings)
        self._scripts: deque[_Script] = deque()
        self._stopwatch = Stopwatch()
        self._queues = DeliveryQueues(self._stopwatch)
        self._under_way = Counter[str]()
        """How many deliveries are being made, by the ID of their subscription."""
        self._waiting: list[Future[None]] = []
        self._running: _Running | None = None
        state.on_event = self.happened

    @property
    def settings(self) -> DeliverySettings:
        """How it delivers what happens from now on. Chance begins anew when they are set."""
        return self._settings

    @settings.setter
    def settings(self, settings: DeliverySettings) -> None:
        with self._lock:
            self._settings = settings
            self._chance = Chance(settings)

    def happened(self, occurrence: Occurrence) -> None:
        """Deliver what happened.

        Args:
            occurrence: what happened. The lock is held.
        """
        # No program without subscriptions waits for these imports.
        from .payloads import make_event

        listed = [each for each in self._state.webhooks.values() if occurrence.event in (each.subscribed_events or ())]
        if listed:
            self._plan(make_event(self._state, occurrence), listed, occurrence.origin)

    def deliver(self, event: "Event") -> int:
        """Deliver an event that a test made; see `FakeDixa.deliver`."""
        with self._lock:
            return self._plan(event, list(self._state.webhooks.values()), None)

    def redeliver(self, subscription_id: str, event: WebhookEvent | str, payload: str) -> None:
        """Deliver a body once more, with a new signature.

        Args:
            subscription_id: to whom.
            event: the event that it says.
            payload: the body. The lock is held.
        """
        body = Payload(event=WebhookEvent(event), body=payload.encode())
        self._queues.add(Delivery(subscription_id=subscription_id, payload=body, due=self._stopwatch.now()))
        self._deliver_soon()

    def script(self, copies: tuple[DeliveryCopy, ...], event: WebhookEvent | None, times: int) -> None:
        """Say how the next events are delivered; see `FakeDixa.script_deliveries`."""
        with self._lock:
            self._scripts.append(_Script(event=event, copies=copies, times=times))

    async def done(self) -> None:
        """Wait until there is nothing to deliver; see `FakeDixa.deliveries_done`."""
        with self._lock:
            if self._is_done:
                return
            if self._running is None:
                raise RuntimeError("the server is not running, and delivers nothing")
            waiting: Future[None] = Future()
            self._waiting.append(waiting)
        await asyncio.wrap_future(waiting)

    async def start(self) -> None:
        """Begin to deliver, on the event loop that runs."""
        with self._lock:
            self._running = _Running()
            self._stopwatch.start(self._running.loop)
        self._deliver_due()

    async def stop(self) -> None:
        """Drop what is not delivered, and close all connections."""
        with self._lock:
            running, self._running = self._running, None
            if running is not None:
                self._stopwatch.stop()
                self._queues.clear()
        if running is not None:
            await running.close()
        with self._lock:
            self._under_way.clear()
            self._release()  # nothing more comes, for now

    def move(self, now: datetime, seconds: float) -> None:
        """Follow the clock of the server. What was due on the way is delivered now, in the order of its time.

        Args:
            now: the time of the clock before it is moved. The lock is held.
            seconds: how far it is moved.
        """
        self._queues.move(now, seconds)
        self._deliver_soon()

    @property
    def _is_done(self) -> bool:
        return not self._queues and not self._under_way.total()

    def _plan(self, event: "Event", subscriptions: list[WebhookSubscription], origin: str | None) -> int:
        from .filters import wants

        conversation: EventConversation | None = event.conversation
        wanting = [each for each in subscriptions if wants(each, event.event_type, conversation, origin)]
        body = event.body if wanting else b""
        for subscription in wanting:
            for copy in self._copies(event.event_type):
                payload = Payload(event=event.event_type, body=_renamed(body, copy.event_id))
                due = self._stopwatch.now() + copy.delay
                self._queues.add(Delivery(subscription_id=subscription.id, payload=payload, due=due))
        if wanting:
            self._deliver_soon()
        return len(wanting)

    def _copies(self, event: WebhookEvent) -> Sequence[DeliveryCopy]:
        for script in self._scripts:
            if script.event in (None, event):
                script.times -= 1
                if not script.times:
                    self._scripts.remove(script)
                return script.copies
        return self._chance.copies(has_other_id=event in _KNOWN_BY_MORE)

    def _deliver_soon(self) -> None:
        if self._running is not None:
            # Data can be added from another thread than that of the server.
            self._running.loop.call_soon_threadsafe(self._deliver_due)

    def _deliver_due(self) -> None:
        """Begin what is due, as far as others to the same subscription are not under way."""
        with self._lock:
            running = self._running
            if running is None:
                return
            for subscription_id in self._queues.names():
                while self._under_way[subscription_id] < self._settings.in_flight:
                    due = self._queues.next_due(subscription_id)
                    if due is None:
                        break
                    if due > self._stopwatch.now():
                        running.wake_up(subscription_id, due - self._stopwatch.now(), self._deliver_due)
                        break
                    self._under_way[subscription_id] += 1
                    running.spawn(self._deliver(running, self._queues.pop(subscription_id)))

    async def _deliver(self, running: "_Running", delivery: Delivery) -> None:
        is_over = True
        try:
            is_over = await self._try(running.session, delivery, self._settings.timeout)
        finally:
            with self._lock:
                self._under_way[delivery.subscription_id] -= 1
                if not is_over:
                    self._retry(delivery)
                if self._is_done:
                    self._release()
        self._deliver_due()

    def _retry(self, delivery: Delivery) -> None:
        """Plan the next attempt at a delivery that failed, if there is one."""
        delays = self._settings.retry_delays
        if delivery.retries >= len(delays):
            return
        delay, now = delays[delivery.retries], self._stopwatch.now()
        delivery.retries += 1
        late = 0.0 if delivery.at is None else (self._state.now() - delivery.at).total_seconds()
        delivery.due = now - late + delay
        if delivery.at is not None:  # the clock may have been moved past the retry, too
            delivery.at = delivery.at + timedelta(seconds=delay) if delivery.due <= now else None
        self._queues.add(delivery)

    async def _try(self, session: aiohttp.ClientSession, delivery: Delivery, timeout: float) -> bool:
        """Deliver once. Returns whether that was the last time."""
        with self._lock:
            subscription = self._state.webhooks.get(delivery.subscription_id)
        if subscription is None or not subscription.enabled:  # it was changed meanwhile
            return True
        detail = await send(session, subscription, delivery.payload, timeout, signed_at=self._signed_at())
        with self._lock:
            detail.delivery_timestamp = delivery.at or self._state.now()
            log(self._state, subscription.id, delivery.payload, detail)
        return detail.success

    def _release(self) -> None:
        """Wake those who wait, as there is nothing left to deliver."""
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            if each.set_running_or_notify_cancel():  # somebody may have given up
                each.set_result(None)


class _Running:
    """What there is while the server runs. It is made and closed on its event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._alarms: dict[str, asyncio.TimerHandle] = {}

    @property
    def session(self) -> aiohttp.ClientSession:
        """What requests are sent with. It is made when something is delivered."""
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Begin a delivery."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def wake_up(self, subscription_id: str, delay: float, wake: Callable[[], None]) -> None:
        """Have a function called later, instead of what was to be called for the same subscription."""
        if subscription_id in self._alarms:
            self._alarms[subscription_id].cancel()
        self._alarms[subscription_id] = self.loop.call_later(delay, wake)

    async def close(self) -> None:
        """Drop all deliveries, and close all connections."""
        for alarm in self._alarms.values():
            alarm.cancel()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()


def _renamed(body: bytes, event_id: str | None) -> bytes:
    """The body of an event, with another event ID."""
    return body if event_id is None else dumps({**loads(body), "event_id": event_id})
