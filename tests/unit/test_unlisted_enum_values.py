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


async def _measure(dixa: DixaClient, word: Any) -> object:
    return await dixa.analytics.query_metric("m", period=PeriodPreset.TODAY, timezone="UTC", aggregations=[word])


async def _period(dixa: DixaClient, word: Any) -> object:
    return await dixa.analytics.query_metric("m", period=word, timezone="UTC")


async def _records(dixa: DixaClient, word: Any) -> object:
    return await dixa.analytics.query_records("r", period=word, timezone="UTC")


async def _channel(dixa: DixaClient, word: Any) -> object:
    return await dixa.search.conversations(all_of=[ChannelFilter.is_one_of(SearchChannel.SMS, word)])


async def _no_channel(dixa: DixaClient, word: Any) -> object:
    return await dixa.search.conversations(any_of=[ChannelFilter.is_not_one_of(word)])


async def _direction(dixa: DixaClient, word: Any) -> object:
    return await dixa.search.conversations("refund", all_of=[DirectionFilter.is_one_of(word)])


async def _status(dixa: DixaClient, word: Any) -> object:
    return await dixa.search.conversations(all_of=[StatusFilter.is_not_one_of(word)])


async def _flows(dixa: DixaClient, word: Any) -> object:
    return await dixa.conversations.list_flows(channel=word)


async def _templates(dixa: DixaClient, word: Any) -> object:
    return await dixa.templates.list(type=word)


async def _endpoints(dixa: DixaClient, word: Any) -> object:
    return await dixa.contact_endpoints.list(type=word)


CASES: list[tuple[Any, Any, str, Any]] = [
    (_channel, "Email", "'email'", SearchChannel.EMAIL),
    (_no_channel, "EMAIL", "'email'", "email"),
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


async def _sent(ask: Any, word: Any) -> str:
    """What is sent with an enum value."""
    sent: list[str] = []

    async def record(request: Any, _: Any) -> Any:
        sent.append(request.url + (request.body or b"").decode())
        raise InvalidRequestError("enough")

    async with DixaClient("key", middleware=[record]) as dixa:
        with pytest.raises(InvalidRequestError, match="enough"):
            await ask(dixa, word)
    return sent[0]


@pytest.mark.parametrize(("ask", "word", "nearest", "_"), CASES)
async def test_an_unlisted_enum_value_is_sent_and_warned_of_once(ask: Any, word: Any, nearest: str, _: Any) -> None:
    with pytest.warns(DixaWarning, match=f"did you mean {nearest}") as warned:
        assert str(word) in await _sent(ask, word)
    assert len(warned) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        await _sent(ask, word)


@pytest.mark.parametrize(("ask", "_", "__", "word"), CASES)
async def test_nothing_is_said_of_a_listed_word(ask: Any, _: Any, __: str, word: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert str(word) in await _sent(ask, word)


async def test_an_enum_value_that_is_near_to_none_is_warned_of_too() -> None:
    with pytest.warns(DixaWarning, match=r"^ChannelFilter got 'Hologram', which is not a known SearchChannel$"):
        await _sent(_channel, "Hologram")


def test_the_warning_shows_the_line_that_asked() -> None:
    dixa = DixaClient("key")
    with pytest.warns(DixaWarning) as warned:
        dixa.search.conversations(all_of=[ChannelFilter.is_one_of("Email")])  # type: ignore[arg-type]
    assert warned[0].filename == __file__


async def test_what_cannot_be_sent_is_an_error_and_no_warning() -> None:
    async with DixaClient("key") as dixa:
        with pytest.raises(InvalidRequestError):
            dixa.templates.list(type=7)  # type: ignore[arg-type]


@pytest.mark.parametrize("direction", [Direction.INTERNAL, "Internal", "Sideways"])
def test_a_call_goes_in_or_out(direction: Any) -> None:
    call = NewCallbackConversation(requester_id="u", direction=direction, contact_endpoint_id="+45", queue_id="q")
    with pytest.raises(ValidationError, match=r"^\$\.direction: expected Inbound or Outbound, got another string$"):
        Serializer.shared().encode_request(call, NewCallbackConversation)


@pytest.mark.parametrize("direction", [Direction.INBOUND, "Outbound"])
def test_its_direction_may_be_a_plain_text(direction: Any) -> None:
    call = NewCallbackConversation(requester_id="u", direction=direction, contact_endpoint_id="+45", queue_id="q")
    assert str(direction).encode() in Serializer.shared().encode_request(call, NewCallbackConversation)
