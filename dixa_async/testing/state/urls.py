"""URLs that requests are sent to."""

import re
from urllib.parse import urlsplit


def is_http_url(url: str) -> bool:
    """Whether a URL is one of http or https that a request can be sent to.

    Args:
        url: the URL.

    Returns:
        Whether it has a host, a port that exists if it names one, and no spaces or control characters.
    """
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:  # an unclosed bracket, or a port that is no port
        return False
    return parts.scheme in ("http", "https") and has_host and not re.search(r"[\s\x00-\x1f\x7f]", url)
