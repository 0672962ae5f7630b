"""The responses that handlers return."""

import re
from typing import Final

import attrs

from ..._json import dumps
from ...models.base import UNSET
from ...serialization import Serializer

# In a string, the quotes would be escaped: this finds fields only.
_TIME: Final = re.compile(rb'At":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|\+00:00)"')


@attrs.frozen(kw_only=True)
class HandlerResponse:
    """A response, before aiohttp's is made of it."""

    status: int
    body: bytes = b""


def data(value: object, *, status: int = 200, meta: object = UNSET) -> HandlerResponse:
    """Respond with models in the usual envelope.

    Args:
        value: a model or a list of models.
        status: the status.
        meta: the ``meta`` beside the data; defaults to UNSET, which leaves it out.

    Returns:
        The response.
    """
    return bare({"data": value} if meta is UNSET else {"data": value, "meta": meta}, status=status)


def bare(value: object, *, status: int = 200) -> HandlerResponse:
    """Respond with models and no envelope around them."""
    return HandlerResponse(status=status, body=_TIME.sub(_dixa_time, Serializer.shared().encode_unchecked(value)))


def nothing() -> HandlerResponse:
    """Respond with 204 and no body."""
    return HandlerResponse(status=204)


def error(status: int, message: str) -> HandlerResponse:
    """Respond with an error, in the form that Dixa uses."""
    return HandlerResponse(status=status, body=dumps({"message": message}))


def _dixa_time(found: "re.Match[bytes]") -> bytes:
    """Format a time as Dixa's responses do, with the zone in brackets: the package formats it as requests do."""
    seconds, fraction = found.groups()
    return b'At":"%b.%bZ[GMT]"' % (seconds, (fraction or b"").ljust(3, b"0")[:3])
