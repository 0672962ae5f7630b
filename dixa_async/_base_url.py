"""The address of the server: its default, its form, and what is refused."""

import ipaddress
import re
from typing import Any, Final, Literal, TypeAlias, get_args
from urllib.parse import SplitResult, urlsplit

from .errors import ConfigurationError

ApiVersion: TypeAlias = Literal["beta", "v1"]

API_VERSIONS: Final[tuple[ApiVersion, ...]] = get_args(ApiVersion)
DEFAULT_BASE_URL: Final = "https://dev.dixa.io"
DIXA_DOMAIN: Final = "dixa.io"
DEFAULT_PORTS: Final = {"https": 443, "http": 80}

_EXAMPLES: Final = {
    "base_url": DEFAULT_BASE_URL,
    "exports_url": "https://exports.dixa.io",
    "files_url": "https://files.dixa.io",
}
"""Dixa's own servers, by setting."""


def normalize_base_url(url: str, setting: str = "base_url") -> str:
    """Check a base URL, and write it in one way, so that clients of the same server share their limits.

    Args:
        url: the setting.
        setting: its name.

    Returns:
        The URL, without a default port and a slash at its end.

    Raises:
        ConfigurationError: it is not an https URL, or it has a part that it must not have.
    """
    parts = _split_checked(url, setting)
    host, port = parts.hostname or "", parts.port
    if ":" in host:
        host = f"[{host}]"
    if port is not None and port != DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    return f"{parts.scheme}://{host}{parts.path.rstrip('/')}"


def server_beside(base_url: str, name: str) -> str:
    """The URL of another server of Dixa, for a client of `base_url`.

    Args:
        base_url: the server of the API.
        name: the name of the other one, such as ``exports``.

    Returns:
        Dixa's own server of that name if `base_url` is one of Dixa's. Otherwise the origin of `base_url`, which is a
        proxy or a server for tests: the token must not go from there to Dixa.
    """
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if parts.scheme == "https" and (host == DIXA_DOMAIN or host.endswith(f".{DIXA_DOMAIN}")):
        return _EXAMPLES[f"{name}_url"]
    return f"{parts.scheme}://{parts.netloc}"


def _split_checked(url: Any, setting: str) -> SplitResult:
    if not isinstance(url, str):
        raise ConfigurationError(f"{setting} must be a str, not {type(url).__name__}")
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
        (host or "").encode("idna")  # the form in which it is looked up
    except ValueError as error:
        raise ConfigurationError(f"{setting} is not a URL: {error}") from None
    if parts.scheme not in DEFAULT_PORTS or not host or not re.fullmatch(r"[!-~]+", url) or "\\" in url:
        raise ConfigurationError(f"{setting} must be an https URL such as {_EXAMPLES[setting]}")
    if parts.path.rstrip("/").rpartition("/")[2] in API_VERSIONS:
        hint = ": pass api_version='beta' or 'v1'" if setting == "base_url" else ""
        raise ConfigurationError(f"{setting} must not contain the version{hint}")
    if parts.username is not None or "?" in url or "#" in url:
        raise ConfigurationError(f"{setting} must have no user, query or fragment")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ConfigurationError(f"{setting} must be https: plain http to another machine would reveal the API key")
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
