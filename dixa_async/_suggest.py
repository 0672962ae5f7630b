"""The name that somebody most likely meant."""

from collections.abc import Iterable


def suggest(given: str, known: Iterable[str]) -> str | None:
    """Find the known name that is nearest to a given one.

    Args:
        given: the name as it was given.
        known: the names that there are.

    Returns:
        The nearest name; None if none is near. Case and underscores do not count.
    """
    import difflib  # only a mistake needs it

    plain, names = _plain(given), {_plain(name): name for name in known}
    near = difflib.get_close_matches(plain, names, n=1) or [name for name in names if plain and name.startswith(plain)]
    return names[near[0]] if near else None


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
