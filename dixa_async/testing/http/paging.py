"""Lists in pages."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from .routing import Call, HandlerResponse, data, refuse

DEFAULT_PAGE_LIMIT: Final = 20
_MAX_INT32: Final = 2**31 - 1


def page(call: Call, items: Sequence[object], *, most: int = _MAX_INT32) -> HandlerResponse:
    """Response with the page that was asked for.

    Args:
        call: the request.
        items: everything that its filters leave.
        most: how many items a page may have.

    Returns:
        The response, with a link to the next page if there is one.

    Raises:
        Refusal: ``pageLimit`` or ``pageKey`` cannot be read.
    """
    limit = _limit(call.query, most)
    start = _start(call)
    end = start + limit
    meta = {"next": _link(call, end)} if end < len(items) else {}
    return data(list(items[start:end]), meta=meta)


def filters(call: Call, *names: str) -> dict[str, str]:
    """The filters that are used: one at most.

    Args:
        call: the request.
        names: the filters of the operation.

    Returns:
        The filters with their values.

    Raises:
        Refusal: more than one is used.
    """
    used = {name: call.query[name] for name in names if name in call.query}
    if len(used) > 1:
        raise refuse(f"Use one filter only, not {' and '.join(used)}")
    return used


def _limit(query: Mapping[str, str], most: int) -> int:
    text = query.get("pageLimit", str(DEFAULT_PAGE_LIMIT))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:11]) <= most):
        raise refuse(f"pageLimit must be a whole number from 1 to {most}")
    return int(text)


def _link(call: Call, start: int) -> str:
    query = {**call.query, "pageKey": _key(call.path, start)}
    return f"/{call.version}{call.path}?{urlencode(query)}"


def _key(path: str, start: int) -> str:
    """The key of the page that starts at an item. It is good for one list, and says nothing to the caller."""
    return base64.b64encode(f"{path} {start}".encode()).decode()


def _start(call: Call) -> int:
    key = call.query.get("pageKey")
    if key is None:
        return 0
    try:
        path, _, start = base64.b64decode(key, validate=True).decode().partition(" ")
    except (binascii.Error, ValueError):
        path = start = ""
    if path != call.path or not (start.isascii() and start.isdigit()):
        raise refuse("pageKey is not the key of a page of this list")
    return int(start[:11])
