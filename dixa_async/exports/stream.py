"""The rows of an export, request by request, as an async generator.

A task receives the bytes of a response, which may take several attempts. Its rows are made in the generator, one by
one.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final, NoReturn, TypeVar

import attrs
from typing_extensions import override

from .._json import dumps
from ..caller.error_mapping import status_error, without_token
from ..caller.shared_state import SharedState
from ..config import ClientConfig, RetryPolicy, Timeout
from ..errors import UnreadableItem, UnreadableItemsError
from ..serialization import Serializer
from ..transport.http import CallState, Request
from ..transport.limiter.quota import QuotaDetector
from ..transport.middleware.chain import Middleware, Send, chain, send_observed
from ..transport.middleware.concurrency import ConcurrencyMiddleware
from ..transport.middleware.logging import LoggingMiddleware
from ..transport.middleware.rate_limit import RateLimitMiddleware
from ..transport.middleware.retry import RetryMiddleware
from ..transport.operation import Operation
from ..transport.session import refuse_copy
from ..transport.tasks import ignore_failure
from ..transport.urls import build_url
from .download import Download, ExportRequest
from .given_keys import GivenKeys
from .handoff import Handoff
from .splitting import NotAnExportError, RowTooLargeError

RowT = TypeVar("RowT")

_SLOWER: Final = 10
"""Exports take longer than other calls, and may be requested a sixtieth as often: their times are longer."""


class Exporter:
    """Makes the requests of exports of one client, or of one view of it.

    Args:
        config: the settings.
        shared: the state that a client and its views share.
        middleware: the custom middlewares.
    """

    def __init__(self, config: ClientConfig, shared: SharedState, middleware: Sequence[Middleware]) -> None:
        self._config = config
        self._shared = shared
        self._middleware = middleware

    @override
    def __reduce__(self) -> NoReturn:
        refuse_copy()

    async def rows(
        self, operation: Operation[Any], row_type: type[RowT], requests: Sequence[ExportRequest]
    ) -> AsyncGenerator[RowT, None]:
        """The rows of some requests.

        Args:
            operation: what to call.
            row_type: the model of a row.
            requests: the requests, in their order.

        Yields:
            The rows.
        """
        read = Serializer.shared().row_reader(row_type)
        without_time = GivenKeys()
        for request in requests:
            handoff = Handoff[RowT | UnreadableItem]()
            download = Download(
                request,
                read,
                handoff.give,
                session=self._shared.session,
                config=self._config,
                without_time=without_time,
            )
            task = asyncio.create_task(self._run(operation, request, download))
            task.add_done_callback(ignore_failure)
            task.add_done_callback(handoff.wake)
            try:
                while (rows := await handoff.take(task)) is not None:
                    try:
                        for row in rows:
                            if isinstance(row, UnreadableItem):
                                self._handle(row)
                            else:
                                yield row
                    except (NotAnExportError, RowTooLargeError) as error:
                        handoff.taken(error)
                    else:
                        handoff.taken()
                await task
            finally:
                task.cancel()
                await asyncio.wait([task])

    async def _run(self, operation: Operation[Any], request: ExportRequest, download: Download[Any]) -> None:
        """Make one request, with all its attempts."""
        shared, config, state = self._shared, self._config, self._shared.exports
        shared.session.open()  # a closed client is reported before anything else
        waits = shared.session.waits
        policy = _slower(config.retry, operation)
        send: Send = chain(
            (
                *self._middleware,
                LoggingMiddleware(),
                RetryMiddleware(policy, state.budget, waits),
                RateLimitMiddleware(state.limiter, None, QuotaDetector(None), waits),
                # The last one: a slot of other calls is not held while this one waits for a permit.
                ConcurrencyMiddleware(shared.slots, state.limiter, None, waits),
            ),
            download.send,
        )
        call_state = CallState(operation)
        sent = Request(
            operation=operation,
            url=build_url(f"{config.exports_server}/v1", operation.path, {}, request.query),
            timeout=_longer(config.timeout),
            call_state=call_state,
        )
        response = await send_observed(send, sent)
        if not response.ok:
            response = without_token(response, config.api_key)
            raise status_error(response, call_state, config.api_key)

    def _handle(self, item: UnreadableItem) -> None:
        """Do with a row that cannot be read what the settings say."""
        handle = self._config.on_unreadable_item
        if handle != "raise":
            handle(item)
            return
        raise UnreadableItemsError(
            item.reason,
            path=item.path,
            call=item.call,
            maybe_applied=False,
            status=200,
            headers={},
            body=dumps(item.raw),
            items=(),
            unreadable=(item,),
            next_key=None,
        )


def _longer(timeout: Timeout) -> Timeout:
    attempt = None if timeout.attempt is None else _SLOWER * timeout.attempt
    return attrs.evolve(timeout, attempt=attempt, total=None)


def _slower(policy: RetryPolicy, operation: Operation[Any]) -> RetryPolicy:
    """The policy for exports: the one that was set for them, or that of other calls with longer pauses."""
    own = policy.for_operation(operation.method, operation.path)
    if own is not policy:
        return own
    return attrs.evolve(
        policy,
        max_attempts=1 if policy.max_attempts == 1 else 2 * policy.max_attempts,
        base_delay=_SLOWER * policy.base_delay,
        max_delay=_SLOWER * policy.max_delay,
        max_retry_after=_SLOWER * policy.max_retry_after,
    )
