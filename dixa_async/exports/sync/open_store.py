"""Which store a path means."""

import os
from pathlib import Path
from typing import Final

from ...database import FilePath
from ...errors import ConfigurationError
from .json_lines import JsonLinesStore
from .sqlite import SqliteStore
from .store import Store

_STORES: Final[dict[str, type[SqliteStore] | type[JsonLinesStore]]] = {
    ".sqlite": SqliteStore,
    ".sqlite3": SqliteStore,
    ".db": SqliteStore,
    ".jsonl": JsonLinesStore,
    ".ndjson": JsonLinesStore,
}


def to_store(store: FilePath | Store) -> Store:
    """The store itself, or the one in a file.

    Args:
        store: a store, or the path of a file whose suffix says which one.

    Raises:
        ConfigurationError: it is neither, or the suffix is not known.
    """
    if not isinstance(store, str | bytes | os.PathLike):
        if not all(hasattr(store, name) for name in ("open", "write", "finish", "close")):
            raise ConfigurationError(f"store must be the path of a file, or a Store, not {store!r}")
        return store
    given: FilePath = store
    path = Path(os.fsdecode(given))
    found = _STORES.get(path.suffix.lower())
    if found is None:
        raise ConfigurationError(f"the name of the copy must end with one of {', '.join(_STORES)}, not {path.name!r}")
    return found(path)
