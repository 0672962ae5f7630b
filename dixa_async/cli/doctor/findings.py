"""What a check finds: one line, with what to do."""

import enum
import json
from collections.abc import Sequence

import attrs

from ..terminal import printable


class Level(enum.StrEnum):
    """How good it is."""

    OK = "ok"
    WARNING = "warning"
    FAIL = "fail"
    SKIPPED = "skipped"


@attrs.frozen
class Finding:
    """What a check has found."""

    check: str
    level: Level
    text: str
    advice: str = ""
    """What to do."""


def ok(check: str, text: str) -> Finding:
    """All is well."""
    return Finding(check, Level.OK, text)


def warning(check: str, text: str, advice: str) -> Finding:
    """It works, but may surprise."""
    return Finding(check, Level.WARNING, text, advice)


def fail(check: str, text: str, advice: str) -> Finding:
    """It does not work."""
    return Finding(check, Level.FAIL, text, advice)


def skipped(check: str, text: str) -> Finding:
    """It was not checked."""
    return Finding(check, Level.SKIPPED, text)


def line_of(finding: Finding) -> str:
    """A finding as one line.

    Args:
        finding: the finding.

    Returns:
        The line, without control characters.
    """
    advice = f" -> {finding.advice}" if finding.advice else ""
    return printable(f"{finding.level:8} {finding.check:10} {finding.text}{advice}")


def json_of(findings: Sequence[Finding]) -> str:
    """Findings as a JSON document.

    Args:
        findings: the findings.

    Returns:
        The document. Its ``ok`` is False if something is wrong.
    """
    checks = [
        {"check": each.check, "level": each.level.value, "text": each.text, "advice": each.advice or None}
        for each in findings
    ]
    return json.dumps({"ok": all(each.level is not Level.FAIL for each in findings), "checks": checks}, indent=2)
