"""Whether a delivery comes from Dixa: its signature, its time, and its authorization.

Dixa signs ``t``, a dot and the body with HMAC-SHA256, under the subscription's `secret_key`, which is hex. The header
``X-DIXA-SIGNATURE: t=<unix ms>,v1=<hex>`` carries the time and the signature. Nothing here waits or reads a file.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NoReturn, TypeAlias

import attrs
from typing_extensions import override

from .._utc import utc_offset
from ..errors import ConfigurationError
from ..models.webhooks import BasicAuthorization, NoAuthorization, TokenAuthorization
from ..secret import Secret
from .errors import RefusalReason, WebhookRefusedError
from .headers import Headers, HeaderValues, read_headers, single

SIGNATURE_HEADER: Final = "X-DIXA-SIGNATURE"
MAX_BODY_SIZE: Final = 1024 * 1024
TOLERANCE: Final = timedelta(seconds=300)

Authorization: TypeAlias = BasicAuthorization | TokenAuthorization | NoAuthorization

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_LONGEST_HEADER: Final = 4096
_SIGNATURE_NAME: Final = SIGNATURE_HEADER.lower().encode()
_TIME: Final = re.compile(rb"[0-9]{1,18}")
# One form of letters, not both: then no bit of a signature can be changed.
_DIGEST: Final = re.compile(rb"[0-9a-f]{64}|[0-9A-F]{64}")
_USUAL: Final = re.compile(rb"t=(%b),v1=(%b)" % (_TIME.pattern, _DIGEST.pattern))
_KEY: Final = re.compile(r"(?:[0-9a-fA-F]{2})+")


class SigningSecrets:
    """The secrets of one or several subscriptions, of which a delivery is signed with any. They are read once.

    Several are needed while a secret is rotated, and where several subscriptions deliver to one address.

    Args:
        secrets: a `secret_key` in hex, or several.

    Raises:
        ConfigurationError: there is none, or one is not hex. The text does not show it.
    """

    __slots__ = ("_keyed",)

    def __init__(self, secrets: "str | Secret | Iterable[str | Secret]") -> None:
        several = tuple(secrets) if isinstance(secrets, Iterable) and not isinstance(secrets, str) else (secrets,)
        if not several:
            raise ConfigurationError("there must be a secret: the secret_key of the webhook subscription")
        self._keyed = tuple(_keyed(secret) for secret in several)

    @classmethod
    def of(cls, secrets: "SigningSecrets | str | Secret | Iterable[str | Secret]") -> "SigningSecrets":
        """Read secrets, or take them as they are.

        Args:
            secrets: secrets in hex, or read ones.

        Returns:
            The secrets.

        Raises:
            ConfigurationError: there is none, or one is not hex.
        """
        return secrets if isinstance(secrets, SigningSecrets) else cls(secrets)

    def digests(self, time: bytes, body: bytes) -> list[bytes]:
        """Sign with each secret.

        Args:
            time: the ``t`` of the header.
            body: the body.

        Returns:
            The signatures.
        """
        made: list[bytes] = []
        for keyed in self._keyed:
            mac = keyed.copy()
            mac.update(time + b".")
            mac.update(body)
            made.append(mac.digest())
        return made

    def has(self, secret: str) -> bool:
        """Whether a secret is one of these.

        Args:
            secret: the secret, in hex. One that is not hex is none of them.

        Returns:
            Whether it is.
        """
        try:
            (digest,) = SigningSecrets(secret).digests(b"", b"")
        except ConfigurationError:
            return False
        return any(hmac.compare_digest(digest, each) for each in self.digests(b"", b""))

    @override
    def __reduce__(self) -> NoReturn:
        raise TypeError("SigningSecrets are not pickled: the secrets would be in the pickle")

    @override
    def __repr__(self) -> str:
        return f"SigningSecrets({len(self._keyed)} hidden)"


def _keyed(secret: Any) -> "hmac.HMAC":
    text = secret.reveal() if isinstance(secret, Secret) else secret
    if not isinstance(text, str) or _KEY.fullmatch(text) is None:
        raise ConfigurationError(
            "a webhook secret must be the secret_key of the subscription as Dixa shows it: "
            "pairs of hexadecimal digits, with nothing around them"
        ) from None
    return hmac.new(bytes.fromhex(text), digestmod=hashlib.sha256)


@attrs.frozen(kw_only=True)
class VerifiedDelivery:
    """What is known of a delivery that was verified."""

    signed_at: datetime
    subscription_id: str | None
    """The subscription that it was delivered for, as the delivery says. It is not signed."""


def verify(
    body: bytes,
    headers: Headers,
    secrets: SigningSecrets | str | Secret | Iterable[str | Secret],
    *,
    tolerance: timedelta = TOLERANCE,
    now: datetime | None = None,
    authorization: Authorization | None = None,
    max_size: int = MAX_BODY_SIZE,
) -> VerifiedDelivery:
    """See whether a delivery comes from Dixa, and was signed just now.

    ::

        verify(await request.read(), request.headers, secret_key)

    Args:
        body: the body as it was received: bytes, not parsed and written again.
        headers: all headers, in any form.
        secrets: the `secret_key` of the subscription, or several.
        tolerance: how far the time of the signature may be from now, in both directions. A first delivery can be most
            of a minute old.
        now: the time, with a zone; defaults to that of this machine.
        authorization: what the subscription sends as authorization; defaults to none, which is not looked at.
        max_size: the largest body, in bytes.

    Returns:
        When it was signed.

    Raises:
        WebhookRefusedError: it must not be taken, and why. No other error comes of any body or headers.
        ConfigurationError: a secret is not hex, `now` has no zone, or no delivery can have the authorization.
    """
    read = SigningSecrets.of(secrets)
    time = datetime.now(UTC) if now is None else now
    if utc_offset(time) is None:
        raise ConfigurationError("now must be a datetime with a time zone")
    check_authorization(authorization)
    values = read_headers(headers)
    check_headers(values, authorization=authorization, max_size=max_size)
    data = _body_bytes(body, max_size)
    signed, signatures = _parse(single(values, _SIGNATURE_NAME))
    _check_signature(read.digests(signed, data), signatures)
    age = _milliseconds(time) - int(signed)
    _check_age(age, tolerance)
    subscription = single(values, b"x-dixa-subscription-id")
    return VerifiedDelivery(
        signed_at=_time_of(signed),
        subscription_id=None if subscription is None else subscription.decode("utf-8", "replace"),
    )


def check_headers(headers: HeaderValues, *, authorization: Authorization | None, max_size: int) -> None:
    """See whether the body of a delivery is worth reading.

    Args:
        headers: all headers.
        authorization: what the subscription sends as authorization; None: nothing is looked at.
        max_size: the largest body, in bytes.

    Raises:
        WebhookRefusedError: it is not.
    """
    encoding = single(headers, b"content-encoding")
    if encoding is not None and encoding.strip().lower() not in (b"", b"identity"):
        raise WebhookRefusedError(RefusalReason.BODY_ENCODED)
    length = single(headers, b"content-length")
    if length is not None and length.isdigit() and (len(length) > 18 or int(length) > max_size):
        raise WebhookRefusedError(RefusalReason.BODY_TOO_LARGE)
    if authorization is not None and not isinstance(authorization, NoAuthorization):
        _check_authorization(single(headers, b"authorization"), authorization)


def sign(body: bytes, secret: str | Secret, *, at: datetime | None = None) -> str:
    """Sign a body as Dixa does, for tests.

    Args:
        body: the body.
        secret: the `secret_key` of a subscription, in hex.
        at: the time, with a zone; defaults to now.

    Returns:
        The value of the header ``X-DIXA-SIGNATURE``.

    Raises:
        ConfigurationError: the secret is not hex, or the time has no zone or is before 1970.
    """
    time = datetime.now(UTC) if at is None else at
    if utc_offset(time) is None or time < _EPOCH:
        raise ConfigurationError("at must be a datetime with a time zone, from 1970 on")
    milliseconds = str(_milliseconds(time))
    (digest,) = SigningSecrets(secret).digests(milliseconds.encode(), body)
    return f"t={milliseconds},v1={digest.hex()}"


def _body_bytes(body: Any, max_size: int) -> bytes:
    if not isinstance(body, bytes | bytearray):
        raise WebhookRefusedError(RefusalReason.NOT_AN_EVENT)
    if len(body) > max_size:
        raise WebhookRefusedError(RefusalReason.BODY_TOO_LARGE)
    return bytes(body)


def _parse(value: bytes | None) -> tuple[bytes, list[bytes]]:
    """The time and the signatures of a header."""
    if value is None:
        raise WebhookRefusedError(RefusalReason.SIGNATURE_MISSING)
    usual = _USUAL.fullmatch(value)
    if usual is not None:
        return usual[1], [bytes.fromhex(usual[2].decode())]
    times: list[bytes] = []
    signatures: list[bytes] = []
    parts = value.split(b",") if len(value) <= _LONGEST_HEADER else []
    for part in parts:
        name, equals, text = part.strip(b" ").partition(b"=")
        if name == b"t":
            times.append(text)
        elif name == b"v1":
            signatures.append(text)
        elif not equals:  # other versions of the signature may come
            raise WebhookRefusedError(RefusalReason.SIGNATURE_MALFORMED)
    if len(times) != 1 or _TIME.fullmatch(times[0]) is None or not signatures:
        raise WebhookRefusedError(RefusalReason.SIGNATURE_MALFORMED)
    if any(_DIGEST.fullmatch(signature) is None for signature in signatures):
        raise WebhookRefusedError(RefusalReason.SIGNATURE_MALFORMED)
    return times[0], [bytes.fromhex(signature.decode()) for signature in signatures]


def _check_signature(digests: list[bytes], signatures: list[bytes]) -> None:
    # All are compared, so that the time taken does not say which of them fits.
    matches = [hmac.compare_digest(digest, signature) for digest in digests for signature in signatures]
    if not any(matches):
        raise WebhookRefusedError(RefusalReason.SIGNATURE_WRONG)


def _check_age(milliseconds: int, tolerance: timedelta) -> None:
    limit = tolerance // _MILLISECOND
    if milliseconds > limit:
        raise WebhookRefusedError(RefusalReason.TOO_OLD)
    if milliseconds < -limit:
        raise WebhookRefusedError(RefusalReason.FROM_THE_FUTURE)


def _check_authorization(given: bytes | None, authorization: BasicAuthorization | TokenAuthorization) -> None:
    if isinstance(authorization, BasicAuthorization):
        scheme, expected = b"basic", base64.b64encode(f"{authorization.username}:{authorization.password}".encode())
    else:
        scheme, expected = b"bearer", authorization.value.encode()
    given_scheme, _, credentials = (given or b"").strip(b" ").partition(b" ")
    if not hmac.compare_digest(credentials.strip(b" "), expected) or given_scheme.lower() != scheme:
        raise WebhookRefusedError(RefusalReason.UNAUTHORIZED)


def check_authorization(authorization: object) -> None:
    """Check that a delivery can have an authorization.

    Args:
        authorization: what the subscription sends; None: nothing is looked at.

    Raises:
        ConfigurationError: no delivery can have it. The text does not show it.
    """
    if authorization is None or isinstance(authorization, NoAuthorization):
        return
    if isinstance(authorization, BasicAuthorization):
        texts: tuple[object, ...] = (authorization.username, authorization.password)
        has_colon = isinstance(authorization.username, str) and ":" in authorization.username  # pyright: ignore[reportUnnecessaryIsInstance]
    elif isinstance(authorization, TokenAuthorization):
        texts, has_colon = (authorization.value,), False
    else:
        raise ConfigurationError(
            "authorization must be a BasicAuthorization, a TokenAuthorization, a NoAuthorization or None, not a "
            f"{type(authorization).__name__}"
        )
    if has_colon or not all(map(_is_text, texts)):
        raise ConfigurationError("authorization must be of Unicode text, and its username without a colon")


def _is_text(text: object) -> bool:
    try:
        return isinstance(text, str) and text.encode().decode() == text
    except UnicodeEncodeError:
        return False


def _time_of(milliseconds: bytes) -> datetime:
    try:
        return _EPOCH + int(milliseconds) * _MILLISECOND
    except OverflowError:  # with a tolerance of thousands of years
        raise WebhookRefusedError(RefusalReason.FROM_THE_FUTURE) from None


def _milliseconds(time: datetime) -> int:
    return (time - _EPOCH) // _MILLISECOND
