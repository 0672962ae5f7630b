"""Faults that a test injects: which requests they are for, and what goes wrong."""

import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal, TypeAlias, get_args

import attrs
from typing_extensions import override

from .json_paths import JsonPath, format_path, parse_path
from .mutations import MUTATIONS, Mutation
from .targets import Target, parse_target

Drop: TypeAlias = Literal["before", "after"]
"""When a connection is dropped: before the request is applied, or after it, so that only the response is lost."""

_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^`|~\w-]+", re.ASCII)
_NOT_IN_HEADERS: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_STATUSES: Final = range(200, 600)


@attrs.frozen(kw_only=True)
class FaultRule:
    """A fault, and the requests that it is for. ``str(rule)`` is its text; `parse_fault` reads it.

    ::

        FaultRule(operation="POST /conversations/*/messages", status=504, apply=True, probability=0.05, seed=7)
        FaultRule(operation="getConversationsConversationid", mutation="unknown_type", at="$.data._type")

    The attributes are the arguments of `FakeDixa.inject_fault`, which explains them.

    Raises:
        ValueError: the attributes contradict each other, or ask for nothing.
    """

    operation: str = "*"
    """``POST /conversations/*/messages``, an operation's ID, or ``*`` for all requests."""
    times: float = math.inf
    """How many requests it is used for; `math.inf` for all."""
    probability: float = 1.0
    """How likely it is used for a request."""
    seed: int = 0
    """What chance begins with."""
    status: int | None = None
    """The status of the rule's own response; 200 if there is a body and no status."""
    body: bytes | None = None
    """The body of that response."""
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """The headers of that response."""
    apply: bool = False
    """Whether the request is applied although the rule has its own response."""
    delay: float = 0.0
    """In seconds."""
    drop: Drop | None = None
    """When the connection is dropped."""
    mutation: Mutation | None = None
    """What is changed in the JSON of the response."""
    at: str | None = None
    """The path of the mutation; None leaves it to the seed."""
    cut_off: int | None = None
    """After how many bytes of the body the response ends."""
    bytes_per_second: float = math.inf
    """How fast the body of the response is sent."""
    target: Target = attrs.field(init=False, repr=False, eq=False)
    """The operation, read."""
    path: JsonPath | None = attrs.field(init=False, repr=False, eq=False)
    """The path of the mutation, read."""

    def __attrs_post_init__(self) -> None:
        target = parse_target(self.operation)
        path = None if self.at is None else parse_path(self.at)
        set_once = object.__setattr__  # the class is frozen
        set_once(self, "target", target)
        set_once(self, "operation", str(target))
        set_once(self, "path", path)
        if self.body is not None and self.status is None:
            set_once(self, "status", 200)
        set_once(self, "at", None if path is None else format_path(path))
        set_once(self, "headers", {name: value.strip() for name, value in self.headers.items()})
        self._check_numbers()
        self._check_headers()
        self._check_kinds()

    @property
    def has_response(self) -> bool:
        """Whether the rule has its own response."""
        return self.status is not None

    @property
    def shapes_sending(self) -> bool:
        """Whether the response is cut off or sent slowly."""
        return self.cut_off is not None or math.isfinite(self.bytes_per_second)

    @override
    def __str__(self) -> str:
        """The rule as text, such as ``POST /conversations/*/messages: 504 applied, 5 %, seed 7``."""
        return f"{self.operation}: {', '.join([*self._what(), *self._when()])}"

    def _what(self) -> list[str]:
        parts: list[str] = []
        if self.has_response:
            parts.append(f"{self.status}{' applied' if self.apply else ''}")
        if self.body is not None:
            parts.append(f"body {json.dumps(self.body.decode(errors='surrogateescape'))}")
        parts += [f"header {json.dumps(f'{name}: {value}')}" for name, value in self.headers.items()]
        if self.delay:
            parts.append(f"delay {_number(self.delay)} s")
        if self.drop is not None:
            parts.append(f"dropped {self.drop}")
        if self.mutation is not None:
            parts.append(self.mutation.replace("_", " ") + ("" if self.at is None else f" at {self.at}"))
        if self.cut_off is not None:
            parts.append(f"cut off after {self.cut_off} bytes")
        if math.isfinite(self.bytes_per_second):
            parts.append(f"{_number(self.bytes_per_second)} bytes/s")
        return parts

    def _when(self) -> list[str]:
        parts: list[str] = []
        if self.probability < 1:
            parts.append(f"{(Decimal(repr(self.probability)) * 100).normalize():f} %")
        if math.isfinite(self.times):
            parts.append("once" if self.times == 1 else f"{self.times:.0f} times")
        if self.seed:
            parts.append(f"seed {self.seed}")
        return parts

    def _check_numbers(self) -> None:
        for name, number in (("seed", self.seed), ("status", self.status), ("cut_off", self.cut_off)):
            if number is not None and type(number) is not int:
                raise ValueError(f"{name} must be a whole number, not {number!r}")
        if not (self.times >= 1 and (self.times == math.inf or self.times == int(self.times))):
            raise ValueError(f"times must be 1 or more, or math.inf for all requests, not {self.times!r}")
        if not 0 < self.probability <= 1:
            raise ValueError(f"probability must be greater than 0 and at most 1, not {self.probability!r}")
        if self.seed < 0:
            raise ValueError(f"seed must be 0 or more, not {self.seed}")
        if self.status is not None and self.status not in _STATUSES:
            raise ValueError(f"status must be from 200 to 599, not {self.status!r}")
        if not 0 <= self.delay < math.inf:
            raise ValueError(f"delay must be a number of seconds, 0 or more, not {self.delay!r}")
        if self.cut_off is not None and self.cut_off < 0:
            raise ValueError(f"cut_off must be a number of bytes, 0 or more, not {self.cut_off}")
        if not self.bytes_per_second > 0:
            raise ValueError(f"bytes_per_second must be greater than 0, not {self.bytes_per_second!r}")

    def _check_headers(self) -> None:
        for name, value in self.headers.items():
            if not _HEADER_NAME.fullmatch(name) or _NOT_IN_HEADERS.search(value):
                raise ValueError(f"headers must have a name of letters, digits and '-', and one line each: {name!r}")
            if name.lower() == "content-length" and not (value.isascii() and value.isdigit()):
                raise ValueError(f"headers must have a number as the Content-Length, not {value!r}")

    def _check_kinds(self) -> None:
        if self.drop not in (None, *get_args(Drop)):
            raise ValueError(f"drop must be 'before' or 'after', not {self.drop!r}")
        if self.mutation not in (None, *MUTATIONS):
            raise ValueError(f"mutation must be one of {', '.join(MUTATIONS)}, not {self.mutation!r}")
        if self.drop is not None and (self.has_response or self.mutation is not None or self.shapes_sending):
            raise ValueError("a dropped connection has no response: pass either drop, or what the response is")
        if self.mutation is not None and self.has_response:
            raise ValueError("a mutation changes Dixa's own response: pass either mutation, or status and body")
        if self.at is not None and self.mutation is None:
            raise ValueError("at is the path of a mutation: pass mutation, too")
        if self.mutation == "unknown_type" and self.path is not None and self.path[-1:] != ("_type",):
            raise ValueError(f"unknown_type changes a _type: end the path with ._type, such as {self.at}._type")
        if self.mutation == "missing_field" and self.path is not None and isinstance(self.path[-1], int):
            raise ValueError("missing_field removes a field of an object: end the path with its name")
        if (self.headers or self.apply) and not self.has_response:
            raise ValueError("headers and apply need a status or a body")
        if not (self.has_response or self.delay or self.drop or self.mutation or self.shapes_sending):
            raise ValueError(
                "the fault does nothing: pass status, body, delay, drop, mutation, cut_off or bytes_per_second"
            )


def _number(value: float) -> str:
    """A number as short as possible: ``2`` for 2.0."""
    return repr(float(value)).removesuffix(".0")
