"""Simulates a client and its Dixa for a job: requests are sent, are applied or not, and fail."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from dixa_async import (
    AuthenticationError,
    BadRequestError,
    ClientClosedError,
    ConfigurationError,
    ConnectError,
    ConnectionLostError,
    PermissionDeniedError,
    QuotaExhaustedError,
    ServerError,
    TlsError,
    TooManyRequestsError,
    UsageError,
)
from dixa_async.errors import CallInfo, StatusError
from dixa_async.transport.http import SEND_OBSERVER, Request

from ..helpers.requests import make_request

Fault: TypeAlias = Literal[
    "unreachable",  # no connection: nothing is sent
    "tls",
    "closed",
    "misused",
    "misconfigured",
    "unauthorized",  # 401
    "denied",  # 403
    "quota",
    "throttled",
    "rejected",  # 400
    "lost before",  # the connection breaks, and the request was not applied
    "lost after",  # the connection breaks, and the request was applied
    "gateway before",  # 504
    "gateway after",
]
FAULTS: tuple[Fault, ...] = Fault.__args__  # type: ignore[attr-defined]
_APPLIED = ("lost after", "gateway after")
_STATUSES = {"unauthorized": 401, "denied": 403, "quota": 429, "throttled": 429, "rejected": 400}


class SimulatedDixa:
    """A client and its server.

    Attributes:
        fault: the fault of every call.
        faults: the faults of the calls for an item, one after the other, before `fault`.
        applied: how often the server has applied the write of an item.
        requests: when requests were sent, and for which item.
    """

    def __init__(self, seconds: float = 0.1) -> None:
        self.fault: Fault | None = None
        self.faults: dict[int, list[Fault | None]] = {}
        self.applied = Counter[int]()
        self.requests: list[tuple[float, int]] = []
        self._seconds = seconds

    async def write(self, item: int) -> int:
        faults = self.faults.get(item)
        await self._call(item, faults.pop(0) if faults else self.fault, make_request("POST"))
        return item * 10

    async def read(self, item: int) -> int:
        await self._call(item, self.fault, make_request("GET"))
        return item

    async def reconcile(self, item: int) -> int | None:
        await asyncio.sleep(self._seconds)
        return item * 10 if self.applied[item] else None

    async def _call(self, item: int, fault: Fault | None, request: Request) -> None:
        observer, call_state = SEND_OBSERVER.get(), request.call_state
        if observer is not None:
            observer.begin(call_state)
        try:
            await asyncio.sleep(self._seconds)  # the permit
            if fault == "closed":
                raise ClientClosedError("the client is closed")
            if fault == "misused":
                raise UsageError("the client belongs to another event loop")
            if fault == "misconfigured":
                raise ConfigurationError("timeout must be more than 0")
            if observer is not None:
                observer.sending(request)
            self.requests.append((asyncio.get_running_loop().time(), item))
            await asyncio.sleep(self._seconds)  # the network
            if request.operation.method == "POST" and (fault is None or fault in _APPLIED):
                self.applied[item] += 1
            self._respond(fault, request)
        finally:
            if observer is not None:
                observer.end(call_state)

    def _respond(self, fault: Fault | None, request: Request) -> None:
        call_state, now = request.call_state, datetime.now(UTC)
        if fault in ("unreachable", "tls"):
            call_state.record(now, 0.0, error="ClientConnectorError")
            error_type = TlsError if fault == "tls" else ConnectError
            raise error_type("no connection", call=call_state.info(), maybe_applied=False)
        if fault in ("lost before", "lost after"):
            call_state.record(now, 0.0, error="ServerDisconnectedError")
            maybe_applied = call_state.note_applied(True)
            raise ConnectionLostError("the connection broke", call=call_state.info(), maybe_applied=maybe_applied)
        status = 201 if fault is None else _STATUSES.get(fault, 504)
        call_state.record(now, 0.0, status=status)
        maybe_applied = call_state.note_applied(status in (201, 504))
        if fault is not None:
            raise _status_error(fault, status, call_state.info(), maybe_applied=maybe_applied)


def _status_error(fault: Fault, status: int, call: CallInfo, *, maybe_applied: bool) -> StatusError:
    response = {"call": call, "maybe_applied": maybe_applied, "status": status, "headers": {}, "body": b""}
    if fault == "quota":
        return QuotaExhaustedError("Limit exceeded", **response, day_ends=datetime(2026, 11, 29, tzinfo=UTC))  # type: ignore[arg-type]
    types: dict[int, type[StatusError]] = {
        400: BadRequestError,
        401: AuthenticationError,
        403: PermissionDeniedError,
        429: TooManyRequestsError,
        504: ServerError,
    }
    return types[status](fault, **response)  # type: ignore[arg-type]
