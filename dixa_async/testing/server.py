"""The server: authentication, rate limits and faults, between a connection and a handler."""

import asyncio
import math
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Self

from aiohttp import web
from typing_extensions import override

from ..models.messages import Message
from ..models.webhooks import WebhookEvent
from .handlers import OPERATIONS
from .http import adapter
from .http.adapter import AiohttpHandler
from .http.errors import ApiError
from .http.faults import Drop, FaultRule, FaultRules
from .http.request_log import AppliedRequests, OperationKey, ReceivedRequest
from .http.responses import error
from .http.routing import Handler
from .http.server_thread import ServerThread
from .http.token_bucket import RateLimits
from .logic.messages import message_of_end_user
from .state.builder_methods import BuilderMethods
from .state.seed_people import make_organization
from .state.server_state import Clock, KnownConversation, State, time_of_day
from .webhooks.deliveries import Deliveries
from .webhooks.settings import DeliveryCopy, DeliverySettings

if TYPE_CHECKING:
    from ..webhooks.events import Event

_DELIVERIES = DeliverySettings()


class FakeDixa(BuilderMethods):
    """A fake Dixa that runs on your own machine.

    ::

        async with FakeDixa() as dixa_server:
            async with DixaClient(dixa_server.api_key, base_url=dixa_server.url) as dixa:
                ...

    ``async with`` serves on the caller's event loop. ``with`` serves from its own thread: for programs that run on any
    event loop, on several or on none, and for tests that freeze the time.

    It listens on a free port of 127.0.0.1, keeps what is sent to it for as long as it exists, and implements all
    operations of ``beta`` and ``v1``. Like Dixa it requires the token, limits the rate of requests, validates them, and
    delivers events to the webhook subscriptions that are made through its API. It does nothing on its own: it offers
    conversations to nobody, and reopens no conversation whose pending time has ended.

    Args:
        api_key: the API token that requests must have.
        rate: requests a second; `math.inf` switches this limit off.
        burst: requests that may come at once.
        daily_quota: requests a day; `math.inf` switches this limit off.
        retry_after: whether a 429 has a ``Retry-After`` header. Dixa's do not.
        seed_data: whether the server starts with 5 agents, 48 end users, and some tags, queues and the like.
        anonymization_polls: how often the status of an anonymization must be requested until it is done; 0: it is done
            at once.
        accept_duplicate_external_ids: whether a new message may have the `external_id` of another one. Otherwise it is
            a 400, as Dixa's description declares; which messages Dixa compares is unknown, and the server compares all.
        request_history: how many of the latest requests are kept in `requests`.
        deliveries: how events are delivered to webhook subscriptions.
        clock: returns the time in seconds since the epoch, for the rate limits and for the times in responses; defaults
            to the time of day, and to the clock of the event loop for the rate limits.

    Attributes:
        api_key: the API token that requests must have.
        state: all data of the server. A test may read and change it.
        lock: held while a request is handled. Hold it to change `state`, or to iterate over it or over `requests`,
            while another thread makes calls. Do not await a call while you hold it.
        requests: the latest requests that it received.
        request_count: how many requests it received.
        throttled_count: how many of them exceeded a rate limit and were rejected with 429.
    """

    def __init__(
        self,
        *,
        api_key: str = "fake-dixa-token",
        rate: float = 10.0,
        burst: int = 4,
        daily_quota: float = 864_000,
        retry_after: bool = False,
        seed_data: bool = True,
        anonymization_polls: int = 1,
        accept_duplicate_external_ids: bool = False,
        request_history: int = 10_000,
        deliveries: DeliverySettings = _DELIVERIES,
        clock: Clock | None = None,
    ) -> None:
        if not (rate > 0 and burst >= 1 and daily_quota >= 1):
            raise ValueError("rate must be greater than 0, and burst and daily_quota must be 1 or more")
        state = State(
            clock=clock or time_of_day,
            organization=make_organization(),
            anonymization_polls=anonymization_polls,
            accept_duplicate_external_ids=accept_duplicate_external_ids,
        )
        super().__init__(state, seed_data=seed_data)
        self.api_key = api_key
        self.requests: deque[ReceivedRequest] = deque(maxlen=request_history)
        self.request_count: int = 0
        self.throttled_count: int = 0
        self._limits = RateLimits(rate=rate, burst=burst, daily_quota=daily_quota, clock=clock)
        self._retry_after = retry_after
        self._deliveries = Deliveries(state, self.lock, deliveries)
        self._faults = FaultRules()
        self._applied = AppliedRequests(OPERATIONS)
        self._runner: web.AppRunner | None = None
        self._thread: ServerThread | None = None

    @property
    def url(self) -> str:
        """The URL of the server, to pass as `base_url`."""
        if self._runner is None or not self._runner.addresses:
            raise RuntimeError("the server is not running: write `async with FakeDixa() as dixa_server:`, or `with`")
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def start(self) -> None:
        """Start the server, on the running event loop.

        Raises:
            RuntimeError: it is running already.
            OSError: it cannot listen on a port.
        """
        if self._runner is not None:
            raise RuntimeError("the server is running already")
        handlers = [(operation, self._adapt(operation, handler)) for operation, handler in OPERATIONS.items()]
        application = adapter.make_application(self._receive, handlers)
        # Shutdown does not wait for delayed requests.
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.01)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        await self._deliveries.start()

    async def aclose(self) -> None:
        """Stop the server, and drop open connections and deliveries to webhooks. The state is kept."""
        if self._thread is not None:
            await asyncio.to_thread(self._stop_thread)
        else:
            await self._stop()

    async def _stop(self) -> None:
        if self._runner is not None:
            await self._deliveries.stop()
            await self._runner.cleanup()
            self._runner = None

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

    def applied(self, method: str, path: str) -> int:
        """How many requests to an operation were applied, including those whose response was dropped or replaced.

        ::

            assert dixa_server.applied("POST", "/conversations/{conversationId}/notes") == 1

        Args:
            method: the method of the operation.
            path: its path template, without the version.

        Returns:
            Their number. A rejected request does not count.

        Raises:
            ValueError: there is no such operation.
        """
        return self._applied.count(method.upper(), path)

    def inject_fault(
        self,
        *,
        times: int = 1,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        delay: float = 0.0,
        drop: Drop | None = None,
        apply: bool = False,
    ) -> None:
        """Make the next requests go wrong.

        ::

            dixa_server.inject_fault(status=500, times=2)
            dixa_server.inject_fault(drop="after", method="POST", path="/conversations/{conversationId}/messages")

        Only requests with the right token and within the rate limits count. If several faults match a request, the one
        that was injected first is used.

        Args:
            times: for how many requests.
            method: only for requests with this method.
            path: only for this path, without the version, or this path template.
            status: respond with this status instead of applying the request.
            body: respond with these bytes instead of applying the request; with status 200 if no status is passed.
            headers: headers of that response.
            delay: wait this many seconds first. The request is then applied, even if the caller has disconnected.
            drop: drop the connection: ``before`` the request is applied, or ``after`` it, so that only the response is
                lost.
            apply: apply the request although the response says otherwise, like a gateway that times out and returns
                504.

        Raises:
            ValueError: the arguments contradict each other, or ask for nothing.
        """
        rule = FaultRule(
            times=times,
            method=None if method is None else method.upper(),
            path=path,
            status=status,
            body=body,
            headers=headers or {},
            delay=delay,
            drop=drop,
            apply=apply,
        )
        with self.lock:
            self._faults.add(rule)

    def clear_faults(self) -> None:
        """Remove the injected faults that were not yet used."""
        with self.lock:
            self._faults.clear()

    @property
    def deliveries(self) -> DeliverySettings:
        """How it delivers to webhooks. Set it to change that; chance then begins anew."""
        return self._deliveries.settings

    @deliveries.setter
    def deliveries(self, settings: DeliverySettings) -> None:
        self._deliveries.settings = settings

    def deliver(self, event: "Event") -> int:
        """Deliver an event that a test made, to the subscriptions that want such events.

        ::

            dixa_server.deliver(rated(score=1))

        Args:
            event: the event, by `dixa_async.testing.event_builders` for instance. Nothing is done to the conversation
                that it names, which need not exist.

        Returns:
            How many subscriptions want it. 0: it is delivered to nobody.
        """
        return self._deliveries.deliver(event)

    def script_deliveries(self, *copies: DeliveryCopy, event: WebhookEvent | None = None, times: int = 1) -> None:
        """Say how often and when the next events are delivered, instead of what `deliveries` says.

        ::

            dixa_server.script_deliveries(DeliveryCopy(delay=0.5), DeliveryCopy(event_id="another"))
            dixa_server.script_deliveries()  # the next event is lost

        Args:
            copies: the deliveries.
            event: only for this kind of event.
            times: for how many deliveries of events to a subscription.

        Raises:
            ValueError: `times` is less than 1.
        """
        if times < 1:
            raise ValueError("times must be 1 or more")
        self._deliveries.script(copies, event, times)

    async def deliveries_done(self) -> None:
        """Wait until everything that happened is delivered, doubles and retries included. Any event loop may wait.

        Raises:
            RuntimeError: there is something to deliver, and the server does not run.
        """
        await self._deliveries.done()

    @override
    def __repr__(self) -> str:
        return f"<FakeDixa {'not running' if self._runner is None else self.url}>"

    @web.middleware
    async def _receive(self, request: web.Request, handler: AiohttpHandler) -> web.StreamResponse:
        record = ReceivedRequest(method=request.method, path=request.path, query=request.rel_url.raw_query_string)
        with self.lock:
            self.requests.append(record)
            self.request_count += 1
            rejection = self._reject(request)
        response = rejection or await self._respond(request, handler)
        if response is None:
            return adapter.drop_connection(request)
        record.status = response.status
        return response

    def _reject(self, request: web.Request) -> web.Response | None:
        """The response to a request with a wrong token or over a rate limit; None if it is admitted."""
        if request.headers.get("Authorization") not in (self.api_key, f"Bearer {self.api_key}"):
            return adapter.to_aiohttp(error(401, "Unauthorized"))
        wait = self._limits.try_acquire()
        if wait > 0:
            self.throttled_count += 1
            headers = {"Retry-After": str(math.ceil(wait))} if self._retry_after else {}
            return adapter.to_aiohttp(error(429, "Too Many Requests"), headers)
        return None

    async def _respond(self, request: web.Request, handler: AiohttpHandler) -> web.StreamResponse | None:
        """The response to an admitted request; None if the connection is to be dropped."""
        with self.lock:
            rule = self._faults.take(request.method, adapter.paths_of(request))
        if rule is None:
            return await self._apply(request, handler)
        await request.read()  # before the delay, for the caller may not wait for the end of it
        await asyncio.sleep(rule.delay)
        if rule.has_response:
            if rule.apply:
                await self._apply(request, handler)
            return adapter.fault_response(rule)
        if rule.drop == "before":
            return None
        response = await self._apply(request, handler)
        return None if rule.drop == "after" else response

    async def _apply(self, request: web.Request, handler: AiohttpHandler) -> web.StreamResponse:
        try:
            return await handler(request)
        except ApiError as rejection:
            return adapter.to_aiohttp(error(rejection.status, rejection.message))
        except web.HTTPNotFound:
            return adapter.to_aiohttp(error(404, f"FakeDixa has no operation {request.method} {request.path}"))
        except web.HTTPException as exception:
            return adapter.to_aiohttp(error(exception.status, exception.reason))

    def _adapt(self, operation: OperationKey, handler: Handler) -> AiohttpHandler:
        """Wrap the handler of an operation for aiohttp."""

        async def handle(request: web.Request) -> web.Response:
            call = await adapter.read_call(request, self.state)
            with self.lock:
                response = handler(call)
                self._applied.add(operation)
                return adapter.to_aiohttp(response)

        return handle
