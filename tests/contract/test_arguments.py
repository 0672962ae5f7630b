"""Every argument of every method: one of a wrong type is rejected by its name, and nothing is sent."""

import re
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from dixa_async import InvalidRequestError, Request, Response, Send
from dixa_async.models.base import OpenEnum
from dixa_async.resources.base import ConversationId

from ..helpers import api_surface, description
from ..helpers.type_forms import members_of
from . import sent_requests
from .strategies import smallest

description.require()

_TIME: Final = datetime(2031, 5, 17, tzinfo=UTC)
_WRONG: Final[dict[Any, tuple[Any, ...]]] = {
    bool: ("true", "no", 1, 0),
    int: ("7", True, 1.5),
    str: (7, True, b"text", ["text"], _TIME),
    datetime: ("yesterday", "2031-05-17T00:00:00", 7, True, _TIME.replace(tzinfo=None)),
}


def _wrong_values(method: api_surface.Method, name: str) -> list[Any]:
    """Values that an argument cannot have; none if it takes lists, maps or models, whose parts a body's check names."""
    annotation = method.parameters[name].annotation
    if annotation == ConversationId:
        return ["text", True, b"7", [7], 1.5]
    # An ID in a path may be an int too: it becomes a string there in any case.
    in_path = re.findall(r"\{(\w+)\}", re.sub("(?=[A-Z])", "_", method.request or "").lower())
    kinds: list[Any] = [
        str if isinstance(kind, type) and issubclass(kind, OpenEnum) else kind for kind in members_of(annotation)
    ]
    wrong = next((_WRONG[kind] for kind in kinds if kind in _WRONG), ())
    return [value for value in wrong if not (name in in_path and type(value) is int)]


_SENT: Final = [
    (method, name)
    for method in api_surface.methods()
    for name in method.parameters
    if name != "prefetch" and _wrong_values(method, name)
]


def test_every_argument_of_a_method_that_sends_no_body_is_among_them() -> None:
    methods = [method for method in api_surface.methods() if (method.request or "").startswith("GET ")]
    assert [(m, name) for m in methods for name in m.parameters if name != "prefetch" and (m, name) not in _SENT] == []


async def _not_sent(_: Request, __: Send) -> Response:
    raise AssertionError("it was sent")


@pytest.mark.parametrize(("method", "name"), _SENT, ids=str)
async def test_an_argument_of_a_wrong_type_is_rejected_by_its_name(method: api_surface.Method, name: str) -> None:
    form = next(form for form in method.forms if name in form)
    needed = {n: smallest(p.annotation, n) for n, p in form.items() if p.default is p.empty}
    async with sent_requests.client(_not_sent) as dixa:
        for value in _wrong_values(method, name):
            with pytest.raises(InvalidRequestError) as caught:
                await method.call(dixa, {**needed, name: value})
            # The check of a body names the place by its name on the wire.
            assert caught.value.path != "$" or re.match(rf"{name}\b", caught.value.reason), caught.value
