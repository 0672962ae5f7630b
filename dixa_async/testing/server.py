"""The server: from a connection to a handler, and what stands between them."""

import asyncio
import math
from collections import deque
from collections.abc import Mapping
from typing import Self

from aiohttp import web
from typing_extensions import override

from .http.adapter import OPERATIONS, Next, drop, make_application, paths_of, read_call, respond, respond_as_told
from .http.faults import Drop, FaultRules, Rule
from .http.request_log import AppliedRequests, OperationKey, ReceivedRequest
from .http.routing import Handler, Refusal, error
from .http.server_thread import ServerThread
from .http.token_bucket import Limits
from .state.builders import Seeding
from .state.seed_people import make_organization
from .state.state import Clock, State, time_of_day


class FakeDixa(Seeding):
    """A Dixa on your own machine.

    ::

        async with FakeDixa() as dixa_server:
            async with DixaClient(dixa_server.api_key, base_url=dixa_server.url) as dixa:
                ...

    ``async with`` serves on the caller's event loop. ``with`` serves from a thread of its own: for programs on any
    event loop, on several, or on none, and where a test holds the time still.

    It listens on 127.0.0.1, at a port that is free, keeps what is sent to it until it is closed, and knows all
    operations of ``beta`` and ``v1``. Like Dixa it wants the token, limits the requests, and checks what it is sent. It
    does nothing by itself: it sends no webhooks, offers nobody a conversation, and brings none back that was put aside.

    Args:
        api_key: the token that it wants.
        rate: requests a second; `math.inf` switches this limit off.
        burst: requests that may come at once.
        daily_quota: requests a day; `math.inf` switches this limit off.
        retry_after: whether a 429 says when to come back. Dixa's do not.
        seed_data: whether 5 agents, 48 end users, and some tags, queues and the like are there from the start.
        anonymization_polls: how often a request to anonymize must be asked for until it is done; 0: it is done at once.
        accept_duplicate_external_ids: whether a message that is added may have the `external_id` of another one. Else
            it is a 400, as Dixa's description declares; which messages Dixa compares is not known, and here it is all.
        request_history: how many of the last requests are kept in `requests`.
        clock: returns the time in seconds since the epoch, for the limits and for the times in responses; defaults to
            the time of day, and to the clock of the event loop for the limits.

    Attributes:
        api_key: the token that it wants.
        state: everything that it knows. A test may read it and change it.
        lock: held while a request is carried out. Hold it to change `state`, or to go through it or through `requests`,
            while calls of another thread are under way. Do not await a call meanwhile.
        requests: the last requests that it received.
        request_count: how many requests it received.
        throttled_count: how many of them were over the limit, and were rejected with 429.
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
        clock: Clock | None = None,
    ) -> None:
        if not (rate > 0 and burst >= 1 and daily_quota >= 1):
            raise ValueError("rate must be over 0, burst and daily_quota 1 or more")
        state = State(
            clock=clock or time_of_day,
            organization=make_organization(),
            anonymization_polls=anonymization_polls,
            accept_duplicate_external_ids=accept_duplicate_external_ids,
        )
        super().__init__(state, seed_data=seed_data)
        self.api_key = api_key
        self.requests: deque[ReceivedRequest] = deque(maxlen=request_history)
        self.request_count = 0
        self.throttled_count = 0
        self._limits = Limits(rate=rate, burst=burst, daily_quota=daily_quota, clock=clock)
        self._retry_after = retry_after
        self._faults = FaultRules()
        self._applied = AppliedRequests(OPERATIONS)
        self._runner: web.AppRunner | None = None
        self._thread: ServerThread | None = None

    @property
    def url(self) -> str:
        """Its address, to pass as `base_url`."""
        if self._runner is None or not self._runner.addresses:
            raise RuntimeError("the server is not running: write `async with FakeDixa() as dixa_server:`, or `with`")
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def start(self) -> None:
        """Begin to listen, on the event loop that runs.

        Raises:
            RuntimeError: it listens already.
            OSError: it cannot listen.
        """
        if self._runner is not None:
            raise RuntimeError("the server is running already")
        # Requests that it was told to delay are not waited for.
        runner = web.AppRunner(make_application(self._receive, self._adapt), access_log=None, shutdown_timeout=0.01)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner

    async def aclose(self) -> None:
        """Stop to listen, and drop what is under way. The state stays."""
        if self._thread is not None:
            await asyncio.to_thread(self._stop_thread)
        else:
            await self._stop()

    async def _stop(self) -> None:
        if self._runner is not None:
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

    def applied(self, method: str, path: str) -> int:
        """How many requests to an operation were carried out, those too whose response was dropped or replaced.

        ::

            assert dixa_server.applied("POST", "/conversations/{conversationId}/notes") == 1

        Args:
            method: the method of the operation.
            path: its path template, without the version.

        Returns:
            Their number. A request that was refused does not count.

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
        """Do something wrong on the next requests.

        ::

            dixa_server.inject_fault(status=500, times=2)
            dixa_server.inject_fault(drop="after", method="POST", path="/conversations/{conversationId}/messages")

        Only requests with the right token and within the limit count. If several rules fit a request, the one that
        was made first is used.

        Args:
            times: on how many requests.
            method: only for requests with this method.
            path: only for this path, without the version, or this path template.
            status: respond with this status instead of carrying the request out.
            body: respond with these bytes instead of carrying the request out; with status 200 if none is given.
            headers: headers of that response.
            delay: wait so many seconds first. The request is then carried out, even if the caller has gone.
            drop: drop the connection: ``before`` the request is carried out, or ``after`` it, so that only the response
                is lost.
            apply: carry the request out all the same, as behind a gateway that timed out and returned 504.

        Raises:
            ValueError: the arguments contradict each other, or say nothing to do.
        """
        rule = Rule(
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
        """Forget what `inject_fault` was told and was not yet done."""
        with self.lock:
            self._faults.clear()

    @override
    def __repr__(self) -> str:
        return f"<FakeDixa {'not running' if self._runner is None else self.url}>"

    @web.middleware
    async def _receive(self, request: web.Request, handler: Next) -> web.StreamResponse:
        record = ReceivedRequest(method=request.method, path=request.path, query=request.rel_url.raw_query_string)
        with self.lock:
            self.requests.append(record)
            self.request_count += 1
            refused = self._turn_away(request)
        response = refused or await self._let_in(request, handler)
        if response is None:
            return drop(request)
        record.status = response.status
        return response

    def _turn_away(self, request: web.Request) -> web.Response | None:
        """The response to a request with a wrong token or over the limit."""
        if request.headers.get("Authorization") not in (self.api_key, f"Bearer {self.api_key}"):
            return respond(error(401, "Unauthorized"))
        wait = self._limits.take()
        if wait > 0:
            self.throttled_count += 1
            headers = {"Retry-After": str(math.ceil(wait))} if self._retry_after else {}
            return respond(error(429, "Too Many Requests"), headers)
        return None

    async def _let_in(self, request: web.Request, handler: Next) -> web.StreamResponse | None:
        """The response to a request that may be carried out; None if the connection is to be dropped."""
        with self.lock:
            rule = self._faults.take(request.method, paths_of(request))
        if rule is None:
            return await self._apply(request, handler)
        await request.read()  # before the delay, for the caller may not wait for the end of it
        await asyncio.sleep(rule.delay)
        if rule.has_response:
            if rule.apply:
                await self._apply(request, handler)
            return respond_as_told(rule)
        if rule.drop == "before":
            return None
        response = await self._apply(request, handler)
        return None if rule.drop == "after" else response

    async def _apply(self, request: web.Request, handler: Next) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refusal as refusal:
            return respond(error(refusal.status, refusal.message))
        except web.HTTPNotFound:
            return respond(error(404, f"FakeDixa does not know {request.method} {request.path}"))
        except web.HTTPException as problem:
            return respond(error(problem.status, problem.reason))

    def _adapt(self, operation: OperationKey, handler: Handler) -> Next:
        """Make the handler of an operation one of aiohttp's."""

        async def handle(request: web.Request) -> web.Response:
            call = await read_call(request, self.state)
            with self.lock:
                answer = handler(call)
                self._applied.add(operation)
                return respond(answer)

        return handle
