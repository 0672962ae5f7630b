"""Every example of the description is read into the right classes and goes back out as it came."""

import json
from collections import Counter
from typing import Any, Final

import pytest

from dixa_async import Request, Response, Send, StatusError
from dixa_async.serialization import Serializer

from . import compared, description, surface
from .examples import described_sites, differences, tagged_sites

description.require()

EXCEPTIONS: Final = {
    ("getConversationsConversationidMessages", ".attributes.to"): "a phone number, written as a number once",
    ("postConversationsImport", "$._type"): "the object is in no union, so its `_type` says nothing",
}
"""Examples that do not go back out equal: the operation, the end of the place, and why."""

_serializer = Serializer.shared()


@pytest.mark.parametrize("operation_id", compared.common_ids())
def test_examples_of_requests(operation_id: str, covered: "Counter[str]") -> None:
    operation = surface.operations()[operation_id]
    for example in description.examples()[operation_id]:
        if example.status is None:
            schema = description.operations()[operation_id].json_body
            assert schema is not None
            value, schema = compared.unwrapped(example.value, schema, operation.body_envelope)
            _check(operation_id, value, schema, _serializer.structure_strict(value, operation.body), covered)


@pytest.mark.parametrize("operation_id", compared.common_ids())
def test_examples_of_answers(operation_id: str, covered: "Counter[str]") -> None:
    operation = surface.operations()[operation_id]
    answer = compared.answer_of(operation)
    for example in description.examples()[operation_id]:
        if example.status is not None and example.status < 300:
            assert answer is not None
            form, schema = answer
            value = example.value if operation.envelope is None else example.value[operation.envelope]
            _check(operation_id, value, schema, _serializer.structure(value, form), covered)


def _check(operation_id: str, value: Any, schema: description.Schema, model: Any, covered: "Counter[str]") -> None:
    """Check the classes of what was read, and that it is written as it was."""
    sites = set(described_sites(value, schema))
    assert sites <= set(tagged_sites(value, model))
    lost = [
        where
        for where in differences(value, _serializer.unstructure(model))
        if not any(operation == operation_id and where.endswith(end) for operation, end in EXCEPTIONS)
    ]
    assert lost == []
    covered.update(examples=1, sites=len(sites))


@pytest.mark.parametrize("method", surface.methods(), ids=str)
async def test_examples_of_errors(
    method: surface.Method, recorded: surface.Recordings, covered: "Counter[str]"
) -> None:
    record = recorded[method]
    for example in description.examples()[record.operation.id]:
        if example.status is not None and example.status >= 400:
            body = json.dumps(example.value).encode()
            raised = await _raised(record, Response(status=example.status, headers={}, body=body))
            assert (raised.status, raised.message) == (example.status, example.value["message"])
            covered.update(examples=1)


async def _raised(record: surface.Recorded, response: Response) -> StatusError:
    async def answer(request: Request, _: Send) -> Response:
        return response

    async with surface.client(answer) as dixa:
        with pytest.raises(StatusError) as raised:
            await record.method.call(dixa, record.arguments)
    return raised.value
