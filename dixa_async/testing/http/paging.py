"""Pagination, and the filters of lists."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from .errors import bad_request
from .responses import HandlerResponse, data
from .routing import HandlerCall

DEFAULT_PAGE_LIMIT: Final = 20
_MAX_INT32: Final = 2**31 - 1


def page(call: HandlerCall, items: Sequence[object], *, max_limit: int = _MAX_INT32) -> HandlerResponse:
    """Respond with the page that was asked for.

    Args:
        call: the request.
        items: all items that match the filters.
        max_limit: the largest ``pageLimit`` that is allowed.

    Returns:
        The response, with a link to the next page if there is one.

    Raises:
        ApiError: ``pageLimit`` or ``pageKey`` is not valid.
    """
    limit = _limit(call.query, max_limit)
    start = _start(call)
    end = start + limit
    meta = {"next": _link(call, end)} if end < len(items) else {}
    return data(list(items[start:end]), meta=meta)


def filters(call: HandlerCall, *names: str) -> dict[str, str]:
    """The filters that the query uses: at most one.

    Args:
        call: the request.
        names: the filters of the operation.

    Returns:
        The filters with their values.

    Raises:
        ApiError: more than one is used.
    """
    used = {name: call.query[name] for name in names if name in call.query}
    if len(used) > 1:
        raise bad_request(f"Use only one of the filters {' and '.join(used)}")
    return used


def _limit(query: Mapping[str, str], max_limit: int) -> int:
    text = query.get("pageLimit", str(DEFAULT_PAGE_LIMIT))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:11]) <= max_limit):
        raise bad_request(f"pageLimit must be a whole number from 1 to {max_limit}")
    return int(text)


def _link(call: HandlerCall, start: int) -> str:
    query = {**call.query, "pageKey": _key(call.path, start)}
    return f"/{call.version}{call.path}?{urlencode(query)}"


def _key(path: str, start: int) -> str:
    """The key of the page that starts at an item. It is valid for one list, and opaque to the caller."""
    return base64.b64encode(f"{path} {start}".encode()).decode()


def _start(call: HandlerCall) -> int:
    key = call.query.get("pageKey")
    if key is None:
        return 0
    try:
        path, _, start = base64.b64decode(key, validate=True).decode().partition(" ")
    except (binascii.Error, ValueError):
        path = start = ""
    if path != call.path or not (start.isascii() and start.isdigit()):
        raise bad_request("pageKey is not the key of a page of this list")
    return int(start[:11])
