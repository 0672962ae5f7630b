"""Keeps secrets out of what is printed, whatever an error or a setting says."""

import os
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote, urlsplit

import attrs

from .findings import Finding

_SECRET: Final = ("DIXA_API_KEY", "DIXA_CASSETTE_KEY")
_URLS: Final = (
    "DIXA_BASE_URL",
    "DIXA_EXPORTS_URL",
    "DIXA_FILES_URL",
    "REDIS_URL",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "ALL_PROXY",
    "WSS_PROXY",
    "WS_PROXY",
)
_SHORTEST: Final = 4
"""Characters. A shorter secret is in every other word."""


def without_secrets(finding: Finding) -> Finding:
    """Replace the token, and the users and passwords of URLs in the environment.

    Args:
        finding: what a check has found.

    Returns:
        The same without them.
    """
    return attrs.evolve(finding, text=_hide(finding.text), advice=_hide(finding.advice))


def _hide(text: str) -> str:
    for secret in sorted(_secrets(), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def host_of(url: str) -> str:
    """The host and the port of a URL, without its user and password.

    Args:
        url: the URL; the scheme may be missing.

    Returns:
        Such as ``proxy.example.com:3128``.
    """
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        return "not a URL"
    return f"{parts.hostname or 'no host'}{port}"


def _secrets() -> Iterator[str]:
    for name in _SECRET:
        value = os.environ.get(name, "").strip()
        if len(value) >= _SHORTEST:
            yield value
    for name in (*_URLS, *(each.lower() for each in _URLS)):
        user_info, has_user, _ = os.environ.get(name, "").rpartition("@")
        if has_user:
            user_info = user_info.rpartition("//")[2]
            for part in (user_info, *user_info.split(":", 1)):
                yield from {each for each in (part, unquote(part)) if len(each) >= _SHORTEST}
