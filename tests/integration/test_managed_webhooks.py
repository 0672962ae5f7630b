"""One webhook subscription as it should be, and a secret that is replaced."""

from typing import Any, Final

import pytest

from dixa_async import BadRequestError, DixaClient, InvalidRequestError, NotFoundError, UsageError
from dixa_async.models import (
    BasicAuthorization,
    CombinedWebhookFilters,
    NewWebhookSubscription,
    NoAuthorization,
    TokenAuthorization,
    WebhookAuthorization,
    WebhookEvent,
    WebhookFilterField,
    WebhookFilterStrategy,
    WebhookIsOneOf,
    WebhookSubscription,
)
from dixa_async.resources import once
from dixa_async.resources.webhook_subscriptions import EnsuredSubscription
from dixa_async.testing import FakeDixa

E = WebhookEvent
URL: Final = "https://bot.example.com/dixa"
EVENTS: Final = [E.CONVERSATION_MESSAGE_ADDED, E.CONVERSATION_CLOSED]
FILTERS: Final = {
    "Conversation": CombinedWebhookFilters(
        strategy=WebhookFilterStrategy.ALL,
        conditions=[WebhookIsOneOf(field=WebhookFilterField.INITIAL_CHANNEL, values=["email"])],
    )
}
PATCH: Final = "/webhooks/{webhookSubscriptionId}"


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "FIRST_PAUSE", 0.001)


async def ensure(dixa: DixaClient, **changes: Any) -> EnsuredSubscription:
    return await dixa.webhooks.ensure(**{"name": "bot", "url": URL, "events": EVENTS} | changes)


def only(server: FakeDixa) -> WebhookSubscription:
    (subscription,) = server.state.webhooks.values()
    return subscription


async def test_it_is_created_once_and_then_left_alone(dixa: DixaClient, server: FakeDixa) -> None:
    first = await ensure(dixa)
    assert (first.created, first.changed) == (True, ())
    assert first.subscription.secret_key == only(server).secret_key
    second = await ensure(dixa, events=reversed(EVENTS))
    assert (second.created, second.changed, second.subscription) == (False, (), first.subscription)
    assert server.applied("POST", "/webhooks") == 1
    assert server.applied("PATCH", PATCH) == 0


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"drop": "before"}, {"status": 504, "apply": True}])
async def test_a_lost_response_does_not_create_two(dixa: DixaClient, server: FakeDixa, fault: dict[str, Any]) -> None:
    server.inject_fault(method="POST", path="/webhooks", **fault)
    result = await ensure(dixa)
    assert result.created
    assert result.subscription.id == only(server).id


CHANGES: Final[list[tuple[dict[str, Any], tuple[str, ...]]]] = [
    ({"url": "https://new.example.com"}, ("url",)),
    ({"events": [E.CONVERSATION_RATED]}, ("events",)),
    ({"events": ["CONVERSATION_RATED", "ConversationRated"]}, ("events",)),
    ({"enabled": False}, ("enabled",)),
    ({"authorization": TokenAuthorization("t")}, ("authorization",)),
    ({"authorization": BasicAuthorization(username="u", password="p")}, ("authorization",)),
    ({"authorization": NoAuthorization()}, ()),
    ({"custom_headers": {"X-Bot": "1"}}, ("custom_headers",)),
    ({"custom_headers": {}}, ()),
    ({"filters": FILTERS}, ("filters",)),
    ({"filters": {}}, ()),
    ({"url": "https://x.example.com", "enabled": False, "filters": FILTERS}, ("url", "enabled", "filters")),
]


@pytest.mark.parametrize(("changes", "changed"), CHANGES)
async def test_only_what_differs_is_changed(
    dixa: DixaClient, server: FakeDixa, changes: dict[str, Any], changed: tuple[str, ...]
) -> None:
    before = await ensure(dixa)
    result = await ensure(dixa, **changes)
    assert (result.created, sorted(result.changed)) == (False, sorted(changed))
    assert result.subscription.id == before.subscription.id
    assert server.applied("PATCH", PATCH) == bool(changed)
    assert result.subscription == await dixa.webhooks.get(before.subscription.id)
    assert (await ensure(dixa, **changes)).changed == ()


async def test_what_is_not_named_stays(dixa: DixaClient) -> None:
    settings = {"authorization": TokenAuthorization("t"), "custom_headers": {"X-Bot": "1"}, "filters": FILTERS}
    first = await ensure(dixa, **settings)
    again = await ensure(dixa)
    assert again.changed == ()
    assert again.subscription == first.subscription
    lower = await ensure(dixa, custom_headers={"x-bot": "1"})
    assert lower.changed == ()
    cleared = await ensure(dixa, authorization=NoAuthorization(), custom_headers={})
    assert sorted(cleared.changed) == ["authorization", "custom_headers"]
    assert not cleared.subscription.headers


async def test_one_with_the_address_gets_the_name(dixa: DixaClient, server: FakeDixa) -> None:
    await ensure(dixa, name="by hand")
    result = await ensure(dixa)
    assert (result.created, result.changed) == (False, ("name",))
    assert only(server).name == "bot"
    await ensure(dixa, name="another", url="https://another.example.com")
    assert len(server.state.webhooks) == 2


async def create(dixa: DixaClient, name: str, authorization: WebhookAuthorization | None = None) -> WebhookSubscription:
    return await dixa.webhooks.create(
        NewWebhookSubscription(
            name=name,
            url=URL,
            authorization=authorization or NoAuthorization(),
            custom_headers={"X-Bot": "1"},
            events=EVENTS,
            filters=FILTERS,
        )
    )


@pytest.mark.parametrize("names", [("bot", "bot"), ("a", "b")])
async def test_several_that_could_be_meant_are_not_guessed_at(
    dixa: DixaClient, server: FakeDixa, names: tuple[str, str]
) -> None:
    found = [await create(dixa, name) for name in names]
    with pytest.raises(UsageError, match=found[1].id):
        await ensure(dixa)
    assert list(server.state.webhooks.values()) == found


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": 5},
        {"name": "bot (next)"},
        {"url": ""},
        {"events": []},
        {"events": "ConversationClosed"},
        {"events": [5]},
        {"filters": {"Conversation": CombinedWebhookFilters(strategy=WebhookFilterStrategy.ALL, conditions=[])}},
    ],
)
async def test_what_cannot_be_is_refused_before(dixa: DixaClient, server: FakeDixa, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError):
        await ensure(dixa, **wrong)
    assert server.request_count == 0


async def test_what_dixa_rejects_is_raised(dixa: DixaClient, server: FakeDixa) -> None:
    with pytest.raises(BadRequestError):
        await ensure(dixa, url="gopher://x")
    assert server.state.webhooks == {}


AUTHORIZATIONS: Final[list[WebhookAuthorization]] = [
    NoAuthorization(),
    TokenAuthorization("t"),
    BasicAuthorization(username="u", password="p:q"),
]


@pytest.mark.parametrize("authorization", AUTHORIZATIONS, ids=lambda each: type(each).__name__)
async def test_a_successor_takes_over_with_another_secret(
    dixa: DixaClient, server: FakeDixa, authorization: WebhookAuthorization
) -> None:
    old = await create(dixa, "bot", authorization)
    successor = await dixa.webhooks.start_rotation(old.id)
    assert (successor.name, successor.enabled) == ("bot (next)", False)
    assert successor.secret_key != old.secret_key
    assert (await dixa.webhooks.start_rotation(old.id)).id == successor.id
    assert (await ensure(dixa, filters=FILTERS)).subscription.id == old.id

    await dixa.webhooks.finish_rotation(old.id)
    now = {each.id: each for each in server.state.webhooks.values()}
    assert (now[old.id].name, now[old.id].enabled) == ("bot (old)", False)
    new = now[successor.id]
    assert (new.name, new.enabled) == ("bot", True)
    for each in ("url", "headers", "filters", "subscribed_events"):
        assert getattr(new, each) == getattr(old, each)
    assert (await ensure(dixa)).changed == ()
    assert (await dixa.webhooks.finish_rotation(old.id)).id == successor.id

    again = await dixa.webhooks.start_rotation(successor.id)
    assert again.id not in (old.id, successor.id)


@pytest.mark.parametrize("lost", [0, 1])
@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_rotation_goes_on_where_it_was(dixa: DixaClient, server: FakeDixa, lost: int, drop: Any) -> None:
    old = await create(dixa, "bot")
    server.inject_fault(method="POST", path="/webhooks", drop=drop)
    successor = await dixa.webhooks.start_rotation(old.id)
    if lost:
        server.inject_fault(method="PATCH", path=PATCH, delay=0.001)
    server.inject_fault(method="PATCH", path=PATCH, drop=drop)
    with pytest.raises(Exception, match="PATCH"):
        await dixa.webhooks.finish_rotation(old.id)
    await dixa.webhooks.finish_rotation(old.id)
    found = sorted((each.name, each.enabled, each.id) for each in server.state.webhooks.values())
    assert found == [("bot", True, successor.id), ("bot (old)", False, old.id)]


async def test_an_authorization_that_cannot_be_read_is_kept_as_a_header(dixa: DixaClient, server: FakeDixa) -> None:
    old = await create(dixa, "bot")
    for header in ("Digest x", "Basic ***", "Basic " + "eA=="):
        server.state.webhooks[old.id].headers = {"Authorization": header, "X-Bot": "1"}
        successor = await dixa.webhooks.start_rotation(old.id)
        assert successor.headers == {"Authorization": header, "X-Bot": "1"}
        await dixa.webhooks.delete(successor.id)


async def test_what_a_rotation_needs_is_said(dixa: DixaClient) -> None:
    old = await create(dixa, "bot")
    with pytest.raises(UsageError, match="start_rotation"):
        await dixa.webhooks.finish_rotation(old.id)
    successor = await dixa.webhooks.start_rotation(old.id)
    with pytest.raises(UsageError, match="part of a rotation"):
        await dixa.webhooks.start_rotation(successor.id)
    with pytest.raises(NotFoundError):
        await dixa.webhooks.start_rotation("5b1f4a6e-0000-4000-8000-000000000000")
    await create(dixa, "bot")
    with pytest.raises(UsageError, match="2 successors"):
        await dixa.webhooks.finish_rotation(old.id)


async def test_neither_a_result_nor_an_error_shows_a_secret(dixa: DixaClient) -> None:
    result = await ensure(dixa, authorization=TokenAuthorization("hidden-token"), custom_headers={"X": "hidden-header"})
    for hidden in (result.subscription.secret_key, "hidden-token", "hidden-header"):
        assert hidden not in repr(result)
