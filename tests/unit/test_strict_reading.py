"""Requests are checked more strictly than responses."""

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest

from dixa_async import DixaClient, InvalidRequestError
from dixa_async.models import InboundMessage, NewInternalNote, NewSmsConversation, OutboundMessage, TextContent
from dixa_async.models.base import Model, define
from dixa_async.serialization import Serializer, ValidationError


@define(kw_only=True)
class Weight(Model):
    kilograms: float


def test_a_field_of_one_class_does_not_accept_another_one_that_fits() -> None:
    outbound = Serializer.shared().unstructure(OutboundMessage(agent_id="a", content=TextContent("Hello")))
    with pytest.raises(ValidationError, match=r"^\$\._type: expected Outbound$"):
        Serializer.shared().structure_strict({**outbound, "_type": "Inbound"}, OutboundMessage)


async def test_an_sms_from_the_end_user_is_rejected_with_the_place() -> None:
    message = InboundMessage(content=TextContent("Hello"))
    sms = NewSmsConversation(requester_id="u", contact_endpoint_id="+45", message=message)  # type: ignore[arg-type]
    async with DixaClient("key") as dixa:
        with pytest.raises(InvalidRequestError) as caught:
            await dixa.conversations.create(sms)
    assert caught.value.path == "$.message._type"


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_json_cannot_represent_is_not_sent_as_null(number: float) -> None:
    with pytest.raises(ValidationError, match=r"^\$\.kilograms: expected a number that JSON can represent$"):
        Serializer.shared().encode_request(Weight(kilograms=number), Weight)


@pytest.mark.parametrize("time", ["2031-05-17T08:00:00", "2031-05-17", datetime(2031, 5, 17)], ids=repr)
def test_a_time_that_is_sent_needs_a_zone(time: Any) -> None:
    with pytest.raises(
        ValidationError, match=r"^\$\.createdAt: expected a datetime with a time zone, got one without$"
    ):
        Serializer.shared().encode_request(NewInternalNote(message="Late.", created_at=time), NewInternalNote)


@pytest.mark.parametrize("time", ["2031-05-17T08:00:00+01:00", "2031-05-17T08:00:00Z[GMT]"])
def test_a_time_that_is_sent_may_be_a_string_with_a_zone(time: Any) -> None:
    sent = Serializer.shared().encode_request(NewInternalNote(message="Late.", created_at=time), NewInternalNote)
    assert json.loads(sent)["createdAt"] == time


def test_a_time_that_is_sent_as_any_json_needs_a_zone_too() -> None:
    dump = Serializer.shared().encode_request
    with pytest.raises(
        ValidationError, match=r"^\$\['a'\]\[0\]: expected a datetime with a time zone, got one without$"
    ):
        dump({"a": [datetime(2031, 5, 17)]}, object)
    assert dump({"a": [datetime(2031, 5, 17, tzinfo=UTC)], "b": "2031-05-17"}, object)


@pytest.mark.parametrize(("method", "path"), [(1, "/agents"), (None, "/agents"), ("GET", None), ("GET", 7)])
async def test_a_method_or_a_path_that_is_not_a_string_is_rejected(method: str, path: str) -> None:
    async with DixaClient("key") as dixa:
        with pytest.raises(InvalidRequestError):
            await dixa.request(method, path)
