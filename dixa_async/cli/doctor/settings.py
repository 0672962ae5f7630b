"""The variables, the settings, the key, the rate limit and the proxies."""

import os
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from ..._suggest import did_you_mean
from ...config import ENVIRONMENT_VARIABLES, ClientConfig, resolve_config
from ...errors import ConfigurationError
from ...secret import Secret
from .findings import Finding, fail, ok, warning
from .secrets import host_of

_VARIABLES: Final = (*ENVIRONMENT_VARIABLES, "DIXA_CASSETTE_KEY")
"""Those of clients, and that of cassettes."""
_ALLOWED_RATE: Final = 10.0
"""Requests a second that Dixa allows for each token."""


def has_key() -> bool:
    """Whether there is a key in the environment."""
    return bool(os.environ.get("DIXA_API_KEY"))


def read_config() -> tuple[ClientConfig | None, str]:
    """Read the settings as a client would. Without a key, the others are read all the same.

    Returns:
        The settings, or None and what is wrong with them.
    """
    try:
        return resolve_config(None, {} if has_key() else {"api_key": Secret("none")}), ""
    except ConfigurationError as error:
        return None, str(error)


def check_settings(config: ClientConfig | None, problem: str) -> Iterator[Finding]:
    """Check the settings of a client that is made without arguments.

    Args:
        config: the settings, or None.
        problem: what is wrong with them.

    Yields:
        The findings.
    """
    yield _variables()
    if not has_key():
        yield fail("key", "DIXA_API_KEY is not set", "make an API integration in Dixa, and set it to the token")
    elif config is not None:
        yield ok("key", "found in DIXA_API_KEY")
    if config is None:
        yield fail("settings", problem, "correct or unset the variable")
    else:
        attempts = f"{config.retry.max_attempts} attempts of {_limit(config)}"
        yield ok("settings", f"{config}, {config.auth_scheme} token, {attempts}")
        yield _rate_limit(config)
        yield _proxies(config.base_url)


def _limit(config: ClientConfig) -> str:
    return "any length" if config.timeout.attempt is None else f"{config.timeout.attempt:g} s"


def _variables() -> Finding:
    names = sorted(name for name in os.environ if name.upper().startswith("DIXA_"))
    unknown = [name for name in names if name not in _VARIABLES]
    text = ", ".join(names) or "none"
    if unknown:
        hints = ", ".join(f"{name}{did_you_mean(name, _VARIABLES)}" for name in unknown)
        return warning("variables", text, f"nothing reads {hints}")
    return ok("variables", text)


def _rate_limit(config: ClientConfig) -> Finding:
    limit = config.rate_limit
    text = f"{limit.per_second:g} requests a second, burst {limit.burst}"
    if limit.per_second > _ALLOWED_RATE:
        return warning("rate limit", text, f"Dixa allows {_ALLOWED_RATE:g} for each token: unset DIXA_RATE_LIMIT")
    return ok("rate limit", text)


def _proxies(base_url: str) -> Finding:
    parts = urlsplit(base_url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if proxy is None or proxy_bypass(parts.hostname or ""):
        return ok("proxy", "none")
    advice = "if it is needed, pass a session: aiohttp.ClientSession(trust_env=True)"
    return warning("proxy", f"{host_of(proxy)} is set, but a client does not use it by itself", advice)
