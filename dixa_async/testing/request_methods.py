"""How a test makes requests go wrong, and sees what was received and applied."""

import math
from collections.abc import Mapping

from .fault_script import parse_fault
from .http.faults import Drop, FaultRule
from .http.injected_faults import InjectedFault
from .http.mutations import Mutation
from .http.pipeline import RequestPipeline
from .http.request_log import ReceivedRequest
from .http.targets import parse_target


class RequestMethods:
    """The methods of `FakeDixa` for faults, and for the log of requests."""

    _pipeline: RequestPipeline

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
        return self._pipeline.applied.count(method.upper(), path)

    def applied_writes(self) -> dict[str, int]:
        """How many requests were applied that change something, by operation.

        ::

            assert dixa_server.applied_writes() == {"POST /conversations/{conversationId}/notes": 1}

        Returns:
            The counts of all operations but those that only read, which are those with GET and the searches with POST.
            An operation without an applied request is absent.
        """
        return self._pipeline.applied.writes()

    def received(self, operation: str = "*") -> list[ReceivedRequest]:
        """The latest requests to an operation, or to all.

        ::

            (request,) = dixa_server.received("POST /conversations/*/notes")
            assert request.applied
            assert request.json() == {"message": "called back"}

        Args:
            operation: as for `inject_fault`. A template matches only requests to its own operation.

        Returns:
            The requests that are in `requests`, with the same objects, the oldest first. Rejected ones are among them.

        Raises:
            ValueError: there is no such operation.
        """
        return self._pipeline.received(parse_target(operation))

    def inject_fault(
        self,
        *,
        operation: str | None = None,
        method: str | None = None,
        path: str | None = None,
        times: float | None = None,
        probability: float = 1.0,
        seed: int = 0,
        status: int | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        apply: bool = False,
        delay: float = 0.0,
        drop: Drop | None = None,
        mutation: Mutation | None = None,
        at: str | None = None,
        cut_off: int | None = None,
        bytes_per_second: float = math.inf,
    ) -> InjectedFault:
        """Make the next requests go wrong.

        ::

            dixa_server.inject_fault(status=500, times=2)
            dixa_server.inject_fault(drop="after", operation="POST /conversations/*/messages")
            dixa_server.inject_fault(status=504, apply=True, method="POST", probability=0.05, seed=7)
            dixa_server.inject_fault(mutation="missing_field", at="$.data.createdAt", method="GET")

        Only requests with the right token and within the rate limits count. If several faults match a request, the one
        that was injected first is used.

        Args:
            operation: only for this operation: ``POST /conversations/*/messages``, without the version, in which ``*``
                is any one segment of the path; or the ID of an operation, as errors and `Operation.id` have it.
            method: only for requests with this method. Pass either this and `path`, or `operation`.
            path: only for this path, path with ``*``, or path template, without the version.
            times: for how many requests; `math.inf` for all. Defaults to 1, and with a probability to all.
            probability: how likely it is used for a request that matches, greater than 0 and at most 1.
            seed: what chance begins with, 0 or more. It decides in the same way each time.
            status: respond with this status, from 200 to 599, instead of applying the request.
            body: respond with these bytes instead of applying the request; with status 200 if no status is passed.
            headers: headers of that response.
            apply: apply the request although the response says otherwise, like a gateway that times out and returns
                504.
            delay: wait this many seconds first. The request is then applied, even if the caller has disconnected.
            drop: drop the connection: ``before`` the request is applied, or ``after`` it, so that only the response is
                lost.
            mutation: change one place in the JSON of the response to the applied request: a value of the
                ``wrong_type``, an ``unknown_type`` of a union, a ``new_enum_value``, or a ``missing_field``. A response
                without such a place, as an error is, stays as it is, and that request does not count.
            at: the path of that place, such as ``$.data[0].createdAt``; by default, the seed chooses one.
            cut_off: end the response after this many bytes of its body, though it promises all of them. At least the
                last byte is missing.
            bytes_per_second: send the body of the response this slowly.

        Returns:
            The fault. It counts how often it was used, and as a context manager it is removed at the end.

        Raises:
            ValueError: the arguments contradict each other, or ask for nothing.
        """
        if operation is not None and (method is not None or path is not None):
            raise ValueError("pass either operation, or method and path")
        return self.fault(
            FaultRule(
                operation=f"{method or '*'} {path or '*'}" if operation is None else operation,
                times=times if times is not None else (1 if probability == 1 else math.inf),
                probability=probability,
                seed=seed,
                status=status,
                body=body,
                headers=headers or {},
                apply=apply,
                delay=delay,
                drop=drop,
                mutation=mutation,
                at=at,
                cut_off=cut_off,
                bytes_per_second=bytes_per_second,
            )
        )

    def fault(self, rule: FaultRule | str) -> InjectedFault:
        """Make requests go wrong as a rule says; without a number of times in it, until the fault is removed.

        ::

            with dixa_server.fault("POST /conversations/*/notes: 504 applied") as fault:
                ...
            assert fault.used == 1

        Args:
            rule: the rule, or its text, which `dixa_async.testing.fault_script` describes.

        Returns:
            The fault. It counts how often it was used, and as a context manager it is removed at the end.

        Raises:
            ValueError: the text cannot be read, or contradicts itself.
        """
        if isinstance(rule, str):
            rule = parse_fault(rule)
        return self._pipeline.faults.inject(rule)

    @property
    def faults(self) -> list[InjectedFault]:
        """The faults that are in force, in the order in which they were injected."""
        return self._pipeline.faults.active()

    def clear_faults(self) -> None:
        """Remove all faults that are in force."""
        self._pipeline.faults.clear()
