"""Suggestions for misspelled names."""

from collections.abc import Iterable


def suggest(given: str, known: Iterable[str]) -> str | None:
    """Find the known name that is most similar to a given one.

    Args:
        given: the given name.
        known: the known names.

    Returns:
        The most similar name, or None if none is similar. Case and underscores are ignored.
    """
    import difflib  # imported only after a mistake

    plain, names = _plain(given), {_plain(name): name for name in known}
    near = difflib.get_close_matches(plain, names, n=1) or [name for name in names if plain and name.startswith(plain)]
    return names[near[0]] if near else None


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name.

    Args:
        given: the name as it was given.
        known: the known names.

    Returns:
        A suggestion such as ``; did you mean 'email'?``, or an empty str if no known name is near.
    """
    near = suggest(given, known)
    return "" if near is None else f"; did you mean {near!r}?"


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
