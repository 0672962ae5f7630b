"""Checks of options that several commands have."""

from ..errors import ConfigurationError
from ..testing.state.urls import is_http_url


def check_url(option: str, url: str) -> None:
    """Check the address of a server.

    Args:
        option: the option that has it, such as ``--forward``.
        url: the address.

    Raises:
        ConfigurationError: it cannot be an address.
    """
    if not is_http_url(url):
        raise ConfigurationError(f"{option} must be an address that begins with http:// or https:// and names a host")
