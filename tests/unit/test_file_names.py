"""Names of files that others choose: whatever they are, they name one visible file in one folder."""

import ntpath
import re
import sys
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given, strategies as st

from dixa_async.files.names import name_in_header, numbered, safe_name

TRICKY = st.lists(
    st.sampled_from(
        [
            *'./\\: ~*?"<>|\x00\x1f\x7f\u202e\u200f\u2028\ud800\u3000e\u0301\U0001f600',
            "CON",
            "nul",
            "COM¹",
            "x" * 120,
            "é" * 80,
        ]
    )
).map("".join)
NAMES = st.one_of(st.text(), TRICKY)


def _is_reserved(name: str) -> bool:
    """Whether Windows gives the name a meaning of its own."""
    if sys.version_info < (3, 13):
        return PureWindowsPath(name).is_reserved()
    return bool(getattr(ntpath, "isreserved")(name))  # noqa: B009  # type checkers look for it on Windows only


@given(NAMES)
@example("../../x")
@example("/etc/passwd")
@example("C:\\Windows\\x.exe")
@example("C:x")
@example("x.txt:stream")
@example("a\x00.exe")
@example("x" * 300 + ".pdf")
@example("x." + "y" * 300)
@example("invoice\u202efdp.exe")
@example("e\u200d\u0301")
def test_any_name_becomes_the_name_of_one_visible_file(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert safe not in (".", "..")
    assert not safe.startswith((".", " "))
    assert not safe.endswith((".", " "))
    assert not set(safe) & set('<>:"/\\|?*')
    assert not any(unicodedata.category(character)[0] == "C" for character in safe)
    assert len(safe.encode()) <= 200
    assert PurePosixPath(safe).name == PureWindowsPath(safe).name == safe
    assert not _is_reserved(safe)
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    "name", ["CON", "con.txt", "NUL.tar.gz", "aux .txt", "COM1", "com¹.log", "LPT0", "conin$", "PRN"]
)
def test_a_device_of_windows_is_no_name(name: str) -> None:
    assert safe_name(name).startswith("_")


@pytest.mark.parametrize(
    "name", ["invoice.pdf", "Rechnung Nr. 4.pdf", "naïve (2).tar.gz", "写真.jpg", "console.log", "🙂.png"]
)
def test_a_name_that_is_safe_stays_as_it_is(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../x", "_.._x"),
        ("Invoice 3/4.pdf", "Invoice 3_4.pdf"),
        (".bashrc", "bashrc"),
        ("a.pdf. . .", "a.pdf"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("", "file"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("é" * 300 + ".pdf", "é" * 98 + ".pdf"),
    ],
)
def test_what_is_unsafe_is_replaced_and_the_rest_is_kept(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(NAMES, st.integers(2, 10_000))
def test_a_numbered_name_is_safe_and_another_one(name: str, number: int) -> None:
    safe = safe_name(name)
    other = numbered(safe, number)
    assert other != safe
    assert str(number) in other
    assert len(other.encode()) <= 255
    assert safe_name(other).startswith(re.split(r"[ .]", other)[0])


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename*=UTF-8''%C3%BC.pdf", "ü.pdf"),
        ("attachment", None),
        ("", None),
        (None, None),
        ("attachment; filename*=nonsense''%C3%BC.pdf", "Ã¼.pdf"),
    ],
)
def test_the_name_in_a_header_is_read(header: str | None, name: str | None) -> None:
    assert name_in_header(header) == name


@given(
    st.text().filter(lambda text: not set(text) & set("\r\n\0")),
    st.sampled_from(["attachment; filename=", "attachment; filename*=", ""]),
)
def test_any_header_is_read_or_ignored(text: str, before: str) -> None:
    name = name_in_header(before + text)
    assert name is None or safe_name(name)
