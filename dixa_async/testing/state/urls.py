"""URLs of webhook subscriptions."""

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
        _port = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s\x00-\x1f\x7f]", url)
