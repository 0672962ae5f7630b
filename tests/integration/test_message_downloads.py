"""All files of a message at once: none is lost, none is overwritten, and none leaves its folder."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dixa_async import DixaClient, InvalidRequestError, NotFoundError
from dixa_async.files import PartialDownloadError
from dixa_async.models import ChatAttributes, File, Message
from dixa_async.testing import FakeDixa

from ..helpers.clients import NO_RETRY, connect, eventually

TRICKY = [
    "../../x",
    "/etc/passwd",
    "C:\\Windows\\x.exe",
    "CON",
    "nul.txt",
    "a\x00b.txt",
    "x" * 300 + ".pdf",
    "y" * 300,
    "trailing. . ",
    "..",
    ".",
    ".hidden",
    "photo\u202egnp.exe",
    "line\nbreak",
    "lone \ud800 surrogate",
    "file.txt:stream",
    "\U0001f600" * 100,
]


def message(*files: File) -> Message:
    attributes = ChatAttributes(is_automated=False, attachments=[*files])
    return Message(id="m", author_id="a", created_at=datetime(2025, 1, 1, tzinfo=UTC), attributes=attributes)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def prepare(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


async def test_the_files_of_a_message_keep_their_names(dixa: DixaClient, server: FakeDixa, tmp_path: Path) -> None:
    files = [server.add_file(name.encode(), name=name) for name in ("a.pdf", "b.png", "c")]
    saved = await dixa.files.download_all(message(*files), tmp_path / "new" / "folder")
    assert [file.path for file in saved] == [tmp_path / "new" / "folder" / name for name in ("a.pdf", "b.png", "c")]
    assert contents(tmp_path) == {name: name.encode() for name in ("a.pdf", "b.png", "c")}


async def test_no_name_leads_out_of_the_folder(dixa: DixaClient, server: FakeDixa, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b" / "c"
    files = [File(url=server.add_file(name.encode("utf-8", "replace")).url, pretty_name=name) for name in TRICKY]
    saved = await dixa.files.download_all(message(*files), folder)
    assert {file.path.parent for file in saved if file.path is not None} == {folder}
    assert Counter(contents(tmp_path).values()) == Counter(name.encode("utf-8", "replace") for name in TRICKY)
    assert len({file.path for file in saved}) == len(TRICKY)


async def test_equal_names_and_files_that_exist_are_not_overwritten(
    dixa: DixaClient, server: FakeDixa, tmp_path: Path
) -> None:
    prepare(tmp_path / "a.pdf", b"old")
    prepare(tmp_path / "a (3).pdf" / "inside", b"a folder")
    files = [File(url=server.add_file(bytes([number])).url, pretty_name="a.pdf") for number in range(12)]
    twice = message(*files[:6]), message(*files[6:])
    saved = [
        file
        for both in await asyncio.gather(*(dixa.files.download_all(each, tmp_path) for each in twice))
        for file in both
    ]
    assert len({file.path for file in saved}) == 12
    found = contents(tmp_path)
    assert found.pop("a.pdf") == b"old"
    assert found.pop("inside") == b"a folder"
    assert sorted(found.values()) == [bytes([number]) for number in range(12)]
    assert set(found) == {f"a ({number}).pdf" for number in range(2, 15) if number != 3}


async def test_a_file_that_fails_does_not_keep_the_others_from_coming(
    dixa: DixaClient, server: FakeDixa, tmp_path: Path
) -> None:
    good = [server.add_file(b"1", name="one"), server.add_file(b"2", name="two")]
    bad = [File(url="/private/missing"), File(url="https://evil.example/private/x", pretty_name="evil")]
    with pytest.raises(PartialDownloadError, match="2 of 4 files") as caught:
        await dixa.files.download_all(message(good[0], *bad, good[1]), tmp_path)
    assert [file.name for file in caught.value.downloaded] == ["one", "two"]
    assert [type(failure.error) for failure in caught.value.failed] == [NotFoundError, InvalidRequestError]
    assert [failure.file.link for failure in caught.value.failed] == [file.url for file in bad]
    assert "evil" not in str(caught.value)
    assert contents(tmp_path) == {"one": b"1", "two": b"2"}


async def test_a_message_without_files_makes_no_folder(dixa: DixaClient, tmp_path: Path) -> None:
    assert await dixa.files.download_all(message(), tmp_path / "new") == []
    assert not (tmp_path / "new").exists()


async def test_a_file_in_the_place_of_the_folder_is_an_error(
    dixa: DixaClient, server: FakeDixa, tmp_path: Path
) -> None:
    prepare(tmp_path / "taken", b"")
    with pytest.raises(FileExistsError):
        await dixa.files.download_all(message(server.add_file(b"1")), tmp_path / "taken")


async def test_a_cancellation_stops_all_and_leaves_only_whole_files(server: FakeDixa, tmp_path: Path) -> None:
    files = [server.add_file(bytes(100_000), name=f"{number}") for number in range(10)]
    async with connect(server, retry=NO_RETRY) as dixa:
        server.inject_fault(delay=60, times=2)
        task = asyncio.ensure_future(dixa.files.download_all(message(*files), tmp_path))
        await eventually(lambda: server.request_count >= 4)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert all(len(content) == 100_000 for content in contents(tmp_path).values())
    assert not any(name.endswith(".part") for name in contents(tmp_path))


async def test_at_most_four_come_at_once(server: FakeDixa, tmp_path: Path) -> None:
    files = [server.add_file(b"1", name=f"{number}") for number in range(10)]
    async with connect(server, retry=NO_RETRY) as dixa:
        server.inject_fault(delay=0.1, times=10)
        task = asyncio.ensure_future(dixa.files.download_all(message(*files), tmp_path))
        await asyncio.sleep(0.05)
        assert server.request_count == 4
        await task
    assert len(contents(tmp_path)) == 10
