"""Names of files that come from others, made safe for every file system."""

import re
import unicodedata
from email.message import Message as EmailHeaders
from typing import Final

_REPLACED: Final = frozenset('<>:"/\\|?*')
"""Separators, and what Windows forbids."""
_REMOVED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that control something, or show nothing; some reverse the text around them."""
_RESERVED: Final = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])", re.IGNORECASE)
"""Names of devices on Windows, with any extension."""
_LONGEST: Final = 200
"""Bytes in UTF-8. File systems allow 255; the rest is for a number and a temporary ending."""
_LONGEST_EXTENSION: Final = 20
_NAMELESS: Final = "file"


def safe_name(name: str) -> str:
    """Make a name safe: on no system is it a path, a device, hidden, too long, or shown as something else.

    Args:
        name: any text.

    Returns:
        The name of a file in one folder. A name that is safe already is returned as it is.
    """
    text = "".join(map(_safe_character, name))
    text = _trimmed(unicodedata.normalize("NFC", text))
    if _RESERVED.fullmatch(text.partition(".")[0].rstrip()):
        text = f"_{text}"
    return _shortened(text) or _NAMELESS


def numbered(name: str, number: int) -> str:
    """Another name, for a file of which the name is taken: ``a.pdf`` becomes ``a (2).pdf``."""
    stem, extension = _split(name)
    return f"{stem} ({number}){extension}"


def name_in_header(disposition: str | None) -> str | None:
    """The name of the file in a Content-Disposition header; None if there is none that can be read."""
    if not disposition:
        return None
    headers = EmailHeaders()
    # As bytes that some servers send unencoded.
    headers["Content-Disposition"] = disposition.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return headers.get_filename() or None


def _safe_character(character: str) -> str:
    if character in _REPLACED:
        return "_"
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    return "" if category in _REMOVED else character


def _trimmed(text: str) -> str:
    """Without dots and spaces at its ends: at the start they hide a file, and Windows drops them at the end."""
    return text.strip(". ")


def _shortened(name: str) -> str:
    stem, extension = _split(name)
    room = _LONGEST - len(extension.encode())
    while len(stem.encode()) > room:
        stem = stem.encode()[:room].decode("utf-8", "ignore")
    return _trimmed(stem + extension)


def _split(name: str) -> tuple[str, str]:
    """A name without its extension, and the extension with its dot. One that is too long stays part of the name."""
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension.encode()) > _LONGEST_EXTENSION:
        return name, ""
    return stem, dot + extension
