"""Invalid settings, uses and arguments raise one clear error, and nothing is sent."""

import asyncio
import re
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from aioresponses import aioresponses
from hypothesis import given, strategies as st
from yarl import URL

from dixa_async import UNSET, DixaClient, RetryPolicy
from dixa_async.errors import (
    ClientClosedError,
    ConfigurationError,
    InvalidRequestError,
    UsageError,
)
from dixa_async.models import (
    AgentFilter,
    BrowserInfo,
    Channel,
    ChannelFilter,
    File,
    InboundMessage,
    LinkType,
    Measure,
    NewChatConversation,
    NewSmsConversation,
    OutboundMessage,
    PeriodPreset,
    TextContent,
)
from dixa_async.transport.limiter.local import LocalLimiter

from ..helpers.virtual_time import VirtualTimeLoop, run_virtual

KEY = "k3y-that-nobody-may-see"
HUGE = pytest.param(10**5000, id="huge")
ANY_URL = re.compile(".*")
SERVER = "https://dev.dixa.io/beta"


# Settings.


@pytest.mark.parametrize(
    "key",
    [
        None,
        "",
        " ",
        f"{KEY}\n",
        f"{KEY}\r\nX-Injected: 1",
        f" {KEY}",
        f"{KEY} x",
        f"{KEY}\0",
        f"{KEY}é",
        7,
        KEY.encode(),
    ],
    ids=repr,
)
def test_an_invalid_api_key_is_rejected_and_not_shown(key: Any) -> None:
    with pytest.raises(ConfigurationError, match="API key") as caught:
        DixaClient(key)
    assert KEY not in "".join(traceback.format_exception(caught.value)) + repr(caught.value)


@pytest.mark.parametrize("key", ["", f"{KEY}\n", f" {KEY}"])
def test_an_api_key_from_the_environment_is_checked_too(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("DIXA_API_KEY", key)
    with pytest.raises(ConfigurationError) as caught:
        DixaClient()
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    "base_url",
    [
        *("", "dixa.example", "//dixa.example", "ftp://dixa.example", "file:///etc/hosts", "https://", "https:///beta"),
        *("http://dixa.example", "http://127.0.0.1.example", "http://localhost.example", "http://0.0.0.0", "http://10.0.0.1"),
        *("https://user@dixa.example", "https://user:word@dixa.example", "https://@dixa.example"),
        *("http://localhost@dixa.example", "http://localhost:80@dixa.example", "http://dixa.example\\@localhost"),
        *("https://dixa.example?a=1", "https://dixa.example?", "https://dixa.example#a", "https://dixa.example#"),
        *("https://dixa.example\n", "https://dixa.example/a b", "https://dixa.example/\0", "https://dixa.example/é"),
        *("https://dixa..example", "https://.", f"https://{'a' * 64}.example", "https://\ud800.example"),
        *("https://dixa.example/beta", "https://dixa.example/x/v1/"),
        *("https://dixa.example:port", "https://dixa.example:65536", "https://[::1", b"https://dixa.example", 7),
    ],
)  # fmt: skip
def test_an_unsafe_or_invalid_base_url_is_rejected(base_url: Any) -> None:
    with pytest.raises(ConfigurationError, match="base_url"):
        DixaClient(KEY, base_url=base_url)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "LOCALHOST", "[::1]"])
async def test_plain_http_is_allowed_on_localhost(mock_http: aioresponses, host: str) -> None:
    mock_http.get(ANY_URL, payload={})
    async with DixaClient(KEY, base_url=f"http://{host}:8080") as dixa:
        await dixa.request("GET", "/things")
    ((_, url),) = mock_http.requests
    assert str(url).lower() == f"http://{host}:8080/beta/things".lower()


def test_neither_a_client_nor_its_settings_show_the_key() -> None:
    dixa = DixaClient(KEY, auth_scheme="bearer")
    view = dixa.with_options(timeout=1)
    assert KEY not in f"{dixa!r} {dixa} {dixa.config!r} {dixa.config} {view!r} {view.config!r}"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"rate_limit": "5"}, "rate_limit must be a RateLimit, a number of requests a second or a Limiter, not str"),
        ({"rate_limit": 0}, "per_second"),
        ({"rate_limit": 10**400}, "per_second"),
        ({"rate_limit": LocalLimiter}, "rate_limit"),
        ({"middleware": [1]}, "middleware must be a list"),
        ({"middleware": len}, "middleware must be a list"),
        ({"session": "x"}, "session must be an aiohttp.ClientSession, not str"),
        ({"timeout": 10**400}, "finite"),
        ({"timeout": "5"}, "timeout must be a Timeout or a number of seconds, not str"),
        ({"retry": 3}, r"retry must be a RetryPolicy such as RetryPolicy\(max_attempts=3\), not int"),
    ],
)
def test_a_setting_of_the_wrong_type_is_rejected_when_the_client_is_created(
    settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        DixaClient(KEY, **settings)


@pytest.mark.parametrize(
    "settings",
    [{"statuses": "500"}, {"statuses": 500}, {"statuses": {99}}, {"operations": ["x"]}, {"operations": 7}],
)
def test_an_invalid_retry_policy_is_rejected(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=f"RetryPolicy.{next(iter(settings))}"):
        RetryPolicy(**settings)


@pytest.mark.parametrize(
    ("variable", "text", "given"),
    [
        ("DIXA_TIMEOUT", "abc", {"timeout": 5}),
        ("DIXA_RATE_LIMIT", "-1", {"rate_limit": 4}),
        ("DIXA_MAX_ATTEMPTS", "2.5", {"retry": RetryPolicy()}),
    ],
)
def test_an_invalid_variable_is_named_and_ignored_if_it_is_not_needed(
    monkeypatch: pytest.MonkeyPatch, variable: str, text: str, given: dict[str, Any]
) -> None:
    monkeypatch.setenv(variable, text)
    with pytest.raises(ConfigurationError, match=f"{variable}.*{text}"):
        DixaClient(KEY)
    DixaClient(KEY, **given)


# Use.


def test_plain_with_says_to_use_async_with() -> None:
    with pytest.raises(UsageError, match="async with"), DixaClient(KEY):
        pass


USES: list[Callable[[DixaClient], Any]] = [
    lambda dixa: dixa.organization.get(),
    lambda dixa: dixa.request("GET", "/things"),
    lambda dixa: dixa.end_users.list(),
    lambda dixa: anext(dixa.end_users.list().pages()),
    lambda dixa: dixa.with_options(timeout=1).messages.list(7),
    lambda dixa: dixa.messages.add(7, InboundMessage(content=TextContent("hi"))),
    lambda dixa: dixa.__aenter__(),
]


@pytest.mark.parametrize("use", USES)
async def test_a_closed_client_says_so(mock_http: aioresponses, use: Callable[[DixaClient], Any]) -> None:
    async with DixaClient(KEY) as dixa:
        pass
    with pytest.raises(ClientClosedError, match="the client is closed"):
        await use(dixa)
    assert not mock_http.requests


@pytest.mark.parametrize("use", USES)
def test_a_client_of_another_loop_says_so(mock_http: aioresponses, use: Callable[[DixaClient], Any]) -> None:
    mock_http.get(ANY_URL, payload={}, repeat=True)
    dixa = DixaClient(KEY)

    async def first() -> None:
        await dixa.request("GET", "/things")

    async def second() -> None:
        with pytest.raises(UsageError, match="another event loop"):
            await use(dixa)

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as one, asyncio.Runner(loop_factory=VirtualTimeLoop) as other:
        one.run(first())
        other.run(second())
        one.run(dixa.aclose())
    assert len(mock_http.requests) == 1


# Arguments.

CONTENT = TextContent("hi")
SMS: dict[str, Any] = {"requester_id": "u", "contact_endpoint_id": "+45"}
CHAT: dict[str, Any] = {"requester_id": "u", "widget_id": "w", "message": InboundMessage(content=CONTENT)}


async def refused(mock_http: aioresponses, use: Callable[[DixaClient], Any]) -> InvalidRequestError:
    async with DixaClient(KEY) as dixa:
        with pytest.raises(InvalidRequestError) as caught:
            await use(dixa)
    assert not mock_http.requests
    assert isinstance(caught.value, ValueError)
    return caught.value


@pytest.mark.parametrize(
    "number",
    ["abc", "", " 7", "7 ", "7/8", "-7", "+7", "7.0", "\u0667", "..", -7, 7.0, True, None, 2**63, HUGE]
)  # fmt: skip
async def test_an_invalid_conversation_id_is_rejected(mock_http: aioresponses, number: Any) -> None:
    for use in (
        lambda dixa: dixa.conversations.get(number),
        lambda dixa: dixa.messages.list(number),
        lambda dixa: dixa.conversations.close(number),
    ):
        assert "conversation_id" in str(await refused(mock_http, use))


@pytest.mark.parametrize(
    "page", [{"page_limit": "50"}, {"page_limit": 0}, {"page_limit": True}, {"page_limit": 10**5000}]
)
async def test_an_invalid_page_limit_is_rejected(mock_http: aioresponses, page: Any) -> None:
    assert re.search(
        "page_?limit", str(await refused(mock_http, lambda dixa: dixa.end_users.list(**page))), re.IGNORECASE
    )


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"email": b"anna@example.com"}, "email must be a str"),
        ({"email": ["anna@example.com"]}, "email must be a str"),
        ({"email": "\ud800"}, "no URL can hold"),
        ({"page_key": "\ud800"}, "no URL can hold"),
        ({"page_key": 7}, "page_key must be a str"),
        ({"email": "anna@example.com", "phone": "+45"}, "email and phone"),
    ],
)
async def test_an_invalid_filter_is_rejected(mock_http: aioresponses, query: Any, reason: str) -> None:
    assert reason in str(await refused(mock_http, lambda dixa: dixa.end_users.list(**query)))


@pytest.mark.parametrize(
    ("message", "path", "reason"),
    [
        (OutboundMessage(agent_id=7), "$.agentId", "expected str, got int"),  # type: ignore[arg-type]
        (OutboundMessage(agent_id=None), "$.agentId", "expected str, got null"),  # type: ignore[arg-type]
        (OutboundMessage(agent_id="a", cc=["b", 7]), "$.cc[1]", "expected str, got int"),  # type: ignore[list-item]
        (OutboundMessage(agent_id="a", cc="b"), "$.cc", "expected a list, got str"),  # type: ignore[arg-type]
        (InboundMessage(content=CONTENT, external_id=None), "$.externalId", "expected str, got null"),  # type: ignore[arg-type]
        (InboundMessage(content=TextContent(7)), "$.content.value", "expected str, got int"),  # type: ignore[arg-type]
        (InboundMessage(content="hi"), "$.content", "got str"),  # type: ignore[arg-type]
        (InboundMessage(content=File(url="u")), "$.content._type", "one of Html, Markdown, Text"),  # type: ignore[arg-type]
        (InboundMessage(content=CONTENT, attachments=[File(url=7)]), "$.attachments[0].url", "got int"),  # type: ignore[arg-type]
        ("hi", "$", "InboundMessage | OutboundMessage"),
        (None, "$", "got null"),
    ],
)  # fmt: skip
async def test_a_field_of_the_wrong_type_is_named(
    mock_http: aioresponses, message: Any, path: str, reason: str
) -> None:
    error = await refused(mock_http, lambda dixa: dixa.messages.add(7, message))
    assert error.path == path
    assert reason in error.reason


@pytest.mark.parametrize(
    ("conversation", "path"),
    [
        (NewSmsConversation(**SMS, message=InboundMessage(content=CONTENT)), "$.message._type"),  # type: ignore[arg-type]
        (NewChatConversation(**CHAT, language=None), "$.language"),  # type: ignore[arg-type]
        (NewChatConversation(**CHAT, browser_info=BrowserInfo(name=UNSET)), "$.browserInfo.name"),  # type: ignore[arg-type]
        (CONTENT, "$._type"),
    ],
)
async def test_an_invalid_conversation_is_reported_with_its_place(
    mock_http: aioresponses, conversation: Any, path: str
) -> None:
    assert (await refused(mock_http, lambda dixa: dixa.conversations.create(conversation))).path == path


@pytest.mark.parametrize(
    "path", ["", "things", "//things", "/a?b=1", "/a#b", "/a/../b", "/.", "/a b", "/a\r\nX: 1", "/\\a", "/é", "/\0"]
)
async def test_an_invalid_path_is_rejected(mock_http: aioresponses, path: str) -> None:
    assert "path" in str(await refused(mock_http, lambda dixa: dixa.request("GET", path)))


@pytest.mark.parametrize("value", ["", ".", "..", None, True, 1.5, b"a", "\ud800"], ids=ascii)
async def test_an_invalid_id_is_rejected(mock_http: aioresponses, value: Any) -> None:
    error = await refused(
        mock_http, lambda dixa: dixa.request("GET", "/things/{thingId}", path_params={"thingId": value})
    )
    assert str(error).startswith("thing_id ")


async def url_of(mock_http: aioresponses, value: str) -> URL:
    """The URL that aiohttp gets for an ID between two other segments of a path."""
    mock_http.get(ANY_URL, payload={})
    async with DixaClient(KEY) as dixa:
        await dixa.request("GET", "/things/{thingId}/end", path_params={"thingId": value})
    ((_, url),) = mock_http.requests
    return url


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        ("a/b", "a%2Fb"),
        ("../admin", "..%2Fadmin"),
        ("..%2fadmin", "..%252fadmin"),
        ("%2e%2e", "%252e%252e"),
        ("a?b=c", "a%3Fb%3Dc"),
        ("a#b", "a%23b"),
        ("a b", "a%20b"),
        ("a\r\nX: 1", "a%0D%0AX%3A%201"),
        ("a\\b;c", "a%5Cb%3Bc"),
        ("{thingId}", "%7BthingId%7D"),
        ("Åse😀", "%C3%85se%F0%9F%98%80"),
        ("...", "..."),
        ("0f8b-71_x.y~z", "0f8b-71_x.y~z"),
    ],
)
async def test_an_id_is_escaped_to_one_path_segment(mock_http: aioresponses, value: str, segment: str) -> None:
    assert str(await url_of(mock_http, value)) == f"{SERVER}/things/{segment}/end"


@given(value=st.text(st.characters()))
def test_no_id_leads_to_another_path(value: str) -> None:
    has_no_utf8 = any("\ud800" <= character <= "\udfff" for character in value)
    with aioresponses() as mock_http:
        if has_no_utf8 or value in ("", ".", ".."):
            with pytest.raises(InvalidRequestError):
                run_virtual(url_of(mock_http, value))
            return
        url = run_virtual(url_of(mock_http, value))
    start, segment = url.raw_path.removesuffix("/end").rsplit("/", 1)
    assert (start, unquote(segment)) == ("/beta/things", value)
    assert (url.raw_query_string, url.raw_fragment, url.host) == ("", "", "dev.dixa.io")


CHANNEL: Any = Channel.EMAIL
LISTS: Any = {
    "create_many": lambda dixa, some: dixa.end_users.create_many(some),
    "agents": lambda dixa, some: dixa.agents.patch_many(some),
    "queue members": lambda dixa, some: dixa.queues.add_members("q", some),
    "team members": lambda dixa, some: dixa.teams.remove_members("t", some),
    "notes": lambda dixa, some: dixa.internal_notes.add_many(1, some),
    "tags": lambda dixa, some: dixa.tags.add_many_to_conversation(1, some),
    "translations": lambda dixa, some: dixa.knowledge.patch_article_translations("a", some),
    "search": lambda dixa, some: dixa.search.conversations(all_of=some),
    "analytics": lambda dixa, some: dixa.analytics.query_metric("m", timezone="UTC", conversation_ids=some),
    "measures": lambda dixa, some: dixa.analytics.query_metric(
        "m", timezone="UTC", period=PeriodPreset.TODAY, aggregations=some
    ),
}


@pytest.mark.parametrize("what", LISTS)
@pytest.mark.parametrize("value", [5, "text", Measure.COUNT, AgentFilter.is_empty()], ids=repr)
async def test_a_value_that_is_not_a_list_is_rejected(mock_http: aioresponses, what: str, value: Any) -> None:
    assert "must be a list" in str(await refused(mock_http, lambda dixa: LISTS[what](dixa, value)))


@pytest.mark.parametrize(
    "use",
    [
        lambda dixa: dixa.end_users.patch_custom_attributes("u", [1]),
        lambda dixa: dixa.analytics.query_metric("m", timezone="UTC", period=PeriodPreset.TODAY, filters=[("a", "b")]),
    ],
)
async def test_a_value_that_is_not_a_mapping_is_rejected(mock_http: aioresponses, use: Any) -> None:
    assert "must be a mapping" in str(await refused(mock_http, use))


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (lambda dixa: dixa.search.conversations(any_of=[]), "any_of must contain at least one filter"),
        (
            lambda dixa: dixa.search.conversations(any_of=[AgentFilter.is_one_of()]),
            "AgentFilter needs at least one value",
        ),
        (lambda dixa: dixa.search.conversations(all_of=[ChannelFilter.is_one_of(CHANNEL)]), "SearchChannel"),
        (lambda dixa: dixa.conversations.link(1, -2, LinkType.SIDE_CONVERSATION), "parent_id must be a whole number"),
        (lambda dixa: dixa.conversations.create(UNSET), "UNSET is only allowed as the value of a field"),
        (lambda dixa: dixa.request("POST", "/x", json={"a": [1, float("nan")]}), r"\$\[...\]\[1\]: expected a number"),
    ],
)
async def test_an_empty_or_meaningless_argument_is_rejected(mock_http: aioresponses, use: Any, said: str) -> None:
    assert re.search(said, str(await refused(mock_http, use)))
