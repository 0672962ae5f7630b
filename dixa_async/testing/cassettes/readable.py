"""Texts as they are read: without the encodings that an address, a number or a secret could be hidden in."""

import base64
import html
import unicodedata
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import quote, unquote

_MOST_LAYERS: Final = 3
_INVISIBLE: Final = "Cf"
"""The Unicode category of characters that are not seen, such as a zero-width space."""
_SHORTEST_SECRET: Final = 8
_URL_SAFE: Final = str.maketrans("+/", "-_")


def readable(text: str) -> str:
    """Decode a text: percent and HTML escapes, variants of letters and digits, and invisible characters.

    Args:
        text: a text.

    Returns:
        What is read in it.
    """
    for _ in range(_MOST_LAYERS):
        if text.isascii() and "%" not in text and "&" not in text:
            break
        plain = unicodedata.normalize("NFKC", html.unescape(unquote(text)))
        text = "".join(letter for letter in plain if unicodedata.category(letter) != _INVISIBLE)
    return text


def secret_finder(secrets: Iterable[str]) -> Callable[[str], bool]:
    """Make a function that says whether a text contains a secret, plain or encoded.

    Args:
        secrets: the secrets. A short one is left out: it would be found in many words, and is no token of Dixa.

    Returns:
        The function.
    """
    long_enough = [secret for secret in secrets if len(secret) >= _SHORTEST_SECRET]
    forms = tuple(dict.fromkeys(form for secret in long_enough for form in _forms(secret)))

    def has_secret(text: str) -> bool:
        read = readable(text)
        return any(form in text or form in read for form in forms)

    return has_secret


def _forms(secret: str) -> list[str]:
    """A secret as it could be in a text: plain, escaped, and in base64, as in the login of Basic authentication."""
    encoded = secret.encode(errors="replace")
    in_base64 = [_in_base64(encoded, skip) for skip in range(3)]
    url_safe = [form.translate(_URL_SAFE) for form in in_base64]
    escaped = [quote(secret, safe=""), quote(secret), secret.encode("unicode_escape").decode(), encoded.hex()]
    return [secret, *escaped, *in_base64, *url_safe]


def _in_base64(encoded: bytes, skip: int) -> str:
    """The letters of base64 that depend on nothing else, if some bytes come before."""
    letters = base64.b64encode(b" " * skip + encoded).decode()
    return letters[-(-skip * 8 // 6) : (skip + len(encoded)) * 8 // 6]
