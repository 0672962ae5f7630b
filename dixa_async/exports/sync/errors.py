"""The errors of the files that have a copy."""

from ...errors import DixaError


class StoreError(DixaError):
    """A copy cannot be read or written."""


class StoreLockedError(StoreError):
    """A copy is in use: another sync writes it, or a program reads it just now."""
