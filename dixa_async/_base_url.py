"""The address of the server: its default, its form, and what is refused."""

import ipaddress
import re
from typing import Any, Final, Literal, TypeAlias, get_args
from urllib.parse import SplitResult, urlsplit

from .errors import ConfigurationError

ApiVersion: TypeAlias = Literal["beta", "v1"]

API_VERSIONS: Final[tuple[ApiVersion, ...]] = get_args(ApiVersion)
DEFAULT_BASE_URL: Final = "https://dev.dixa.io"
DEFAULT_PORTS: Final = {"https": 443, "http": 80}


def normalize_base_url(url: str) -> str:
    """Check a base URL, and write it in one way, so that clients of the same server share their limits.

    Args:
        url: the setting.

    Returns:
        The URL, without a default port and a slash at its end.

    Raises:
        ConfigurationError: it is not an https URL, or it has a part that it must not have.
    """
    parts = _split_checked(url)
    host, port = parts.hostname or "", parts.port
    if ":" in host:
        host = f"[{host}]"
    if port is not None and port != DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    return f"{parts.scheme}://{host}{parts.path.rstrip('/')}"


def _split_checked(url: Any) -> SplitResult:
    if not isinstance(url, str):
        raise ConfigurationError(f"base_url must be a str, not {type(url).__name__}")
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
        (host or "").encode("idna")  # the form in which it is looked up
    except ValueError as error:
        raise ConfigurationError(f"base_url is not a URL: {error}") from None
    if parts.scheme not in DEFAULT_PORTS or not host or not re.fullmatch(r"[!-~]+", url) or "\\" in url:
        raise ConfigurationError(f"base_url must be an https URL such as {DEFAULT_BASE_URL}")
    if parts.path.rstrip("/").rpartition("/")[2] in API_VERSIONS:
        raise ConfigurationError("base_url must not contain the version: pass api_version='beta' or 'v1'")
    if parts.username is not None or "?" in url or "#" in url:
        raise ConfigurationError("base_url must have no user, query or fragment")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ConfigurationError("base_url must be https: plain http to another machine would reveal the API key")
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
