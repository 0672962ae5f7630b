"""What a hidden value becomes: a pseudonym of the same shape, by a keyed hash.

Equal values become equal pseudonyms, wherever they are. A pseudonym is recognized as something to hide again, so that
a recorded request can be compared with one that is made later. Numbers, addresses and hosts are ones that nobody has.
"""

import hashlib
import ipaddress
import re
import secrets
import uuid
from typing import Final, TypeAlias

Hidden: TypeAlias = str | int | float
"""A value that can be hidden."""

MARK: Final = "redacted:"
"""The beginning of a pseudonym that shows nothing of a shape."""

_CONSONANTS: Final = "bdfghjklmnprstvz"
_VOWELS: Final = "aeio"
_FEWEST_SYLLABLES: Final = 8  # 48 bits: two texts of a cassette do not become the same one
_EMAIL: Final = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+").fullmatch
_PHONE: Final = re.compile(r"\+?[0-9][0-9\s().\-/]{5,}[0-9]").fullmatch
_URL: Final = re.compile(r"(?i)https?://\S+").fullmatch
_UUID: Final = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
_QUERY: Final = re.compile(r"[?#].*", re.DOTALL)
_SUFFIX: Final = re.compile(
    r"(?i)\.(?:bmp|csv|docx?|gif|html?|jpe?g|json|mp[34]|pdf|png|svg|te?xt|wav|webp|xlsx?|zip)$"
)


def is_uuid(text: str) -> bool:
    """Whether a string is a UUID."""
    return _UUID(text) is not None


def has_shape(text: str) -> bool:
    """Whether a string is an address, a number, a URL or a UUID, and no text."""
    return any(pattern(text) for pattern in (_EMAIL, _UUID, _URL, _PHONE)) or _ip_address(text) is not None


def _ip_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


class Pseudonyms:
    """Makes pseudonyms.

    Args:
        key: the key of the hash; defaults to a random one that nobody knows.
    """

    def __init__(self, key: str | None = None) -> None:
        self._key = secrets.token_bytes(32) if key is None else hashlib.sha256(key.encode()).digest()

    def check_value(self) -> str:
        """Shows whether two keys are the same, and nothing else about them."""
        return self._digest("key", "").hex()[:16]

    def shaped(self, value: Hidden) -> Hidden:
        """The pseudonym of a value.

        Args:
            value: a string or a number.

        Returns:
            A pseudonym of its shape: an email address, a phone number, a URL, an IP address, a UUID, a number, or words
            that are about as long.
        """
        if not isinstance(value, str):
            return type(value)(self._phone(repr(value)))
        return self.with_shape(value) or self._text(value)

    def with_shape(self, text: str) -> str | None:
        """The pseudonym of a string that has a recognizable shape; None for a text."""
        if _EMAIL(text):
            _, _, domain = text.rpartition("@")
            return f"{self._letters('email', text, 16)}@{self._letters('host', domain, 12)}.example"
        if _UUID(text):
            return str(uuid.UUID(bytes=self._digest("uuid", text)[:16], version=4))
        if _URL(text):
            return f"https://url.example/{self._token('url', text)}{self._suffix(_QUERY.sub('', text))}"
        if address := _ip_address(text):
            return self._ip_address(text, address.version)
        if _PHONE(text):
            return f"{'+' if text.startswith('+') else ''}{self._phone(text)}"
        return None

    def opaque(self, text: str) -> str:
        """The pseudonym of a string that shows nothing of its shape."""
        return MARK + self._token("opaque", text)

    def _digest(self, purpose: str, text: str) -> bytes:
        data = f"{purpose}:{text}".encode(errors="surrogatepass")
        return hashlib.blake2b(data, key=self._key, digest_size=32).digest()

    def _token(self, purpose: str, text: str) -> str:
        return self._digest(purpose, text).hex()[:24]

    def _phone(self, text: str) -> str:
        """15 digits after a country code that is not assigned."""
        return f"999{int.from_bytes(self._digest('phone', text)[:8]) % 10**12:012}"

    def _ip_address(self, text: str, version: int) -> str:
        digest = self._digest("ip", text)
        if version == 4:  # a range that is reserved, and not in use
            return str(ipaddress.IPv4Address(0xF0000000 | int.from_bytes(digest[:4]) >> 4))
        return str(ipaddress.IPv6Address(0x20010DB8 << 96 | int.from_bytes(digest[:12])))

    def _letters(self, purpose: str, text: str, length: int) -> str:
        digest = self._digest(purpose, text)
        return "".join(_CONSONANTS[byte >> 4] + _VOWELS[byte & 3] for byte in digest[: length // 2])

    def _suffix(self, text: str) -> str:
        found = _SUFFIX.search(text)
        return found[0].lower() if found else ""

    def _text(self, text: str) -> str:
        """Words that are about as long as a text, in a paragraph if it is HTML."""
        stream = hashlib.shake_256(self._digest("text", text)).digest(len(text) // 2 + 2 * _FEWEST_SYLLABLES)
        words = list[str]()
        position, length = 0, 0
        while length < len(text) or position < _FEWEST_SYLLABLES:
            syllables = stream[position : position + 2 + (stream[position] >> 2) % 3]
            words.append("".join(_CONSONANTS[byte >> 4] + _VOWELS[byte & 3] for byte in syllables))
            position += len(syllables)
            length += 2 * len(syllables) + 1
        made = " ".join(words).capitalize() + self._suffix(text)
        return f"<p>{made}</p>" if text.startswith("<") and text.endswith(">") else made
