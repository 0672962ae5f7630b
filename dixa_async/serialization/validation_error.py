"""Data that does not fit, and the place where it stands."""

from collections.abc import Callable
from typing import Any, TypeAlias

StructureHook: TypeAlias = Callable[[Any, Any], Any]
"""What cattrs calls with a value and a type."""


class ValidationError(Exception):
    """Data that does not have the form it should have.

    Attributes:
        reason: what was expected and what kind of value was met; never the value itself, which may be personal.
        path: the place in the data, such as ``$.data[3].createdAt``.
    """

    def __init__(self, reason: str, path: str = "", logged_path: str | None = None) -> None:
        super().__init__(reason, path, logged_path)
        self.reason = reason
        self._path = path
        self._logged_path = path if logged_path is None else logged_path

    @property
    def path(self) -> str:
        """The place, from the ``$`` that stands for the whole."""
        return f"${self._path}"

    @property
    def shown_path(self) -> str:
        """The place without the keys of maps, which may be personal, for logs and the texts of errors."""
        return f"${self._logged_path}"

    @property
    def logged(self) -> str:
        """What a log may say of it."""
        return f"{self.shown_path}: {self.reason}"

    def within(self, place: str, logged_place: str | None = None) -> "ValidationError":
        """The same mismatch, seen from the value around it.

        Args:
            place: where it is in that value.
            logged_place: the same as a log may tell it; None: as it is.

        Returns:
            The mismatch.
        """
        logged = place if logged_place is None else logged_place
        return ValidationError(self.reason, place + self._path, logged + self._logged_path)

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


def expected(what: str, value: object) -> ValidationError:
    """The mismatch of a value that is not `what`."""
    return ValidationError(f"expected {what}, got {_json_name(value)}")


def at(place: str, hook: StructureHook, logged_place: str | None = None) -> StructureHook:
    """Let a hook's failures tell the place of the value in its object, list or map."""

    def placed(value: Any, type_form: Any) -> Any:
        try:
            return hook(value, type_form)
        except ValidationError as problem:
            raise problem.within(place, logged_place) from None

    return placed


def _json_name(value: object) -> str:
    """What JSON calls this kind of value."""
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return type(value).__name__
