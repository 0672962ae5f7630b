"""The client: its settings, views and sections, and calls by method and path."""

import asyncio
import copy
import json
import math
import pickle
from collections.abc import Callable
from typing import Any

import aiohttp
import attrs
import pytest
from aioresponses import aioresponses
from typing_extensions import override
from yarl import URL

from dixa_async import (
    UNSET,
    ClientConfig,
    ConfigurationError,
    DixaClient,
    InvalidRequestError,
    Limiter,
    LimiterState,
    RateLimit,
    RateLimitTimeoutError,
    Request,
    Response,
    RetryPolicy,
    Send,
    ServerError,
    Timeout,
    Unknown,
    UsageError,
)
from dixa_async.models import Conversation, ConversationActor, Organization, OrganizationStatus

BETA = "https://dev.dixa.io/beta"
ORGANIZATION = {"id": "o-1", "name": "Bakery", "subdomain": "bakery", "status": "Active"}
RESPONSE = {"data": ORGANIZATION}


def sent(mock_http: aioresponses) -> list[tuple[str, URL, dict[str, Any]]]:
    """The requests that were sent: method, URL, and the other arguments."""
    return [(method, url, call.kwargs) for (method, url), calls in mock_http.requests.items() for call in calls]


@pytest.fixture
def organization(mock_http: aioresponses) -> aioresponses:
    mock_http.get(f"{BETA}/organization", payload=RESPONSE, repeat=True)
    return mock_http


async def test_a_call_returns_a_model(organization: aioresponses) -> None:
    async with DixaClient("s3cret") as dixa:
        found = await dixa.organization.get()
    assert found == Organization(id="o-1", name="Bakery", subdomain="bakery", status=OrganizationStatus.ACTIVE)


async def test_a_request_identifies_its_client(organization: aioresponses) -> None:
    async with DixaClient("s3cret") as dixa:
        await dixa.organization.get()
    ((method, url, rest),) = sent(organization)
    assert (method, str(url)) == ("GET", f"{BETA}/organization")
    assert rest["headers"]["Accept"] == "application/json"
    assert rest["headers"]["User-Agent"].startswith("dixa-async/")
    assert "Content-Type" not in rest["headers"]
    assert rest["data"] is None
    assert rest["allow_redirects"] is False


@pytest.mark.parametrize("base_url", ["https://dixa.example.com/proxy", "https://dixa.example.com/proxy/"])
async def test_server_and_version_can_be_chosen(mock_http: aioresponses, base_url: str) -> None:
    mock_http.get("https://dixa.example.com/proxy/v1/organization", payload=RESPONSE)
    async with DixaClient("s3cret", base_url=base_url, api_version="v1") as dixa:
        assert (await dixa.organization.get()).name == "Bakery"


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {
        "API_KEY": "from-env",
        "BASE_URL": "https://env.example.com",
        "API_VERSION": "v1",
        "AUTH_SCHEME": "bearer",
        "TIMEOUT": "2.5",
        "RATE_LIMIT": "5",
        "MAX_ATTEMPTS": "2",
    }.items():
        monkeypatch.setenv(f"DIXA_{name}", text)
    expected = ClientConfig(
        api_key="from-env",
        base_url="https://env.example.com",
        api_version="v1",
        auth_scheme="bearer",
        timeout=Timeout(attempt=2.5),
        retry=RetryPolicy(max_attempts=2),
        rate_limit=RateLimit(per_second=5),
    )
    assert ClientConfig.from_env() == expected
    assert DixaClient().config == expected


def test_arguments_override_the_environment_which_overrides_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIXA_API_KEY", "from-env")
    monkeypatch.setenv("DIXA_TIMEOUT", "2.5")
    monkeypatch.setenv("DIXA_RATE_LIMIT", "")  # the same as not set
    config = DixaClient("given", timeout=7, max_concurrency=5, max_response_bytes=100, log_bodies=True).config
    assert config == ClientConfig(
        api_key="given", timeout=Timeout(attempt=7), max_concurrency=5, max_response_bytes=100, log_bodies=True
    )
    assert config.rate_limit == RateLimit()


async def test_a_config_holds_all_settings_of_a_client(
    mock_http: aioresponses, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = ClientConfig(api_key="given", base_url="https://dixa.example.com", retry=RetryPolicy(max_attempts=1))
    monkeypatch.setenv("DIXA_API_KEY", "from-env")
    monkeypatch.setenv("DIXA_API_VERSION", "v1")
    mock_http.get("https://dixa.example.com/beta/organization", payload=RESPONSE)
    async with DixaClient(config=config) as dixa:
        assert dixa.config is config
        assert (await dixa.organization.get()).name == "Bakery"


def test_a_config_can_be_changed_and_taken_from_a_view() -> None:
    config = ClientConfig(api_key="given", timeout=Timeout(attempt=7))
    view = DixaClient(config=attrs.evolve(config, max_concurrency=5)).with_options(retry=RetryPolicy(max_attempts=1))
    assert DixaClient(config=view.config).config == ClientConfig(
        api_key="given", timeout=Timeout(attempt=7), max_concurrency=5, retry=RetryPolicy(max_attempts=1)
    )


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"api_key": "other"}, "api_key"),
        ({"rate_limit": 3}, "rate_limit"),
        ({"timeout": 3, "log_bodies": False}, "timeout, log_bodies"),
    ],
)
def test_a_config_cannot_be_mixed_with_other_settings(settings: dict[str, Any], names: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{names} cannot be passed beside config: use attrs.evolve"):
        DixaClient(config=ClientConfig(api_key="given"), **settings)


def test_a_custom_limiter_and_middlewares_go_with_a_config() -> None:
    limiter = CountingLimiter()
    dixa = DixaClient(config=ClientConfig(api_key="given"), rate_limit=limiter, middleware=[lambda r, send: send(r)])
    assert dixa.rate_limit_state == limiter.state


@pytest.mark.parametrize("config", [{"api_key": "k"}, "k", ClientConfig])
def test_a_config_of_another_type_is_rejected(config: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^config must be a ClientConfig, not (dict|str|type)$"):
        DixaClient(config=config)


@pytest.mark.parametrize("name", ["total", "attempt", "connect"])
def test_no_timeout_is_none_and_not_infinity(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"Timeout.{name} .* None"):
        Timeout(**{name: math.inf})
    assert getattr(Timeout(**{name: None}), name) is None


def test_the_repr_shows_the_server_and_never_the_token() -> None:
    dixa = DixaClient("s3cret", api_version="v1")
    assert repr(dixa) == "<DixaClient https://dev.dixa.io/v1>"
    assert "s3cret" not in f"{dixa!r} {dixa.config!r} {dixa.config}"


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickle.dumps])
@pytest.mark.parametrize("is_used", [False, True])
async def test_a_client_cannot_be_copied_and_says_why(
    organization: aioresponses, duplicate: Callable[[object], object], is_used: bool
) -> None:
    async with DixaClient("s3cret") as dixa:
        if is_used:
            await dixa.organization.get()
        for client in (dixa, dixa.with_options(timeout=1)):
            with pytest.raises(UsageError, match="cannot be copied or pickled"):
                duplicate(client)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickle.dumps])
def test_an_object_that_holds_a_client_cannot_be_copied_either(duplicate: Callable[[object], object]) -> None:
    dixa = DixaClient("s3cret")
    for holder in (dixa.messages, [dixa], dixa.messages.list):
        with pytest.raises(UsageError, match="cannot be copied or pickled"):
            duplicate(holder)


async def test_closing_is_visible_and_can_be_repeated() -> None:
    dixa = DixaClient("s3cret")
    assert not dixa.closed
    await dixa.aclose()
    await dixa.aclose()
    assert dixa.closed
    assert repr(dixa) == "<DixaClient https://dev.dixa.io/beta, closed>"


async def test_a_borrowed_session_is_used_and_not_closed(organization: aioresponses) -> None:
    async with aiohttp.ClientSession() as session:
        async with DixaClient("s3cret", session=session) as dixa:
            await dixa.organization.get()
            assert dixa._shared.session.open() is session
        assert not session.closed


async def test_its_own_session_is_created_when_needed_and_closed(organization: aioresponses) -> None:
    dixa = DixaClient("s3cret")
    await dixa.organization.get()
    session = dixa._shared.session.open()
    await dixa.aclose()
    assert session.closed


def test_sections_are_created_once() -> None:
    dixa = DixaClient("s3cret")
    for name in ("agents", "conversations", "end_users", "messages", "organization"):
        assert getattr(dixa, name) is getattr(dixa, name)


async def test_a_view_shares_the_state_of_its_client_and_closes_nothing(organization: aioresponses) -> None:
    async with DixaClient("s3cret") as dixa:
        async with dixa.with_options(timeout=2) as view:
            await view.organization.get()
        assert not dixa.closed
        assert view._shared is dixa._shared
        assert view.config.timeout == Timeout(attempt=2)
        assert view.config == attrs.evolve(dixa.config, timeout=Timeout(attempt=2))
        assert dixa.config.timeout == Timeout()
    assert view.closed


def test_a_view_of_a_view_keeps_its_settings() -> None:
    view = DixaClient("s3cret").with_options(timeout=2).with_options(max_wait=1).with_options()
    assert view.config.timeout == Timeout(attempt=2)
    assert view.config.rate_limit == RateLimit(max_wait=1)


def test_a_number_as_the_timeout_of_a_view_changes_only_the_attempt_timeout() -> None:
    dixa = DixaClient("s3cret", timeout=Timeout(total=100, attempt=20, connect=3))
    assert dixa.with_options(timeout=60).config.timeout == Timeout(total=100, attempt=60, connect=3)
    assert dixa.with_options(timeout=Timeout(total=5)).config.timeout == Timeout(total=5)
    assert DixaClient("s3cret", timeout=60).config.timeout == Timeout(attempt=60)


@pytest.mark.parametrize("timeout", [0, -1, True, math.inf, "60"])
def test_an_invalid_timeout_of_a_view_is_rejected(timeout: Any) -> None:
    with pytest.raises(ConfigurationError, match="imeout"):
        DixaClient("s3cret").with_options(timeout=timeout)


async def test_a_view_retries_as_it_is_configured(mock_http: aioresponses) -> None:
    mock_http.get(f"{BETA}/organization", status=500, repeat=True)
    async with DixaClient("s3cret") as dixa:
        with pytest.raises(ServerError):
            await dixa.with_options(retry=RetryPolicy(max_attempts=1)).organization.get()
        assert len(sent(mock_http)) == 1
        with pytest.raises(ServerError):
            await dixa.organization.get()
        assert len(sent(mock_http)) == 5


async def test_a_view_waits_no_longer_than_it_is_configured(organization: aioresponses) -> None:
    async with DixaClient("s3cret", rate_limit=RateLimit(burst=1)) as dixa:
        await asyncio.gather(*(dixa.organization.get() for _ in range(10)))
        waiting = asyncio.gather(*(dixa.organization.get() for _ in range(10)))
        await asyncio.sleep(0)
        with pytest.raises(RateLimitTimeoutError):
            await dixa.with_options(max_wait=0.5).organization.get()
        await waiting


async def test_clients_of_one_server_and_token_share_the_limit(organization: aioresponses) -> None:
    first, second = DixaClient("s3cret"), DixaClient("s3cret", base_url="https://dev.dixa.io/")
    start = asyncio.get_running_loop().time()
    await asyncio.gather(*(dixa.organization.get() for dixa in (first, second) for _ in range(10)))
    assert asyncio.get_running_loop().time() - start == pytest.approx(1.7)
    for dixa in (first, second):
        await dixa.aclose()


@pytest.mark.parametrize(
    ("base_url", "written"),
    [
        ("https://DEV.dixa.io", "https://dev.dixa.io"),
        ("HTTPS://dev.dixa.io", "https://dev.dixa.io"),
        ("https://dev.dixa.io:443", "https://dev.dixa.io"),
        ("https://dev.dixa.io:/", "https://dev.dixa.io"),
        ("https://dev.dixa.io:0443//", "https://dev.dixa.io"),
        ("https://dev.dixa.io:80", "https://dev.dixa.io:80"),
        ("https://Dixa.example:8443/Proxy/", "https://dixa.example:8443/Proxy"),
        ("http://LocalHost:80", "http://localhost"),
        ("http://localhost:443", "http://localhost:443"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://[2001:DB8::1]:443", "https://[2001:db8::1]"),
    ],
)
def test_one_server_has_one_limiter_and_one_budget_however_its_url_is_written(base_url: str, written: str) -> None:
    dixa, another = DixaClient("one-token", base_url=base_url), DixaClient("one-token", base_url=written)
    assert dixa.config.base_url == written
    assert dixa.config == another.config
    assert dixa._shared.limiter is another._shared.limiter
    assert dixa._shared.budget is another._shared.budget


class CountingLimiter:
    def __init__(self) -> None:
        self.permits = 0

    @property
    def state(self) -> LimiterState:
        return LimiterState(rate=1.0, waiting=0, next_in=0.0, requests_today=self.permits, throttled=0)

    def try_acquire(self) -> bool:
        return False

    async def acquire(self, max_wait: float | None = None, priority: bool = False) -> None:
        self.permits += 1

    def on_throttled(self, retry_after: float | None) -> None: ...

    def on_success(self) -> None:
        self.permits += 10

    async def drain(self) -> None:
        self.permits += 100


async def test_a_custom_limiter_is_used(organization: aioresponses) -> None:
    limiter = CountingLimiter()
    async with DixaClient("s3cret", rate_limit=limiter) as dixa:
        await dixa.organization.get()
        assert dixa.rate_limit_state.requests_today == 11
    assert limiter.permits == 111
    assert dixa.config.rate_limit == RateLimit()


@pytest.mark.parametrize("missing", [name for name in vars(Limiter) if not name.startswith("_")])
def test_a_limiter_that_lacks_a_member_is_rejected_by_its_name(missing: str) -> None:
    members = {name: member for name, member in vars(CountingLimiter).items() if name != missing}
    limiter: Any = type("Incomplete", (), members)()
    with pytest.raises(ConfigurationError, match=f"not Incomplete, which has no {missing}$"):
        DixaClient("s3cret", rate_limit=limiter)


def test_a_limiter_is_not_asked_for_its_state_before_it_is_used() -> None:
    class NotReady(CountingLimiter):
        @property
        @override
        def state(self) -> LimiterState:
            raise LookupError

    DixaClient("s3cret", rate_limit=NotReady())


def test_a_limiter_may_have_instance_or_dynamic_members() -> None:
    class Wrapping:
        def __init__(self) -> None:
            self.state = CountingLimiter().state

        def __getattr__(self, name: str) -> Any:
            return getattr(CountingLimiter(), name)

    DixaClient("s3cret", rate_limit=Wrapping())


@pytest.mark.parametrize("per_second", [4, 2.5])
def test_a_number_as_the_rate_limit_is_requests_per_second(per_second: float) -> None:
    assert DixaClient("s3cret", rate_limit=per_second).config.rate_limit == RateLimit(per_second=per_second)


async def test_a_client_without_settings_does_not_change_the_limit_of_another_client() -> None:
    slow = DixaClient("one-token", rate_limit=RateLimit(per_second=2, burst=1))
    DixaClient("one-token")
    assert slow.rate_limit_state.rate == 2
    DixaClient("one-token", rate_limit=RateLimit())
    assert slow.rate_limit_state.rate == 10


def _recording(name: str, notes: list[str]) -> Any:
    async def middleware(request: Request, send: Send) -> Response:
        notes.append(f"{name} {request.operation.section} {request.operation.id}")
        response = await send(attrs.evolve(request, headers={**request.headers, f"X-{name}": "1"}))
        notes.append(f"{name} {response.status}")
        return response

    return middleware


async def test_middlewares_wrap_the_call_in_order_and_can_change_it(mock_http: aioresponses) -> None:
    mock_http.get(f"{BETA}/organization", status=500)
    mock_http.get(f"{BETA}/organization", payload=RESPONSE)
    notes: list[str] = []
    async with DixaClient("s3cret", middleware=[_recording("Outer", notes)]) as dixa:
        await dixa.with_options(middleware=[_recording("Inner", notes)]).organization.get()
    assert notes == [
        "Outer organization getOrganization",
        "Inner organization getOrganization",
        "Inner 200",
        "Outer 200",
    ]
    assert len(sent(mock_http)) == 2  # the retry is within
    for _, _, rest in sent(mock_http):
        assert (rest["headers"]["X-Outer"], rest["headers"]["X-Inner"]) == ("1", "1")


async def test_a_middleware_can_respond_by_itself(mock_http: aioresponses) -> None:
    async def cached(request: Request, send: Send) -> Response:
        return Response(status=200, headers={}, body=json.dumps(RESPONSE).encode())

    async with DixaClient("s3cret", middleware=[cached]) as dixa:
        assert (await dixa.organization.get()).name == "Bakery"
    assert not sent(mock_http)


async def test_a_call_by_method_and_path_returns_the_whole_response(mock_http: aioresponses) -> None:
    url = f"{BETA}/things/a%2Fb?limit=5&on=true"
    mock_http.patch(url, payload={"data": [], "meta": {"a": 1}})
    async with DixaClient("s3cret") as dixa:
        found = await dixa.request(
            "patch",
            "/things/{thingId}",
            path_params={"thingId": "a/b"},
            query={"limit": 5, "on": True, "email": None},
            json={"actor": ConversationActor(user_id="u")},
        )
    assert found == {"data": [], "meta": {"a": 1}}
    ((method, sent_url, rest),) = sent(mock_http)
    assert (method, str(sent_url)) == ("PATCH", url)
    assert rest["data"] == b'{"actor":{"userId":"u"}}'
    assert rest["headers"]["Content-Type"] == "application/json"


async def test_a_call_by_method_and_path_can_read_a_model(organization: aioresponses) -> None:
    async with DixaClient("s3cret") as dixa:
        found = await dixa.request("GET", "/organization", response_type=Organization)
    assert found.status is OrganizationStatus.ACTIVE


async def test_a_call_by_method_and_path_can_send_null_and_receive_nothing(mock_http: aioresponses) -> None:
    mock_http.put(f"{BETA}/things", status=202)
    async with DixaClient("s3cret") as dixa:
        assert await dixa.request("PUT", "/things", json=None) is None
    assert sent(mock_http)[0][2]["data"] == b"null"


async def test_a_union_can_be_read_by_method_and_path(mock_http: aioresponses) -> None:
    later: Any = {"_type": "FaxConversation", "id": 9}
    mock_http.get(f"{BETA}/conversations/9", payload={"data": later})
    async with DixaClient("s3cret") as dixa:
        found = await dixa.request("GET", "/conversations/9", response_type=Conversation)
    assert found == Unknown(type="FaxConversation", raw=later)


@pytest.mark.parametrize("response_type", ["EndUser", "", dict, list["EndUser"], bytes, 7, UNSET], ids=repr)  # type: ignore[name-defined]  # noqa: F821
async def test_an_unsupported_response_type_is_rejected_before_anything_is_sent(
    mock_http: aioresponses, response_type: Any
) -> None:
    async with DixaClient("s3cret") as dixa:
        with pytest.raises(InvalidRequestError, match=r"^response_type must be a model, .* of these, not "):
            await dixa.request("POST", "/endusers", json={"displayName": "Anna"}, response_type=response_type)
    assert not sent(mock_http)


async def test_a_body_that_json_cannot_represent_is_rejected(mock_http: aioresponses) -> None:
    async with DixaClient("s3cret") as dixa:
        with pytest.raises(InvalidRequestError, match="JSON cannot represent this"):
            await dixa.request("PUT", "/things", json={"a": object()})
    assert not sent(mock_http)
