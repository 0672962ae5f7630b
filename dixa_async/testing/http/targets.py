"""Which requests are meant: by method and path, or by the ID of an operation."""

import re
from functools import cache
from typing import Final

import attrs
from typing_extensions import override

from ..._suggest import did_you_mean
from .request_log import OperationKey

_METHOD: Final = re.compile(r"[A-Za-z]+|\*")
_VERSIONED: Final = re.compile(r"/(?:beta|v1)(?:/|$)")
_PLACEHOLDER: Final = re.compile(r"\{[^/{}]+\}")


@attrs.frozen
class Target:
    """The requests that are meant."""

    text: str
    """The text that it was read from, in its shortest form."""
    method: str | None
    """The method, in capitals; None is any."""
    path: str | None
    """The path below the version or its template, with ``*`` for any one segment; None is any."""
    _pattern: "re.Pattern[str] | None" = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        pattern = None
        if self.path is not None and "*" in self.path.split("/"):
            segments = ["[^/]+" if segment == "*" else re.escape(segment) for segment in self.path.split("/")]
            pattern = re.compile("/".join(segments))
        object.__setattr__(self, "_pattern", pattern)  # the class is frozen

    def matches(self, method: str, paths: tuple[str, ...]) -> bool:
        """Whether a request is meant.

        Args:
            method: its method.
            paths: its path below the version, and the template of it if there is one.
        """
        if self.method not in (None, method):
            return False
        if self._pattern is not None:
            return any(self._pattern.fullmatch(path) for path in paths)
        return self.path is None or self.path in paths

    @override
    def __str__(self) -> str:
        return self.text


def parse_target(text: str) -> Target:
    """Read which requests are meant.

    Args:
        text: ``*`` for all; ``POST /conversations/*/messages``, in which ``*`` is any one segment of the path, the
            path may be a template such as ``/conversations/{conversationId}``, and method and path may be ``*`` for
            any; or the ID of an operation.

    Returns:
        The target.

    Raises:
        ValueError: it is not one of these.
    """
    words = text.split()
    if words in (["*"], ["*", "*"]):
        return Target("*", None, None)
    if len(words) == 1 and "/" not in text:
        key = _operations().get(words[0])
        if key is None:
            raise ValueError(
                f"there is no operation {words[0]!r}{did_you_mean(words[0], _operations())}: pass its ID, or method"
                " and path such as 'POST /conversations/*/messages'"
            )
        return Target(words[0], *key)
    if len(words) == 1:
        words = ["*", *words]
    if len(words) != 2 or not _METHOD.fullmatch(words[0]):
        raise ValueError(f"pass method and path such as 'POST /conversations/*/messages', not {text!r}")
    method, path = words[0].upper(), words[1]
    _check_path(path)
    return Target(f"{method} {path}", None if method == "*" else method, None if path == "*" else path)


def _check_path(path: str) -> None:
    if path != "*" and not path.startswith("/"):
        raise ValueError(f"the path must begin with '/', or be '*' for any: {path!r}")
    if _VERSIONED.match(path):
        raise ValueError(f"pass the path without the version: {path.partition('/')[2].partition('/')[2]!r}")
    if "?" in path or "#" in path:
        raise ValueError(f"pass the path without a query: {path.partition('?')[0]!r}")
    if _PLACEHOLDER.search(path) and path not in {known for _, known in _operations().values()}:
        raise ValueError(f"there is no operation with the path {path}: write '*' for any one segment")


@cache
def _operations() -> dict[str, OperationKey]:
    """Method and path template of each operation, by its ID."""
    from ...resources.registry import operations  # only where a rule names an operation

    return {operation.id: (operation.method, operation.path) for operation in operations()}
