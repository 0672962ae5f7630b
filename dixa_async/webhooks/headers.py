"""The headers of a delivery, in whatever form a server has them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from .errors import RefusalReason, WebhookRefusedError

_SEVERAL: Final = (list, tuple)


class HeaderValues(dict[bytes, list[bytes]]):
    """Headers that were read: the values of each, by its name in lower case."""


Headers: TypeAlias = (
    Mapping[str, str] | Mapping[str, list[str]] | Iterable[tuple[str | bytes, str | bytes]] | HeaderValues
)
"""A dict, a multidict, the headers of any framework, or pairs of names and values, as ASGI has them."""


def read_headers(headers: Headers) -> HeaderValues:
    """Read headers of any form, once: those that were read are returned as they are.

    Args:
        headers: the headers.

    Returns:
        Their values.

    Raises:
        WebhookRefusedError: they cannot be read.
    """
    if isinstance(headers, HeaderValues):
        return headers
    values = HeaderValues()
    try:
        for name, value in _items(headers):
            key = _to_bytes(name).lower()
            for each in value if isinstance(value, _SEVERAL) else (value,):  # pyright: ignore[reportUnknownVariableType]
                values.setdefault(key, []).append(_to_bytes(each))
    except Exception:  # headers come from anybody, in the form of any framework
        raise WebhookRefusedError(RefusalReason.HEADERS_UNREADABLE) from None
    return values


def single(headers: HeaderValues, name: bytes) -> bytes | None:
    """Find a header that must not be repeated.

    Args:
        headers: the headers.
        name: the name, in lower case.

    Returns:
        The value; None if it is absent.

    Raises:
        WebhookRefusedError: it is there more than once.
    """
    values = headers.get(name)
    if values is None:
        return None
    if len(values) > 1:
        raise WebhookRefusedError(RefusalReason.HEADER_REPEATED)
    return values[0]


def _items(headers: Any) -> Iterable[tuple[Any, Any]]:
    return headers.items() if hasattr(headers, "items") else headers  # type: ignore[no-any-return]


def _to_bytes(text: Any) -> bytes:
    # Servers read bytes that are no UTF-8 as lone surrogates, which are written back as they came.
    return text.encode("utf-8", "surrogateescape") if isinstance(text, str) else bytes(memoryview(text))
