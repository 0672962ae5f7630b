"""The responses that handlers return."""

from datetime import datetime
from typing import Any

import attrs

from ..._json import dumps
from ...models.base import UNSET
from ...serialization import Serializer


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
    return HandlerResponse(status=status, body=dumps(_with_dixa_times(Serializer.shared().unstructure(value))))


def nothing() -> HandlerResponse:
    """Respond with 204 and no body."""
    return HandlerResponse(status=204)


def error(status: int, message: str) -> HandlerResponse:
    """Respond with an error, in the form that Dixa uses."""
    return HandlerResponse(status=status, body=dumps({"message": message}))


def _with_dixa_times(value: Any) -> Any:
    """Format times as Dixa's responses do, with the zone in brackets: the package formats them as requests do."""
    if value.__class__ is list:
        return [_with_dixa_times(item) for item in value]
    if value.__class__ is not dict:
        return value
    return {
        name: _dixa_time(inner) if name.endswith("At") and inner.__class__ is str else _with_dixa_times(inner)
        for name, inner in value.items()
    }


def _dixa_time(text: str) -> str:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:  # not a time: a user chose the name, of a header for example
        return text
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z[GMT]")
