"""Error reports show local variables: those of our functions must not show the token."""

import copy
import pickle
from typing import Any

import aiohttp
import pytest
from redis.asyncio import Redis

from dixa_async import ClientConfig, ConfigurationError, DixaClient, DixaError, RateLimit, RedisRateLimit, Timeout
from dixa_async.secret import Secret

from ..helpers.frames import shown_in_frames

TOKEN = "t0ken-that-nobody-may-see"


class _Failing(RateLimit):
    def create_limiter(self, server: str, token: Secret) -> Any:
        raise ConfigurationError("no limiter today")


@pytest.mark.parametrize(
    "settings",
    [
        {"base_url": "ftp://x"},
        {"api_version": "v9"},
        {"auth_scheme": "basic"},
        {"auth_scheme": "bearer", "session": "x"},
        {"timeout": "30"},
        {"retry": 3},
        {"rate_limit": "8"},
        {"rate_limit": 0},
        {"rate_limit": _Failing()},
        {"max_concurrency": 0},
        {"log_bodies": "yes"},
        {"session": "x"},
        {"middleware": [1]},
    ],
    ids=str,
)
@pytest.mark.parametrize("source", ["argument", "secret", "environment"])
def test_a_client_that_cannot_be_created_does_not_show_it(
    settings: dict[str, Any], source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIXA_API_KEY", TOKEN)
    given: dict[str, str | Secret | None] = {"argument": TOKEN, "secret": Secret(TOKEN), "environment": None}
    with pytest.raises(ConfigurationError) as caught:
        DixaClient(given[source], **settings)
    assert not shown_in_frames(caught.value, TOKEN)


@pytest.mark.parametrize("variable", ["DIXA_TIMEOUT", "DIXA_BASE_URL", "DIXA_RATE_LIMIT", "DIXA_MAX_ATTEMPTS"])
def test_an_invalid_environment_does_not_show_it(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIXA_API_KEY", TOKEN)
    monkeypatch.setenv(variable, "wrong")
    with pytest.raises(ConfigurationError) as caught:
        ClientConfig.from_env()
    assert not shown_in_frames(caught.value, TOKEN)


@pytest.mark.parametrize("token", [f"Bearer {TOKEN}", f"{TOKEN}\n", f" {TOKEN}", TOKEN.encode(), [TOKEN]], ids=repr)
def test_an_invalid_token_is_not_shown(token: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        DixaClient(token)
    assert not shown_in_frames(caught.value, TOKEN)
    assert TOKEN not in f"{caught.value} {caught.value!r}"


def test_invalid_settings_do_not_show_it() -> None:
    with pytest.raises(ConfigurationError) as caught:
        ClientConfig(api_key=TOKEN, max_concurrency=0)
    assert not shown_in_frames(caught.value, TOKEN)
    with pytest.raises(ConfigurationError) as caught:
        DixaClient(TOKEN).with_options(timeout=-1)
    assert not shown_in_frames(caught.value, TOKEN)


async def test_a_call_that_cannot_be_made_does_not_show_it() -> None:
    closed = DixaClient(TOKEN, auth_scheme="bearer")
    await closed.aclose()
    impatient = DixaClient(TOKEN, rate_limit=RateLimit(per_second=0.01, burst=1, max_wait=0.01))
    assert impatient._shared.limiter.try_acquire()
    session = aiohttp.ClientSession()
    await session.close()
    borrowing = DixaClient(TOKEN, session=session)
    for call in (
        closed.organization.get(),
        borrowing.organization.get(),
        impatient.organization.get(),
        impatient.with_options(timeout=Timeout(total=0.001)).organization.get(),
        impatient.agents.get(""),
        impatient.tags.create(7),  # type: ignore[arg-type]
    ):
        with pytest.raises(DixaError) as caught:
            await call
        assert not shown_in_frames(caught.value, TOKEN)
    await impatient.aclose()


def test_redis_sees_no_token() -> None:
    limit = RedisRateLimit(redis=Redis())
    limit.create_limiter("https://dixa.example.com", Secret(TOKEN))
    assert TOKEN not in f"{limit} {limit._limiters}"


def test_a_secret_is_revealed_only_on_request() -> None:
    secret = Secret(TOKEN)
    assert secret.reveal() == TOKEN
    assert f"{secret} {secret!r}" == "*** Secret('***')"
    assert (secret, hash(secret)) == (Secret(TOKEN), hash(Secret(TOKEN)))
    assert secret != Secret("another")
    assert secret != TOKEN
    assert copy.deepcopy(secret) == secret
    with pytest.raises(Exception, match="pickle"):  # it would be in plain text
        pickle.dumps(secret)
