"""From what happened to the deliveries that come of it, until all are done."""

import asyncio
import threading
from collections import deque
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Final

import aiohttp
import attrs

from ..._json import dumps, loads
from ...models.webhooks import WebhookEvent, WebhookSubscription
from ..state.server_state import Occurrence, State
from .sender import Payload, log, send
from .settings import Chance, DeliveryCopy, DeliverySettings

if TYPE_CHECKING:
    from ...webhooks.event_models import EventConversation
    from ...webhooks.events import Event

_KNOWN_BY_MORE: Final = (WebhookEvent.CONVERSATION_MESSAGE_ADDED, WebhookEvent.CONVERSATION_NOTE_ADDED)
"""The events that have another unique ID than that of the event."""


@attrs.frozen(kw_only=True)
class _Delivery:
    """A delivery that has to be made."""

    subscription_id: str
    payload: Payload
    delay: float


@attrs.define(kw_only=True)
class _Script:
    """What the next events are delivered as."""

    event: WebhookEvent | None
    copies: tuple[DeliveryCopy, ...]
    times: int


class Deliveries:
    """Delivers what happens to the subscriptions that want it.

    Args:
        state: everything that the server knows.
        lock: held while the state is read or changed.
        settings: how it delivers.
    """

    def __init__(self, state: State, lock: threading.RLock, settings: DeliverySettings) -> None:
        self._state = state
        self._lock = lock
        self._settings = settings
        self._chance = Chance(settings)
        self._scripts: deque[_Script] = deque()
        self._held: list[_Delivery] = []
        """Deliveries for when the server runs."""
        self._outstanding = 0
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

    def script(self, copies: tuple[DeliveryCopy, ...], event: WebhookEvent | None, times: int) -> None:
        """Say how the next events are delivered; see `FakeDixa.script_deliveries`."""
        with self._lock:
            self._scripts.append(_Script(event=event, copies=copies, times=times))

    async def done(self) -> None:
        """Wait until there is nothing to deliver; see `FakeDixa.deliveries_done`."""
        with self._lock:
            if not self._outstanding:
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
            held, self._held = self._held, []
            for delivery in held:
                self._spawn(delivery)

    async def stop(self) -> None:
        """Drop what is not delivered, and close all connections."""
        with self._lock:
            running, self._running = self._running, None
        if running is not None:
            await running.close()
        with self._lock:
            self._outstanding = len(self._held)
            self._release()  # nothing more comes, for now

    def _plan(self, event: "Event", subscriptions: list[WebhookSubscription], origin: str | None) -> int:
        from .filters import wants

        conversation: EventConversation | None = event.conversation
        wanting = [each for each in subscriptions if wants(each, event.event_type, conversation, origin)]
        body = event.body if wanting else b""
        for subscription in wanting:
            for copy in self._copies(event.event_type):
                payload = Payload(event=event.event_type, body=_renamed(body, copy.event_id))
                self._add(_Delivery(subscription_id=subscription.id, payload=payload, delay=copy.delay))
        return len(wanting)

    def _copies(self, event: WebhookEvent) -> Sequence[DeliveryCopy]:
        for script in self._scripts:
            if script.event in (None, event):
                script.times -= 1
                if not script.times:
                    self._scripts.remove(script)
                return script.copies
        return self._chance.copies(has_other_id=event in _KNOWN_BY_MORE)

    def _add(self, delivery: _Delivery) -> None:
        self._outstanding += 1
        if self._running is None:
            self._held.append(delivery)
        else:
            # Data can be added from another thread than that of the server.
            self._running.loop.call_soon_threadsafe(self._spawn, delivery)

    def _spawn(self, delivery: _Delivery) -> None:
        running = self._running
        if running is not None:
            running.spawn(self._deliver(running, delivery))

    async def _deliver(self, running: "_Running", delivery: _Delivery) -> None:
        settings = self._settings
        try:
            for delay in (delivery.delay, *settings.retry_delays):
                if delay:
                    await asyncio.sleep(delay)
                async with running.turn(delivery.subscription_id, settings.in_flight):
                    if await self._try(running.session, delivery, settings.timeout):
                        return
        finally:
            with self._lock:
                self._outstanding -= 1
                if not self._outstanding:
                    self._release()

    async def _try(self, session: aiohttp.ClientSession, delivery: _Delivery, timeout: float) -> bool:
        """Deliver once. Returns whether that was the last time."""
        with self._lock:
            subscription = self._state.webhooks.get(delivery.subscription_id)
        if subscription is None or not subscription.enabled:  # it was changed meanwhile
            return True
        detail = await send(session, self._state, subscription, delivery.payload, timeout)
        with self._lock:
            log(self._state, subscription.id, delivery.payload, detail)
        return detail.success

    def _release(self) -> None:
        """Tell those who wait that there is nothing left to wait for."""
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
        self._turns: dict[str, asyncio.Semaphore] = {}

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

    def turn(self, subscription_id: str, in_flight: int) -> asyncio.Semaphore:
        """What lets so many deliveries to a subscription be under way at a time, in the order of their asking."""
        if subscription_id not in self._turns:
            self._turns[subscription_id] = asyncio.Semaphore(in_flight)
        return self._turns[subscription_id]

    async def close(self) -> None:
        """Drop all deliveries, and close all connections."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()


def _renamed(body: bytes, event_id: str | None) -> bytes:
    """The body of an event, with another event ID."""
    return body if event_id is None else dumps({**loads(body), "event_id": event_id})
