"""Every example of the description is read into the right classes and written back unchanged."""

import json
from collections import Counter
from typing import Any, Final

import attrs
import pytest

from dixa_async import Request, Response, Send, StatusError
from dixa_async.serialization import Serializer

from ..helpers import api_surface, description
from ..helpers.description import Example
from . import operation_comparison, sent_requests
from .examples import described_sites, differences, tagged_sites

description.require()

EXCEPTIONS: Final = {
    ("getConversationsConversationidMessages", ".attributes.to"): "a phone number, written as a number once",
    (
        "getWebhooksWebhooksubscriptionidDelivery-statusLogsEvent",
        ".deliveryDetail._type",
    ): "a class of a union writes its tag also outside of a union",
}
"""Examples that do not go back out equal: the operation, the end of the place, and why."""

_ALL: Final = [example for examples in description.examples().values() for example in examples]
_ERRORS: Final = [example for example in _ALL if example.is_error]
_OTHERS: Final = [example for example in _ALL if not example.is_error]

_serializer = Serializer.shared()


def _name(example: Example) -> str:
    return f"{example.operation}-{example.status or 'request'}"


@attrs.frozen
class Reading:
    """An example, and the models made of it."""

    value: Any
    """What is in the envelope."""
    sites: set[str]
    """Where the contract has a union and a `_type` is."""
    model: Any

    @classmethod
    def of(cls, example: Example) -> "Reading":
        operation = api_surface.operations()[example.operation]
        if example.status is None:
            schema = description.operations()[example.operation].json_body
            assert schema is not None
            value, schema = operation_comparison.unwrapped(example.value, schema, operation.body_envelope)
            return cls(value, set(described_sites(value, schema)), _serializer.structure_strict(value, operation.body))
        response = operation_comparison.response_of(operation)
        assert response is not None
        form, schema = response
        value = example.value if operation.envelope is None else example.value[operation.envelope]
        return cls(value, set(described_sites(value, schema)), _serializer.structure(value, form))

    def changes(self) -> list[str]:
        """The places where the written JSON differs from the JSON that was read."""
        return list(differences(self.value, _serializer.unstructure(self.model)))


def _exception(example: Example, where: str) -> tuple[str, str] | None:
    """The exception that allows a change."""
    for operation, end in EXCEPTIONS:
        if operation == example.operation and where.endswith(end):
            return operation, end
    return None


@pytest.mark.parametrize("example", _OTHERS, ids=_name)
def test_an_example_becomes_its_classes_and_is_written_back_equal(example: Example, covered: "Counter[str]") -> None:
    reading = Reading.of(example)
    assert reading.sites <= set(tagged_sites(reading.value, reading.model))
    assert [where for where in reading.changes() if _exception(example, where) is None] == []
    covered.update(examples=1, sites=len(reading.sites))


@pytest.mark.parametrize("example", _ERRORS, ids=_name)
async def test_an_example_of_an_error_is_raised(
    example: Example, recorded: sent_requests.Recordings, covered: "Counter[str]"
) -> None:
    (record,) = (record for record in recorded.values() if record.operation.id == example.operation)

    async def respond(request: Request, _: Send) -> Response:
        return Response(status=example.status or 0, headers={}, body=json.dumps(example.value).encode())

    async with sent_requests.client(respond) as dixa:
        with pytest.raises(StatusError) as raised:
            await record.method.call(dixa, record.arguments)
    assert (raised.value.status, raised.value.message) == (example.status, example.value["message"])
    covered.update(examples=1)


def test_every_exception_is_needed() -> None:
    needed = {_exception(example, where) for example in _OTHERS for where in Reading.of(example).changes()}
    assert needed == EXCEPTIONS.keys()


def test_the_known_description_has_all_its_examples() -> None:
    """Otherwise the tests above could pass without checking anything."""
    description.require_the_known_one()
    assert (len(_OTHERS), len(_ERRORS)) == (172, 313)
    assert sum(len(Reading.of(example).sites) for example in _OTHERS) == 169
