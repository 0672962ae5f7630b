"""The file that holds the state of a server: its format and version, and who may read it."""

import errno
import heapq
import os
import secrets
from pathlib import Path
from typing import Any, Final

import attrs

from ...errors import SerializationError
from ...serialization import Serializer, ValidationError
from ..state.movable_time import LATEST
from ..state.server_state import State
from .errors import StateFileError
from .forms import as_object, read_fields, saved_fields, to_plain

FORMAT: Final = "dixa-async fake state"
VERSION: Final = 1
"""Raised when an older version of the package could not load the file, or would load it wrongly. A new field of the
state does not raise it: where it is absent, it has its default."""


def encode_state(state: State) -> bytes:
    """The content of the file.

    Args:
        state: the state. Nobody changes it meanwhile.

    Returns:
        JSON.

    Raises:
        SerializationError: a value of the state cannot be represented in JSON.
    """
    plain = {name: to_plain(getattr(state, name), form) for name, form in saved_fields(State).items()}
    document = {"format": FORMAT, "version": VERSION, "state": plain}
    try:
        return Serializer.shared().encode_lossless(document) + b"\n"
    except ValidationError as error:
        raise SerializationError(error.reason, path=error.path, shown_path=error.shown_path) from None


def write_file(path: "str | os.PathLike[str]", content: bytes) -> None:
    """Write a file that only its owner may read, for it may hold personal data.

    A file that is there already is replaced when the new one is complete.

    Args:
        path: the file.
        content: its content.

    Raises:
        OSError: it cannot be written, or is no regular file, such as a device.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with open(draft, "xb", opener=_open_for_owner) as file:
            file.write(content)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def load_state(path: "str | os.PathLike[str]", state: State) -> None:
    """Load a state.

    Args:
        path: the file.
        state: where to load it. Everything in it that is saved is replaced.

    Raises:
        StateFileError: the file does not hold a state that this version can load.
        OSError: it cannot be read.
    """
    try:
        fields = _fields_in(Path(path).read_bytes())
        loaded = attrs.evolve(state, **fields)
        _check(loaded)
    except ValidationError as error:
        raise StateFileError(path, error.reason, path=error.path) from None
    heapq.heapify(loaded.agenda.entries)  # someone may have edited the file
    for name in saved_fields(State):
        setattr(state, name, getattr(loaded, name))


def _fields_in(content: bytes) -> dict[str, Any]:
    document = as_object(Serializer.shared().load(content))
    if document.get("format") != FORMAT:
        raise ValidationError("this is not the saved state of a FakeDixa")
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ValidationError("expected the number of a version", ".version")
    if version > VERSION:
        raise ValidationError(
            f"version {version} is newer than {VERSION}, which this version of dixa-async loads: upgrade dixa-async",
            ".version",
        )
    if "state" not in document:
        raise ValidationError("required, but absent", ".state")
    try:
        return read_fields(document["state"], State)
    except ValidationError as error:
        raise error.within(".state") from None


def _check(state: State) -> None:
    """What the server relies on, and a file that was edited may lack."""
    for key, conversation in state.conversations.items():
        if conversation.id != key:
            raise ValidationError("the id must be equal to the key", f".state.conversations.{key}.id")
        if key not in state.messages:
            raise ValidationError("required, but absent", f".state.messages.{key}")
    for request_id, request in state.anonymizations.items():
        if request.processed_at is None and request_id not in state.polls_left:
            raise ValidationError("required, but absent", f".state.polls_left.{request_id}")
    if not 0 <= state.clock_moved <= LATEST.timestamp() - state.clock():
        raise ValidationError("expected a number of seconds", ".state.clock_moved")
    for number, entry in enumerate(state.agenda.entries):
        is_known = entry.target.isdecimal() if entry.kind == "follow_up" else entry.target in state.anonymizations
        if not is_known:
            raise ValidationError("there is no such target", f".state.agenda.entries[{number}].target")


def _open_for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
