"""Faults that a test injects."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import attrs

Drop: TypeAlias = Literal["before", "after"]
"""When a connection is dropped: before the request is applied, or after it, so that only the response is lost."""


@attrs.define(kw_only=True)
class FaultRule:
    """A fault, for the next requests that match."""

    times: int
    """How many more requests it is used for."""
    method: str | None = None
    """The method that a request must have; None matches any."""
    path: str | None = None
    """The path below the version, or its template; None matches any."""
    status: int | None = None
    body: bytes | None = None
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    delay: float = 0.0
    """In seconds."""
    drop: Drop | None = None
    apply: bool = False
    """Whether the request is applied although the rule has its own response."""

    @property
    def has_response(self) -> bool:
        """Whether the rule has its own response."""
        return self.status is not None or self.body is not None

    def matches(self, method: str, paths: tuple[str, ...]) -> bool:
        """Whether the rule is meant for a request."""
        return self.method in (None, method) and (self.path is None or self.path in paths)


class FaultRules:
    """The rules that are not used up. The first one that matches a request is used."""

    def __init__(self) -> None:
        self._rules: list[FaultRule] = []

    def add(self, rule: FaultRule) -> None:
        """Add a rule after the others.

        Args:
            rule: the rule.

        Raises:
            ValueError: the rule contradicts itself, or does nothing.
        """
        if rule.times < 1:
            raise ValueError(f"times must be 1 or more, not {rule.times}")
        if rule.drop is not None and rule.has_response:
            raise ValueError("a dropped connection has no response: pass either drop, or status and body")
        if (rule.headers or rule.apply) and not rule.has_response:
            raise ValueError("headers and apply need a status or a body")
        if rule.drop is None and not rule.has_response and not rule.delay > 0:
            raise ValueError("the fault does nothing: pass status, body, delay or drop")
        self._rules.append(rule)

    def clear(self) -> None:
        """Remove all rules."""
        self._rules.clear()

    def take(self, method: str, paths: tuple[str, ...]) -> FaultRule | None:
        """Find the rule for a request, and count the use.

        Args:
            method: the method of the request.
            paths: its path below the version, and the template of it.

        Returns:
            The rule; None if none matches.
        """
        rule = next((rule for rule in self._rules if rule.matches(method, paths)), None)
        if rule is not None:
            rule.times -= 1
            if not rule.times:
                self._rules.remove(rule)
        return rule
