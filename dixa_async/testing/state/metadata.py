"""Marks of fields of the state."""

from typing import Final

NOT_SAVED: Final = {"not_saved": True}
"""The metadata of a field that is a setting of the server or a callback, and no data: it is not saved to files."""
