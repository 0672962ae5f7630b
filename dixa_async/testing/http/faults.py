"""What the server does wrong because it was told to."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import attrs

Drop: TypeAlias = Literal["before", "after"]
"""When a connection is dropped: before the request is carried out, or after it, so that only the response is lost."""


@attrs.define(kw_only=True)
class Rule:
    """One thing to do wrong, on the next requests that it fits."""

    times: int
    """How many requests are left for it."""
    method: str | None = None
    """The method of the requests that it fits; None: any."""
    path: str | None = None
    """The path below the version, or its template; None: any."""
    status: int | None = None
    body: bytes | None = None
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    delay: float = 0.0
    """Seconds."""
    drop: Drop | None = None
    apply: bool = False
    """Whether the request is carried out, though the rule gives a response of its own."""

    @property
    def has_response(self) -> bool:
        """Whether it gives a response of its own."""
        return self.status is not None or self.body is not None

    def fits(self, method: str, paths: tuple[str, ...]) -> bool:
        """Whether it is meant for a request."""
        return self.method in (None, method) and (self.path is None or self.path in paths)


class FaultRules:
    """The rules that are not used up. For each request the first one that fits it counts."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []

    def add(self, rule: Rule) -> None:
        """Add a rule behind the others.

        Args:
            rule: the rule.

        Raises:
            ValueError: the rule contradicts itself.
        """
        if rule.times < 1:
            raise ValueError(f"times must be 1 or more, not {rule.times}")
        if rule.drop is not None and rule.has_response:
            raise ValueError("a dropped connection gives no response: pass drop, or status and body")
        if (rule.headers or rule.apply) and not rule.has_response:
            raise ValueError("headers and apply need a status or a body")
        if rule.drop is None and not rule.has_response and not rule.delay > 0:
            raise ValueError("say what to do: status, body, delay or drop")
        self._rules.append(rule)

    def clear(self) -> None:
        """Forget all rules."""
        self._rules.clear()

    def take(self, method: str, paths: tuple[str, ...]) -> Rule | None:
        """Use the rule for a request, if there is one.

        Args:
            method: the method of the request.
            paths: its path below the version, and the template of it.

        Returns:
            The rule.
        """
        rule = next((rule for rule in self._rules if rule.fits(method, paths)), None)
        if rule is not None:
            rule.times -= 1
            if not rule.times:
                self._rules.remove(rule)
        return rule
