"""An enum value that Dixa does not list is sent, with a warning where Dixa would find nothing and say nothing."""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dixa_async import DixaClient, DixaWarning, InvalidRequestError, validation
from dixa_async.models import (
    Channel,
    ChannelFilter,
    ContactEndpointType,
    Direction,
    DirectionFilter,
    Measure,
    NewCallbackConversation,
    PeriodPreset,
    SearchChannel,
    SearchStatus,
    StatusFilter,
    TemplateType,
)
from dixa_async.serialization import Serializer, ValidationError

Ask = Callable[[DixaClient, Any], object]


@pytest.fixture(autouse=True)
def _nothing_was_warned_of() -> Iterator[None]:
    validation._warn_once.cache_clear()
    yield
    validation._warn_once.cache_clear()


async def _measure(dixa: DixaClient, value: Any) -> object:
    return await dixa.analytics.query_metric("m", period=PeriodPreset.TODAY, timezone="UTC", aggregations=[value])


async def _period(dixa: DixaClient, value: Any) -> object:
    return await dixa.analytics.query_metric("m", period=value, timezone="UTC")


async def _records(dixa: DixaClient, value: Any) -> object:
    return await dixa.analytics.query_records("r", period=value, timezone="UTC")


async def _channel(dixa: DixaClient, value: Any) -> object:
    return await dixa.search.conversations(all_of=[ChannelFilter.is_one_of(SearchChannel.SMS, value)])


async def _excluded_channel(dixa: DixaClient, value: Any) -> object:
    return await dixa.search.conversations(any_of=[ChannelFilter.is_not_one_of(value)])


async def _direction(dixa: DixaClient, value: Any) -> object:
    return await dixa.search.conversations("refund", all_of=[DirectionFilter.is_one_of(value)])


async def _status(dixa: DixaClient, value: Any) -> object:
    return await dixa.search.conversations(all_of=[StatusFilter.is_not_one_of(value)])


async def _flows(dixa: DixaClient, value: Any) -> object:
    return await dixa.conversations.list_flows(channel=value)


async def _templates(dixa: DixaClient, value: Any) -> object:
    return await dixa.templates.list(type=value)


async def _endpoints(dixa: DixaClient, value: Any) -> object:
    return await dixa.contact_endpoints.list(type=value)


CASES: list[tuple[Any, Any, str, Any]] = [
    (_channel, "Email", "'email'", SearchChannel.EMAIL),
    (_excluded_channel, "EMAIL", "'email'", "email"),
    (_channel, SearchChannel("Facebook_Messenger"), "'facebookmessenger'", SearchChannel.FACEBOOK_MESSENGER),
    (_direction, "Inbound", "'inbound'", "inbound"),
    (_status, "Closed", "'closed'", SearchStatus.CLOSED),
    (_flows, "email", "'Email'", Channel.EMAIL),
    (_templates, "quick_response", "'QuickResponse'", TemplateType.QUICK_RESPONSE),
    (_endpoints, "Email", "'EmailEndpoint'", ContactEndpointType.EMAIL),
    (_measure, "count", "'Count'", Measure.COUNT),
    (_period, "previous_week", "'PreviousWeek'", PeriodPreset.PREVIOUS_WEEK),
    (_records, "Yestreday", "'Yesterday'", "Yesterday"),
]


async def _sent(ask: Any, value: Any) -> str:
    """What is sent with an enum value."""
    sent: list[str] = []

    async def record(request: Any, _: Any) -> Any:
        sent.append(request.url + (request.body or b"").decode())
        raise InvalidRequestError("enough")

    async with DixaClient("key", middleware=[record]) as dixa:
        with pytest.raises(InvalidRequestError, match="enough"):
            await ask(dixa, value)
    return sent[0]


@pytest.mark.parametrize(("ask", "value", "nearest", "_"), CASES)
async def test_an_unlisted_enum_value_is_sent_and_warned_of_once(ask: Any, value: Any, nearest: str, _: Any) -> None:
    with pytest.warns(DixaWarning, match=f"did you mean {nearest}") as warned:
        assert str(value) in await _sent(ask, value)
    assert len(warned) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        await _sent(ask, value)


@pytest.mark.parametrize(("ask", "_", "__", "value"), CASES)
async def test_a_listed_enum_value_causes_no_warning(ask: Any, _: Any, __: str, value: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert str(value) in await _sent(ask, value)


async def test_an_enum_value_that_resembles_none_is_warned_of_too() -> None:
    with pytest.warns(DixaWarning, match=r"^ChannelFilter got 'Hologram', which is not a known SearchChannel$"):
        await _sent(_channel, "Hologram")


def test_the_warning_shows_the_line_of_the_caller() -> None:
    dixa = DixaClient("key")
    with pytest.warns(DixaWarning) as warned:
        dixa.search.conversations(all_of=[ChannelFilter.is_one_of("Email")])  # type: ignore[arg-type]
    assert warned[0].filename == __file__


async def test_an_invalid_value_is_an_error_and_not_a_warning() -> None:
    async with DixaClient("key") as dixa:
        with pytest.raises(InvalidRequestError):
            dixa.templates.list(type=7)  # type: ignore[arg-type]


@pytest.mark.parametrize("direction", [Direction.INTERNAL, "Internal", "Sideways"])
def test_a_call_is_inbound_or_outbound(direction: Any) -> None:
    call = NewCallbackConversation(requester_id="u", direction=direction, contact_endpoint_id="+45", queue_id="q")
    with pytest.raises(ValidationError, match=r"^\$\.direction: expected Inbound or Outbound, got another string$"):
        Serializer.shared().encode_request(call, NewCallbackConversation)


@pytest.mark.parametrize("direction", [Direction.INBOUND, "Outbound"])
def test_its_direction_may_be_a_plain_string(direction: Any) -> None:
    call = NewCallbackConversation(requester_id="u", direction=direction, contact_endpoint_id="+45", queue_id="q")
    assert str(direction).encode() in Serializer.shared().encode_request(call, NewCallbackConversation)
