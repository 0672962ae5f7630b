"""What a request passes on its way to a handler: the log of requests, authentication, rate limits and faults."""

import asyncio
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from aiohttp import web

from ..state.server_state import State
from . import adapter
from .adapter import Admit, AiohttpHandler, Route
from .errors import ApiError
from .faults import FaultRule
from .faulty_responses import mutated_response, own_response, send_badly
from .injected_faults import InjectedFaults
from .request_log import AppliedRequests, OperationKey, ReceivedRequest
from .responses import error
from .routing import Handler
from .targets import Target
from .token_bucket import RateLimits

RequestObserver: TypeAlias = Callable[[ReceivedRequest], None]
"""Called on the server's event loop when a response is ready, or the connection is dropped instead."""


class RequestPipeline:
    """Admits requests, lets faults happen to them, and applies them.

    Args:
        state: the data of the server.
        lock: held while a request is handled.
        operations: the handlers of the API.
        api_key: the API token that requests must have.
        limits: the rate limits of the API token.
        retry_after: whether a 429 has a ``Retry-After`` header.
        request_history: how many of the latest requests are kept.

    Attributes:
        api_key: the API token that requests must have.
        requests: the latest requests.
        request_count: how many requests were received.
        throttled_count: how many of them exceeded a rate limit.
        faults: the faults that are injected.
        applied: the requests that were applied.
        before_request: called before a request is admitted, with the lock.
        observers: called with each request when it is over.
    """

    def __init__(
        self,
        state: State,
        lock: threading.RLock,
        operations: Mapping[OperationKey, Handler],
        *,
        api_key: str,
        limits: RateLimits,
        retry_after: bool,
        request_history: int,
    ) -> None:
        self._state = state
        self._lock = lock
        self._operations = operations
        self._limits = limits
        self._retry_after = retry_after
        self._open_handlers = set[AiohttpHandler]()
        self._admit: dict[AiohttpHandler, Admit] = {}
        self._operation_of: dict[AiohttpHandler, OperationKey] = {}
        self.api_key = api_key
        self.requests: deque[ReceivedRequest] = deque(maxlen=request_history)
        self.request_count: int = 0
        self.throttled_count: int = 0
        self.faults: InjectedFaults = InjectedFaults(lock)
        self.applied: AppliedRequests = AppliedRequests(operations)
        self.before_request: Callable[[], None] = lambda: None
        self.observers: list[RequestObserver] = []

    def make_application(self, routes: Iterable[Route] = ()) -> web.Application:
        """Make the application of all operations, in both versions of the API.

        Args:
            routes: routes besides the API's.

        Returns:
            The application.
        """
        extra = list(routes)
        self._open_handlers = {route.handler for route in extra if route.is_open}
        self._admit = {route.handler: route.admit for route in extra if route.admit is not None}
        handlers = [(operation, self._adapt(operation, handler)) for operation, handler in self._operations.items()]
        self._operation_of = {handler: operation for operation, handler in handlers}
        return adapter.make_application(self._receive, [*adapter.api_routes(handlers), *extra])

    def received(self, target: Target) -> list[ReceivedRequest]:
        """The latest requests that are meant, the oldest first."""
        with self._lock:
            requests = list(self.requests)
        return [request for request in requests if target.matches(request.method, request.paths)]

    @web.middleware
    async def _receive(self, request: web.Request, handler: AiohttpHandler) -> web.StreamResponse:
        if request.match_info.handler in self._open_handlers:
            return await handler(request)
        started = time.perf_counter()
        record = self._record(request)
        with self._lock:
            self.requests.append(record)
            self.request_count += 1
            self.before_request()
            rejection = self._admit.get(request.match_info.handler, self._reject)(request, record)
        response = rejection or await self._respond(request, handler, record)
        if response is not None:
            record.status = response.status
        record.seconds = time.perf_counter() - started
        for observer in self.observers:
            observer(record)
        return adapter.drop_connection(request) if response is None else response

    def _record(self, request: web.Request) -> ReceivedRequest:
        """Begin the entry of a request in the log."""
        return ReceivedRequest(
            method=request.method,
            path=request.path,
            query=request.rel_url.raw_query_string,
            operation=self._operation_of.get(request.match_info.handler),
        )

    def _reject(self, request: web.Request, record: ReceivedRequest) -> web.Response | None:
        """The response to a request with a wrong token or over a rate limit; None if it is admitted."""
        if request.headers.get("Authorization") not in (self.api_key, f"Bearer {self.api_key}"):
            return adapter.to_aiohttp(error(401, "Unauthorized"))
        wait = self._limits.try_acquire()
        if wait > 0:
            self.throttled_count += 1
            record.throttled = True
            headers = {"Retry-After": str(math.ceil(wait))} if self._retry_after else {}
            return adapter.to_aiohttp(error(429, "Too Many Requests"), headers)
        return None

    async def _respond(
        self, request: web.Request, handler: AiohttpHandler, record: ReceivedRequest
    ) -> web.StreamResponse | None:
        """The response to an admitted request; None if the connection is to be dropped."""
        try:
            # Before any delay, as the caller might disconnect during it.
            record.body = await request.read()
        except web.HTTPException as exception:  # it is too large
            return adapter.to_aiohttp(error(exception.status, exception.reason))
        fault = self.faults.take(record.method, record.paths)
        if fault is None:
            return await self._apply(request, handler, record)
        record.fault = str(fault)
        happened = True
        try:
            response = await self._apply_with(fault.rule, request, handler, record)
            if response is not None and fault.rule.mutation is not None:
                mutated = mutated_response(response, fault.rule, fault.used)
                happened = mutated is not None
                response = mutated or response
            if response is not None and fault.rule.shapes_sending:
                response = await send_badly(request, response, fault.rule)
            return response
        finally:
            if not happened:
                record.fault = None
            self.faults.settle(fault, happened=happened)

    async def _apply_with(
        self, rule: FaultRule, request: web.Request, handler: AiohttpHandler, record: ReceivedRequest
    ) -> web.StreamResponse | None:
        """Apply a request or not, as a rule says."""
        await asyncio.sleep(rule.delay)
        if rule.drop == "before":
            return None
        if not rule.has_response:
            response = await self._apply(request, handler, record)
            return None if rule.drop == "after" else response
        if rule.apply:
            await self._apply(request, handler, record)
        return own_response(rule)

    async def _apply(
        self, request: web.Request, handler: AiohttpHandler, record: ReceivedRequest
    ) -> web.StreamResponse:
        try:
            response = await handler(request)
        except ApiError as rejection:
            return adapter.to_aiohttp(error(rejection.status, rejection.message))
        except web.HTTPNotFound:
            return adapter.to_aiohttp(error(404, f"FakeDixa has no operation {request.method} {request.path}"))
        except web.HTTPException as exception:
            return adapter.to_aiohttp(error(exception.status, exception.reason))
        record.applied = True
        return response

    def _adapt(self, operation: OperationKey, handler: Handler) -> AiohttpHandler:
        """Wrap the handler of an operation for aiohttp."""

        async def handle(request: web.Request) -> web.Response:
            call = await adapter.read_call(request, self._state)
            with self._lock:
                response = handler(call)
                self.applied.add(operation)
                return adapter.to_aiohttp(response)

        return handle
