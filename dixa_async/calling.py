"""One call from its arguments to its answer: the way that every resource goes.

A `Caller` ties the rooms together: it builds the URL and the body, sends the request through the middlewares, turns a
status into an error and the body of the answer into models.
"""

import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, TypeVar

import aiohttp
import attrs

from .config import ClientConfig
from .errors import CallInfo, InvalidRequestError, QuotaExhaustedError, ResponseDecodeError, StatusError
from .models.base import UNSET
from .pagination import Page, Pager, check_page_limit, next_page_key
from .serialization import MismatchError, Serializer
from .transport.chain import Middleware, Send, chain
from .transport.concurrency import Concurrency, Slots
from .transport.deadline import deadline
from .transport.http import SEND_OBSERVER, Request, Response, Trace
from .transport.limiter import Limiter, LimiterState
from .transport.local_limiter import limiter_for
from .transport.logs import Logs
from .transport.multipart import Encoded
from .transport.operation import Operation
from .transport.quota import QuotaCheck, day_end
from .transport.rate_limit import RateLimiting
from .transport.retry import Retry, shared_budget
from .transport.session import Session
from .transport.urls import PathValue, QueryValue, build_url

T = TypeVar("T")

_HIDDEN: Final = "***"  # what stands in an error instead of the token


class Shared:
    """What a client and its views have in common: connections, slots, the limiter and the retry budget."""

    def __init__(
        self,
        config: ClientConfig,
        user_agent: str,
        session: aiohttp.ClientSession | None,
        limiter: Limiter | None,
    ) -> None:
        self.session = Session(config, user_agent, session)
        self.slots = Slots(self.session.max_connections)
        if limiter is None:
            limiter = limiter_for(config.base_url, config.api_key, config.rate_limit)
        self.limiter = limiter
        self.quota = QuotaCheck(config.rate_limit.daily_quota)
        self.budget = shared_budget(config.base_url, config.api_key)

    @property
    def rate_limit_state(self) -> LimiterState:
        """Where the limiter stands. Those who wait for a slot wait for their turn too."""
        state = self.limiter.state
        return attrs.evolve(state, waiting=state.waiting + self.slots.waiting)


class Caller:
    """Makes calls with the settings of one client.

    Args:
        config: the settings.
        shared: what it has in common with other callers.
        middleware: the user's own middlewares, the outermost first.
    """

    def __init__(self, config: ClientConfig, shared: Shared, middleware: Sequence[Middleware]) -> None:
        self._config = config
        self._base = f"{config.base_url}/{config.api_version}"
        self._shared = shared
        self._serializer = Serializer.shared()
        max_wait, waits = config.rate_limit.max_wait, shared.session.waits
        self._send: Send = chain(
            (
                *middleware,
                Logs(bodies=config.log_bodies),
                deadline,
                Retry(config.retry, shared.budget, waits),
                Concurrency(shared.slots, shared.limiter, max_wait, waits),
                RateLimiting(shared.limiter, max_wait, shared.quota, waits),
            ),
            shared.session.send,
        )

    async def call(
        self,
        operation: Operation[T],
        *,
        path: Mapping[str, PathValue] | None = None,
        query: Mapping[str, QueryValue] | None = None,
        body: object = UNSET,
    ) -> T:
        """Make a call and read its answer.

        Args:
            operation: what to call.
            path: the arguments of the path.
            query: the arguments of the query.
            body: models to send, or a body that is encoded already; UNSET: no body.

        Returns:
            What the operation says comes back.
        """
        response, trace = await self._exchange(operation, path, query, self._write(operation, body))
        if operation.answer is None:
            return None  # type: ignore[return-value]  # pyright: ignore[reportReturnType]
        return self._read(operation.answer, operation.envelope, response, trace)[0]  # type: ignore[no-any-return]

    def pages(
        self,
        operation: Operation[T],
        *,
        path: Mapping[str, PathValue] | None = None,
        query: Mapping[str, QueryValue] | None = None,
        body: object = UNSET,
        page_key: str | None = None,
        page_limit: int | None = None,
        prefetch: bool = False,
    ) -> Pager[T]:
        """A pager over the answers of a call.

        Args:
            operation: what to call; its `answer` is the type of one item.
            path: the arguments of the path.
            query: the arguments of the query, without those of the page.
            body: models to send with every page; UNSET: no body.
            page_key: where to start.
            page_limit: items on a page.
            prefetch: whether the next page is asked for while the caller works on this one.

        Returns:
            The pager. Nothing is sent yet.
        """
        check_page_limit(page_limit)

        async def fetch(key: str | None) -> Page[T]:
            sent = self._write(operation, body)
            paging = {**(query or {}), "pageLimit": page_limit, "pageKey": key}
            response, trace = await self._exchange(operation, path, paging, sent)
            items, answer = self._read(list[operation.answer], operation.envelope, response, trace)  # type: ignore[name-defined]
            return Page(items=items, next_key=next_page_key(answer))

        return Pager(fetch, operation, page_key=page_key, prefetch=prefetch)

    async def call_raw(
        self,
        operation: Operation[Any],
        *,
        path: Mapping[str, PathValue] | None,
        query: Mapping[str, QueryValue] | None,
        body: object,
    ) -> Any:
        """Make a call and give its whole answer as JSON, or as the operation's `answer` if it names one.

        Args:
            operation: what to call.
            path: the arguments of the path.
            query: the arguments of the query.
            body: models or JSON to send; UNSET: no body.

        Returns:
            The answer; None if it has no body.
        """
        sent = None
        try:
            if operation.answer is not None:
                self._serializer.check_kind("answer", operation.answer)
            if body is not UNSET:
                sent = _json(self._serializer.dump(body, object))
        except MismatchError as problem:
            raise InvalidRequestError(problem.reason, path=problem.path) from None
        response, trace = await self._exchange(operation, path, query, sent)
        if not response.body and operation.answer is None:
            return None
        return self._read(operation.answer or object, operation.envelope, response, trace)[0]

    def _write(self, operation: Operation[Any], body: object) -> Encoded | None:
        if body is UNSET and operation.body is None:
            return None
        if isinstance(body, Encoded):
            return body
        try:
            return _json(self._serializer.dump(body, operation.body, operation.body_envelope))
        except MismatchError as problem:
            raise InvalidRequestError(problem.reason, path=problem.path) from None

    async def _exchange(
        self,
        operation: Operation[Any],
        path: Mapping[str, PathValue] | None,
        query: Mapping[str, QueryValue] | None,
        body: Encoded | None,
    ) -> tuple[Response, Trace]:
        self._shared.session.open()  # told before the call waits for its turn
        trace = Trace(operation)
        request = Request(
            operation=operation,
            url=build_url(self._base, operation.path, path or {}, query or {}),
            headers={"Content-Type": body.content_type} if body is not None else {},
            body=body.body if body is not None else None,
            timeout=self._config.timeout,
            trace=trace,
        )
        response = await self._send_observed(request)
        if not response.ok:
            raise _status_error(response, trace.info(), self._config.api_key)
        return response, trace

    async def _send_observed(self, request: Request) -> Response:
        observer = SEND_OBSERVER.get()
        if observer is None:
            return await self._send(request)
        observer.begin(request.trace)
        try:
            return await self._send(request)
        finally:
            observer.end(request.trace)

    def _read(self, type_form: Any, envelope: str | None, response: Response, trace: Trace) -> tuple[Any, Any]:
        """The value of an answer, and what else is in it, as JSON."""
        try:
            return self._serializer.read(response.body, type_form, envelope)
        except MismatchError as problem:
            token = self._config.api_key
            raise ResponseDecodeError(
                problem.reason,
                path=problem.path.replace(token, _HIDDEN),
                call=trace.info(),
                **_answer_without(token, response),
            ) from problem.__cause__


def _json(body: bytes) -> Encoded:
    return Encoded(body, "application/json")


def _status_error(response: Response, call: CallInfo, token: str) -> StatusError:
    """The error for a status, without the token, should a server send it back."""
    message = _message(response).replace(token, _HIDDEN)
    if response.quota_used_up:
        day_ends = day_end(time.time())
        return QuotaExhaustedError(message, call=call, day_ends=day_ends, **_answer_without(token, response))
    return StatusError.of(message, call=call, **_answer_without(token, response))


def _answer_without(token: str, response: Response) -> dict[str, Any]:
    """What an error keeps of an answer."""
    return {
        "status": response.status,
        "headers": {name: value.replace(token, _HIDDEN) for name, value in response.headers.items()},
        "body": response.body.replace(token.encode(), _HIDDEN.encode()),
    }


def _message(response: Response) -> str:
    """What the server says is wrong: the `message` of its JSON, else the name of the status."""
    if response.message is not None:
        return response.message
    try:
        return HTTPStatus(response.status).phrase
    except ValueError:
        return "unknown status"
