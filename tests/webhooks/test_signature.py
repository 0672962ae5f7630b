"""A delivery is taken if Dixa has signed it just now; anything else is refused, with one error."""

import base64
import gzip
import hashlib
import hmac
import itertools
import pickle
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, strategies as st
from multidict import CIMultiDict

from dixa_async import ConfigurationError, Secret
from dixa_async.models import BasicAuthorization, NoAuthorization, TokenAuthorization
from dixa_async.webhooks.errors import RefusalReason, WebhookRefusedError
from dixa_async.webhooks.signature import SigningSecrets, sign, verify

SECRET = "0f" * 32
OTHER = "a1" * 32
NOW = datetime(2026, 3, 4, 9, 16, tzinfo=UTC)
BODY = b'{"event_id": "e", "event_fqn": "CONVERSATION_CREATED"}'
NAME = "X-DIXA-SIGNATURE"


def signed(body: bytes = BODY, secret: str = SECRET, at: datetime = NOW) -> dict[str, str]:
    return {NAME: sign(body, secret, at=at)}


def signed_with(time: str, body: bytes = BODY) -> dict[str, str]:
    """A correct signature of any time."""
    digest = hmac.new(bytes.fromhex(SECRET), time.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {NAME: f"t={time},v1={digest}"}


def refusal(body: Any, headers: Any, **options: Any) -> RefusalReason:
    with pytest.raises(WebhookRefusedError) as caught:
        verify(body, headers, SECRET, now=NOW, **options)
    assert SECRET not in str(caught.value)
    return caught.value.reason


def test_the_signature_is_the_one_that_dixa_describes() -> None:
    digest = hmac.new(bytes.fromhex(SECRET), b"1772615760000." + BODY, hashlib.sha256).hexdigest()
    assert sign(BODY, SECRET, at=NOW) == f"t=1772615760000,v1={digest}"
    assert verify(BODY, signed(), SECRET, now=NOW).signed_at == NOW


@given(st.binary(max_size=200), st.binary(min_size=1, max_size=64), st.integers(-300_000, 300_000))
def test_what_is_signed_within_the_window_is_taken(body: bytes, key: bytes, late: int) -> None:
    at = NOW + timedelta(milliseconds=late)
    assert verify(body, {NAME: sign(body, key.hex(), at=at)}, key.hex(), now=NOW).signed_at == at


def test_no_bit_of_the_body_can_be_changed() -> None:
    for index, bit in itertools.product(range(len(BODY)), range(8)):
        changed = bytearray(BODY)
        changed[index] ^= 1 << bit
        assert refusal(bytes(changed), signed()) is RefusalReason.SIGNATURE_WRONG


def test_no_bit_of_the_signature_can_be_changed() -> None:
    value = sign(BODY, SECRET, at=NOW).encode()
    for index, bit in itertools.product(range(len(value)), range(8)):
        changed = bytearray(value)
        changed[index] ^= 1 << bit
        assert refusal(BODY, [(NAME.encode(), bytes(changed))]) in {
            RefusalReason.SIGNATURE_MALFORMED,
            RefusalReason.SIGNATURE_WRONG,
        }


@given(st.binary(max_size=300), st.data())
def test_no_bit_of_any_body_can_be_changed(body: bytes, data: st.DataObject) -> None:
    headers = signed(body)
    changed = bytearray(body or b"x")
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert refusal(bytes(changed), headers) is RefusalReason.SIGNATURE_WRONG


anything = st.none() | st.integers() | st.text() | st.binary() | st.lists(st.text() | st.binary(), max_size=3)
names = st.sampled_from([NAME, NAME.lower(), NAME.encode(), "Authorization", "Content-Encoding", "Content-Length"])
signatures = st.text() | st.from_regex(r"\At=[0-9a-f٣.-]{0,20},v1=[0-9a-fA-Fx]{0,70}(,v1=.{0,5})?\Z") | anything


@given(
    st.binary() | anything,
    st.lists(st.tuples(names | anything, signatures), max_size=4)
    | st.dictionaries(names | st.text(), signatures, max_size=4)
    | st.lists(anything)
    | anything,
)
@example(BODY, {NAME: f"t=٣,v1={'0' * 64}"})
@example(BODY, {NAME: "t=NaN,v1=NaN"})
@example(BODY, {NAME: "t=\ud800,v1=\udc80"})
@example(BODY, [(NAME, "t=1,v1=\xff")])
@example(BODY, {"Content-Length": "9" * 5000})
@example(BODY, {NAME: "t=" + "9" * 5000 + ",v1=" + "0" * 64})
@example("text", signed())
def test_no_body_and_no_headers_raise_another_error(body: Any, headers: Any) -> None:
    for authorization in (None, TokenAuthorization("token"), BasicAuthorization(username="é", password="p")):
        with pytest.raises(WebhookRefusedError):
            verify(body, headers, SECRET, now=NOW, authorization=authorization)


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, RefusalReason.SIGNATURE_MISSING),
        ({NAME: ""}, RefusalReason.SIGNATURE_MALFORMED),
        ({NAME: "t=1772615760000"}, RefusalReason.SIGNATURE_MALFORMED),
        ({NAME: f"v1={'0' * 64}"}, RefusalReason.SIGNATURE_MALFORMED),
        ({NAME: f"t=1,t=2,v1={'0' * 64}"}, RefusalReason.SIGNATURE_MALFORMED),
        ({NAME: f"t=-1,v1={'0' * 64}"}, RefusalReason.SIGNATURE_MALFORMED),
        ({NAME: "t=1,v1=not hex"}, RefusalReason.SIGNATURE_MALFORMED),
        ({NAME: f"t=1772615760000,v1={'0' * 64}"}, RefusalReason.SIGNATURE_WRONG),
        (signed(secret=OTHER), RefusalReason.SIGNATURE_WRONG),
        # Nobody learns from an old time whether a signature was right.
        ({NAME: f"t=1,v1={'0' * 64}"}, RefusalReason.SIGNATURE_WRONG),
        (signed_with("1772615760"), RefusalReason.TOO_OLD),  # seconds
        (signed_with("0"), RefusalReason.TOO_OLD),
        (signed_with("9" * 18), RefusalReason.FROM_THE_FUTURE),
        (signed(at=NOW - timedelta(seconds=301)), RefusalReason.TOO_OLD),
        (signed(at=NOW + timedelta(seconds=301)), RefusalReason.FROM_THE_FUTURE),
        ([(NAME, sign(BODY, SECRET, at=NOW))] * 2, RefusalReason.HEADER_REPEATED),
        (signed() | {NAME.lower(): "t=1"}, RefusalReason.HEADER_REPEATED),
        (signed() | {"content-encoding": "gzip"}, RefusalReason.BODY_ENCODED),
        (signed() | {"Content-Length": str(2**20 + 1)}, RefusalReason.BODY_TOO_LARGE),
        ({NAME: []}, RefusalReason.SIGNATURE_MISSING),
        (None, RefusalReason.HEADERS_UNREADABLE),
        (object(), RefusalReason.HEADERS_UNREADABLE),
    ],
)
def test_each_refusal_says_why(headers: Any, reason: RefusalReason) -> None:
    assert refusal(BODY, headers) is reason


def test_a_body_that_is_too_large_or_is_text_is_refused() -> None:
    large = bytes(50 * 2**20)
    assert refusal(large, {NAME: sign(large, SECRET, at=NOW)}) is RefusalReason.BODY_TOO_LARGE
    assert refusal(BODY.decode(), signed()) is RefusalReason.NOT_AN_EVENT
    assert refusal(BODY, signed(), max_size=10) is RefusalReason.BODY_TOO_LARGE
    bomb = gzip.compress(bytes(10**6))
    assert verify(bomb, signed(bomb), SECRET, now=NOW).signed_at == NOW  # it is not unpacked


@pytest.mark.parametrize(
    "make",
    [
        dict,
        CIMultiDict,
        lambda headers: list(headers.items()),
        lambda headers: [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        lambda headers: {name.upper(): [value] for name, value in headers.items()},
        lambda headers: iter(headers.items()),  # it can be read once only
    ],
)
def test_headers_are_read_in_any_form(make: Callable[[dict[str, str]], Any]) -> None:
    assert verify(BODY, make(signed()), SECRET, now=NOW).signed_at == NOW


def test_a_secret_is_rotated_on_either_side() -> None:
    secrets = SigningSecrets([OTHER, Secret(SECRET)])
    assert verify(BODY, signed(), secrets, now=NOW).signed_at == NOW
    digests = [sign(BODY, secret, at=NOW).partition(",")[2] for secret in (OTHER, SECRET)]
    both = {NAME: f"t=1772615760000, {digests[0]},v2=x,{digests[1]}"}
    assert verify(BODY, both, SECRET, now=NOW).signed_at == NOW
    upper = {NAME: sign(BODY, SECRET, at=NOW).partition("v1=")[0] + "v1=" + digests[1][3:].upper()}
    assert verify(BODY, upper, SECRET, now=NOW).signed_at == NOW


@pytest.mark.parametrize("secret", ["", "0", "0x0f", "not hex", "0f 0f", "0f\n", "é" * 4, b"0f", None, 15, Secret("?")])
def test_a_secret_that_is_not_hex_is_refused_and_not_shown(secret: Any) -> None:
    with pytest.raises(ConfigurationError, match="secret_key") as caught:
        SigningSecrets([secret])
    assert repr(secret) not in str(caught.value)
    assert "not hex" not in str(caught.value)
    with pytest.raises(ConfigurationError):
        sign(BODY, secret)


def test_there_must_be_a_secret() -> None:
    with pytest.raises(ConfigurationError, match="must be a secret"):
        SigningSecrets([])


def test_secrets_are_not_shown_and_not_pickled() -> None:
    secrets = SigningSecrets(SECRET)
    assert SECRET not in repr(secrets)
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(secrets)


BASIC = base64.b64encode("ü:p:q".encode()).decode()


@pytest.mark.parametrize(
    ("authorization", "value", "taken"),
    [
        (None, None, True),
        (None, "Basic whatever", True),
        (NoAuthorization(), "Basic whatever", True),
        (BasicAuthorization(username="ü", password="p:q"), f"Basic {BASIC}", True),
        (BasicAuthorization(username="ü", password="p:q"), f"basic  {BASIC} ", True),
        (BasicAuthorization(username="ü", password="p"), f"Basic {BASIC}", False),
        (BasicAuthorization(username="ü", password="p:q"), f"Bearer {BASIC}", False),
        (BasicAuthorization(username="ü", password="p:q"), "Basic é", False),
        (TokenAuthorization("token"), "Bearer token", True),
        (TokenAuthorization("token"), "Bearer tokens", False),
        (TokenAuthorization("token"), "token", False),
        (TokenAuthorization("token"), None, False),
    ],
)
def test_the_authorization_of_the_subscription_is_checked(authorization: Any, value: str | None, taken: bool) -> None:
    headers = signed() | ({} if value is None else {"Authorization": value})
    if taken:
        assert verify(BODY, headers, SECRET, now=NOW, authorization=authorization).signed_at == NOW
    else:
        assert refusal(BODY, headers, authorization=authorization) is RefusalReason.UNAUTHORIZED


def test_the_clock_is_this_machines_unless_another_is_given() -> None:
    assert verify(BODY, {NAME: sign(BODY, SECRET)}, SECRET).subscription_id is None
    later = (NOW + timedelta(hours=5)).astimezone(timezone(timedelta(hours=2)))
    headers = signed() | {"X-Dixa-Subscription-Id": "s"}
    assert verify(BODY, headers, SECRET, now=later, tolerance=timedelta(hours=6)).subscription_id == "s"
    for naive in (lambda time: verify(BODY, headers, SECRET, now=time), lambda time: sign(BODY, SECRET, at=time)):
        with pytest.raises(ConfigurationError, match="time zone"):
            naive(datetime(2026, 3, 4))  # noqa: DTZ001, RUF100


def test_the_time_of_the_signature_is_right_across_a_change_of_the_clocks() -> None:
    now = datetime(2026, 3, 29, 3, 1, tzinfo=ZoneInfo("Europe/Copenhagen"))
    signed_at = now.astimezone(UTC) - timedelta(minutes=2)
    verified = verify(BODY, {NAME: sign(BODY, SECRET, at=signed_at)}, SECRET, now=now)
    assert verified.signed_at.astimezone(UTC) == signed_at


@pytest.mark.parametrize("time", ["0", "9" * 18, "8" + "0" * 16])
def test_a_window_of_ages_raises_no_other_error(time: str) -> None:
    with suppress(WebhookRefusedError):
        verify(BODY, signed_with(time), SECRET, now=NOW, tolerance=timedelta.max)


@pytest.mark.parametrize(
    "authorization",
    [
        TokenAuthorization("secret\ud800"),
        BasicAuthorization(username="u", password="secret\ud800"),
        BasicAuthorization(username="u:secret", password="p"),
    ],
)
def test_an_authorization_that_no_delivery_can_have_is_refused_and_not_shown(authorization: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        verify(BODY, signed(), SECRET, now=NOW, authorization=authorization)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_error_is_like_others_of_the_package() -> None:
    error = WebhookRefusedError(RefusalReason.TOO_OLD)
    again = pickle.loads(pickle.dumps(error))
    assert (again.reason, again.status, str(again)) == (error.reason, 401, str(error))
    assert {WebhookRefusedError(reason).status for reason in RefusalReason} == {400, 401, 408, 413}
