"""The server: the state with its API, its rate limits and its deliveries, on a port."""

import asyncio
import math
import os
from collections import deque
from datetime import datetime
from typing import Self

from typing_extensions import override

from ..models.messages import Message
from .clock import FakeClock
from .company.sizes import CompanySize
from .exports.server import ExportServer
from .files.server import FileServer
from .handlers import OPERATIONS
from .http.adapter import Route
from .http.pipeline import RequestObserver, RequestPipeline
from .http.request_log import ReceivedRequest
from .http.server_thread import ServerThread
from .http.site import Site
from .http.token_bucket import RateLimits, loop_time
from .initial_state import make_state
from .logic.messages import message_of_end_user
from .page.routes import Page
from .request_methods import RequestMethods
from .state.builder_methods import BuilderMethods
from .state.movable_time import MovableTime
from .state.server_state import Clock, KnownConversation, time_of_day
from .webhooks.deliveries import Deliveries
from .webhooks.delivery_methods import DeliveryMethods
from .webhooks.settings import DeliverySettings

_DELIVERIES = DeliverySettings()


class FakeDixa(BuilderMethods, RequestMethods, DeliveryMethods):
    """A fake Dixa that runs on your own machine.

    ::

        async with FakeDixa() as dixa_server:
            async with DixaClient(dixa_server.api_key, base_url=dixa_server.url) as dixa:
                ...

    ``async with`` serves on the caller's event loop. ``with`` serves from its own thread: for programs that run on any
    event loop, on several or on none, and for tests that freeze the time.

    It listens on a free port of 127.0.0.1 unless told otherwise, keeps what is sent to it for as long as it exists, and
    implements all operations of ``beta`` and ``v1``. Like Dixa it requires the token, limits the rate of requests,
    validates them, and delivers events to the webhook subscriptions that are made through its API. On its own it does
    only what is due by its `clock`, such as to open a conversation whose pending time is over: it offers conversations
    to nobody.

    Args:
        host: the address or name of this machine that it listens on. If it is not a loopback address, whoever has the
            token can use it from the network.
        port: the port that it listens on; 0 chooses a free one at each start.
        api_key: the API token that requests must have.
        rate: requests a second; `math.inf` switches this limit off.
        burst: requests that may come at once.
        daily_quota: requests a day; `math.inf` switches this limit off.
        exports_per_minute: requests for exports a minute, and at once; `math.inf` switches this limit off.
        retry_after: whether a 429 of the API has a ``Retry-After`` header. Dixa's do not.
        seed_data: whether the server starts with 5 agents, 48 end users, and some tags, queues and the like.
        company: start with a plausible company instead: how many conversations it has, from 1 to 1 000 000, or "small"
            (200) or "large" (10 000). They fill 90 days, with agents, end users, queues and the like in proportion.
        seed: makes another company of the same size, 0 or more. The same seed makes the same company in each process,
            as long as the version of this package is the same.
        until: when the company's story ends; another time makes another company. Defaults to 2026-03-02 15:00 UTC, so
            that it is always the same.
        load: start with the state that `save` wrote to this file instead.
        anonymization_polls: how often the status of an anonymization must be requested until it is done, unless 24
            hours pass before; 0: it is done at once.
        accept_duplicate_external_ids: whether a new message may have the `external_id` of another one. Otherwise it is
            a 400, as Dixa's description declares; which messages Dixa compares is unknown, and the server compares all.
        request_history: how many of the latest requests are kept in `requests`.
        deliveries: how events are delivered to webhook subscriptions.
        clock: returns the time in seconds since the epoch, for the rate limits and for the times in responses; defaults
            to the time of day, and to the clock of the event loop for the rate limits. `clock.advance` adds to it.
        page: whether a page at ``/`` shows what happens in a browser, and writes as an end user or an agent. It needs
            no token: whoever reaches the server can use it.

    Raises:
        ValueError: an argument cannot be used, or arguments contradict each other.
        StateFileError: the file to load does not hold a state, or one of a newer version.
        OSError: the file to load cannot be read.

    Attributes:
        state: all data of the server. A test may read and change it.
        lock: held while a request is handled. Hold it to change `state`, or to iterate over it or over `requests`,
            while another thread makes calls. Do not await a call while you hold it.
        clock: the clock of the server, which can be moved ahead.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        api_key: str = "fake-dixa-token",
        rate: float = 10.0,
        burst: int = 4,
        daily_quota: float = 864_000,
        exports_per_minute: float = 10.0,
        retry_after: bool = False,
        seed_data: bool = True,
        company: CompanySize | None = None,
        seed: int = 0,
        until: datetime | None = None,
        load: "str | os.PathLike[str] | None" = None,
        anonymization_polls: int = 1,
        accept_duplicate_external_ids: bool = False,
        request_history: int = 10_000,
        deliveries: DeliverySettings = _DELIVERIES,
        clock: Clock | None = None,
        page: bool = False,
    ) -> None:
        if not (rate > 0 and burst >= 1 and daily_quota >= 1):
            raise ValueError("rate must be greater than 0, and burst and daily_quota must be 1 or more")
        if not exports_per_minute >= 1:
            raise ValueError(f"exports_per_minute must be 1 or more, not {exports_per_minute!r}")
        time = MovableTime(clock or time_of_day)
        state = make_state(
            clock=time,
            anonymization_polls=anonymization_polls,
            accept_duplicate_external_ids=accept_duplicate_external_ids,
            seed_data=seed_data,
            company=company,
            seed=seed,
            until=until,
            load=load,
        )
        super().__init__(state)

        def limits_clock() -> float:
            return (clock or loop_time)() + time.moved

        self._site = Site(host, port)
        limits = RateLimits(rate=rate, burst=burst, daily_quota=daily_quota, clock=limits_clock)
        self._pipeline = RequestPipeline(
            state,
            self.lock,
            OPERATIONS,
            api_key=api_key,
            limits=limits,
            retry_after=retry_after,
            request_history=request_history,
        )
        self._deliveries = Deliveries(state, self.lock, deliveries, signed_at=time.source_now)
        self.clock: FakeClock = FakeClock(time, state, self.lock, self._deliveries)
        self._pipeline.before_request = self.clock.catch_up
        exports = RateLimits(
            rate=exports_per_minute / 60, burst=exports_per_minute, daily_quota=math.inf, clock=limits_clock
        )
        self._routes: list[Route] = [
            *FileServer(state, self.lock, self._pipeline).routes(),
            *ExportServer(state, self.lock, self._pipeline, exports).routes(),
        ]
        """Routes besides the API's."""
        self._page = None
        if page:
            self._page = Page(state, self.lock, self._pipeline, limits, self._deliveries, self.clock, host=host)
        self._thread: ServerThread | None = None

    @property
    def url(self) -> str:
        """The URL of the server, to pass as `base_url`."""
        return self._site.url

    @property
    def api_key(self) -> str:
        """The API token that requests must have."""
        return self._pipeline.api_key

    @api_key.setter
    def api_key(self, api_key: str) -> None:
        self._pipeline.api_key = api_key

    @property
    def requests(self) -> "deque[ReceivedRequest]":
        """The latest requests that it received."""
        return self._pipeline.requests

    @property
    def request_count(self) -> int:
        """How many requests it received."""
        return self._pipeline.request_count

    @property
    def throttled_count(self) -> int:
        """How many of them exceeded a rate limit and were rejected with 429."""
        return self._pipeline.throttled_count

    @property
    def has_page(self) -> bool:
        """Whether it serves the page."""
        return self._page is not None

    def observe_requests(self, observer: RequestObserver) -> None:
        """Have a function called with each request when it is over, on the server's event loop.

        ::

            dixa_server.observe_requests(lambda request: print(request.method, request.path, request.status))

        Args:
            observer: the function. It must not block.
        """
        self._pipeline.observers.append(observer)

    async def start(self) -> None:
        """Start the server, on the running event loop.

        Raises:
            RuntimeError: it is running already.
            OSError: it cannot listen on a port.
        """
        if self._site.is_running:
            raise RuntimeError("the server is running already")
        routes = [*self._routes, *(self._page.routes() if self._page is not None else ())]
        await self._site.start(self._pipeline.make_application(routes))
        await self._deliveries.start()
        self.clock.start()

    async def aclose(self) -> None:
        """Stop the server, and drop open connections and deliveries to webhooks. The state is kept."""
        if self._thread is not None:
            await asyncio.to_thread(self._stop_thread)
        else:
            await self._stop()

    async def _stop(self) -> None:
        if self._site.is_running:
            self.clock.stop()
            await self._deliveries.stop()
            if self._page is not None:
                await self._page.close()
            await self._site.stop()

    def _stop_thread(self) -> None:
        if self._thread is not None:
            self._thread.stop()
            self._thread = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __enter__(self) -> Self:
        thread = ServerThread(self.start, self._stop)
        thread.start()
        self._thread = thread
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_thread()

    def add_message(self, conversation: KnownConversation, text: str) -> Message:
        """Add a message to a conversation as its end user. Subscribed webhooks are notified.

        ::

            dixa_server.add_message(conversation, "Is it there now?")

        Args:
            conversation: a conversation of this server.
            text: the text.

        Returns:
            The message.

        Raises:
            ValueError: the conversation is not of this server, or does not accept messages.
        """
        with self.lock:
            if self.state.conversations.get(conversation.id) is not conversation:
                raise ValueError(f"there is no such conversation {conversation.id}: add it first")
            message = message_of_end_user(self.state, conversation, text)
            self.state.keep_message(conversation.id, message)
            return message

    def save(self, path: "str | os.PathLike[str]") -> None:
        """Save the whole state to a file, as JSON, for `FakeDixa(load=…)`.

        The file is for its owner only: it holds the secrets of webhook subscriptions, and all texts. It does not hold
        settings, such as the rate limit, nor faults, requests, and deliveries that are under way.

        Args:
            path: the file. If it is there already, it is replaced when the new one is complete.

        Raises:
            SerializationError: JSON cannot represent a value that was put into `state`.
            OSError: the file cannot be written.
        """
        from .saving.state_file import encode_state, write_file  # not needed to start

        with self.lock:
            content = encode_state(self.state)
        write_file(path, content)

    @override
    def __repr__(self) -> str:
        return f"<FakeDixa {self.url if self._site.is_running else 'not running'}>"
