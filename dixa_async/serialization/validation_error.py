"""Data that does not fit its type: the reason and the path."""

from collections.abc import Callable
from typing import Any, TypeAlias

StructureHook: TypeAlias = Callable[[Any, Any], Any]
"""Reads a value as a type; called by cattrs with both."""


class ValidationError(Exception):
    """Data does not fit its type.

    Attributes:
        reason: what was expected and the type of the value; never the value itself, which may be personal.
        path: the place in the data, such as ``$.data[3].createdAt``.
    """

    def __init__(self, reason: str, path: str = "", logged_path: str | None = None) -> None:
        super().__init__(reason, path, logged_path)
        self.reason = reason
        self._path = path
        self._logged_path = path if logged_path is None else logged_path

    @property
    def path(self) -> str:
        """The place in the data; ``$`` is the whole."""
        return f"${self._path}"

    @property
    def shown_path(self) -> str:
        """The place without the keys of maps, which may be personal, for logs and error messages."""
        return f"${self._logged_path}"

    @property
    def logged(self) -> str:
        """The message for logs."""
        return f"{self.shown_path}: {self.reason}"

    def within(self, place: str, logged_place: str | None = None) -> "ValidationError":
        """The same error, with a path that starts at the enclosing value.

        Args:
            place: the place in the enclosing value.
            logged_place: the place as logs may show it; defaults to `place`.

        Returns:
            The error.
        """
        logged = place if logged_place is None else logged_place
        return ValidationError(self.reason, place + self._path, logged + self._logged_path)

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


def expected(what: str, value: object) -> ValidationError:
    """The error of a value that is not `what`."""
    return ValidationError(f"expected {what}, got {_json_name(value)}")


def at(place: str, hook: StructureHook, logged_place: str | None = None) -> StructureHook:
    """Add the place of a value in its object, list or map to the errors of its hook."""

    def placed(value: Any, type_form: Any) -> Any:
        try:
            return hook(value, type_form)
        except ValidationError as error:
            raise error.within(place, logged_place) from None

    return placed


def _json_name(value: object) -> str:
    """The name of the JSON type of a value."""
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return type(value).__name__
