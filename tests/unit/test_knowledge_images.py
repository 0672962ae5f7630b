"""Images: which are sent, how, and which are rejected before anything is sent."""

import asyncio
import email
import io
from collections.abc import AsyncIterator, Callable
from email.message import Message
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aioresponses import aioresponses
from hypothesis import given, strategies as st
from typing_extensions import override
from yarl import URL

from dixa_async import DixaClient, InvalidRequestError
from dixa_async.models.articles import AttachmentFault, UploadedAttachment, UploadOutcome
from dixa_async.resources.knowledge import Knowledge
from dixa_async.resources.knowledge.images import ImageFile, encode_images

from ..helpers.virtual_time import run_virtual

T = TypeVar("T")

URL_OF_UPLOADS = "https://dev.dixa.io/beta/knowledge/articles/attachments"
MB = 1024 * 1024
GIF = b"GIF89a" + b"." * 20


@pytest.fixture(autouse=True)
def _no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that jumps does not wait for threads."""

    async def call(work: Callable[..., T], *arguments: Any) -> T:
        return work(*arguments)

    monkeypatch.setattr(asyncio, "to_thread", call)


@pytest.fixture
async def knowledge() -> AsyncIterator[Knowledge]:
    async with DixaClient("key") as dixa:
        yield dixa.knowledge


def image(size: int) -> bytes:
    return GIF.ljust(size, b".")


def parts(content_type: str, body: bytes) -> list[Message]:
    """The parts of a form."""
    form = email.message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    found: Any = form.get_payload()
    return list(found)


class Pieces(io.RawIOBase):
    """A file that returns its content in pieces of given sizes, the last size for the rest, and records them."""

    name = "drip.gif"

    def __init__(self, content: bytes, sizes: list[int]) -> None:
        self._content = io.BytesIO(content)
        self._sizes = iter(sizes)
        self._size = 1
        self.given = 0

    @override
    def read(self, size: int = -1, /) -> bytes:
        self._size = next(self._sizes, self._size)
        piece = self._content.read(min(size, self._size))
        self.given += len(piece)
        return piece


@pytest.mark.parametrize(
    ("start", "media_type"),
    [
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\n\0\0\0WEBPVP8 ", "image/webp"),
    ],
)
async def test_the_type_of_an_image_is_detected_from_its_first_bytes(start: bytes, media_type: str) -> None:
    form = await encode_images([("spade.txt", start + b"...")])
    (part,) = parts(form.content_type, form.body)
    assert part.get_content_type() == media_type
    assert part.get_param("name", header="content-disposition") == "files"
    assert part.get_filename() == "spade.txt"


async def test_an_image_is_a_path_an_open_file_or_a_pair(tmp_path: Path) -> None:
    path = tmp_path / "spade.gif"
    path.write_bytes(GIF)
    with path.open("rb") as opened:
        files: list[ImageFile] = [str(path), path, opened, ("spade.gif", GIF), ("spade.gif", io.BytesIO(GIF))]
        form = await encode_images(files)
        assert not opened.closed
    found = parts(form.content_type, form.body)
    assert [part.get_filename() for part in found] == ["spade.gif"] * 5
    assert [part.get_payload(decode=True) for part in found] == [GIF] * 5


async def test_an_open_file_is_read_from_its_current_position() -> None:
    file = io.BytesIO(b"header" + GIF)
    file.seek(6)
    form = await encode_images([("spade.gif", file)])
    assert GIF in form.body
    assert b"header" not in form.body


@given(content=st.binary(max_size=50), sizes=st.lists(st.integers(1, 9), min_size=1))
def test_a_file_that_returns_small_pieces_is_sent_whole(content: bytes, sizes: list[int]) -> None:
    file: Any = Pieces(GIF + content, sizes)
    form = run_virtual(encode_images([file]))
    assert b"\r\n\r\n" + GIF + content + b"\r\n--" in form.body


async def test_no_more_of_a_large_file_is_read_than_is_needed() -> None:
    file: Any = Pieces(image(9 * MB), [MB])
    with pytest.raises(InvalidRequestError, match=r"'drip\.gif' is larger than 4 MB"):
        await encode_images([file])
    assert file.given == 4 * MB + 1


async def test_the_largest_images_are_sent() -> None:
    form = await encode_images([("a.gif", image(4 * MB)), ("b.gif", image(4 * MB)), ("c.gif", image(2 * MB - 999))])
    assert len(form.body) <= 10 * MB


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "no file"),
        ("spade.gif", "files must be a list"),
        (io.BytesIO(GIF), "files must be a list"),
        ([("spade.gif", GIF)] * 6, "files must be at most 5 in one call, not 6"),
        ([("a.gif", GIF), ("b.gif", image(4 * MB + 1))], r"\$\[1\]: 'b.gif' is larger than 4 MB"),
        (
            [("a.gif", image(4 * MB)), ("b.gif", image(4 * MB)), ("c.gif", image(2 * MB))],
            "must be at most 10485760 bytes in one call",
        ),
        ([("spade.gif", b"<svg/>")], r"\$\[0\]: 'spade.gif' is not a GIF, JPEG, PNG or WebP image"),
        ([("spade.gif", b"")], r"\$\[0\]: 'spade.gif' is empty, or was already read to its end"),
        ([("spade.gif", b"RIFF....WAVE")], "'spade.gif' is not a GIF"),
        ([("a.gif", GIF), "no/such/spade.gif"], r"\$\[1\]: 'no/such/spade.gif' cannot be read: No such file"),
        (["."], r"\$\[0\]: a file must be"),
        (["tests/"], "'tests' cannot be read: Is a directory"),
        (["spade\0.gif"], "cannot be read: embedded null"),
        ([("spade.gif", "text")], "'spade.gif' cannot be read: it must be bytes or an open file"),
        ([("spade.gif", io.StringIO("text"))], "'spade.gif' cannot be read: it must be opened in binary mode"),
        ([GIF], r"\$\[0\]: a file must be a path, an open file that has a name, or a pair"),
        ([io.BytesIO(GIF)], r"\$\[0\]: a file must be"),
        ([("", GIF)], r"\$\[0\]: a file must be"),
        ([(7, GIF)], r"\$\[0\]: a file must be"),
        ([("spade.gif", GIF, "image/gif")], r"\$\[0\]: a file must be"),
        ([None], r"\$\[0\]: a file must be"),
    ],
)
async def test_a_file_that_dixa_does_not_accept_is_rejected_and_not_sent(
    mock_http: aioresponses, knowledge: Knowledge, files: Any, message: str
) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        await knowledge.upload_attachments(files)
    assert not mock_http.requests


async def test_a_file_that_was_read_to_its_end_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "spade.gif"
    path.write_bytes(GIF)
    with path.open("rb") as file:
        file.read()
        with pytest.raises(InvalidRequestError, match=r"'spade\.gif' is empty, or was already read to its end"):
            await encode_images([file])


async def test_a_file_that_is_closed_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "spade.gif"
    path.write_bytes(GIF)
    with path.open("rb") as file:
        pass
    with pytest.raises(InvalidRequestError, match=r"cannot be read: .*closed file") as caught:
        await encode_images([file])
    assert isinstance(caught.value.__cause__, ValueError)


async def test_a_file_that_is_open_for_writing_only_is_rejected(tmp_path: Path) -> None:
    with (
        (tmp_path / "spade.gif").open("wb") as file,
        pytest.raises(InvalidRequestError, match=r"cannot be read: .*read") as caught,
    ):
        await encode_images([file])
    assert isinstance(caught.value.__cause__, OSError)


async def test_accepted_and_rejected_images_are_returned_together(
    mock_http: aioresponses, knowledge: Knowledge
) -> None:
    mock_http.post(
        URL_OF_UPLOADS,
        payload={
            "data": [{"originalFilename": "spade.gif", "url": "https://images.example.com/1.gif"}],
            "partialErrors": [{"originalFilename": "rake.gif", "message": "Try again", "code": 500}],
        },
    )
    outcome = await knowledge.upload_attachments([("spade.gif", GIF), ("rake.gif", GIF)])
    assert outcome == UploadOutcome(
        attachments=[UploadedAttachment(original_filename="spade.gif", url="https://images.example.com/1.gif")],
        partial_errors=[AttachmentFault(original_filename="rake.gif", message="Try again", code=500)],
    )
    (call,) = mock_http.requests["POST", URL(URL_OF_UPLOADS)]
    content_type = call.kwargs["headers"]["Content-Type"]
    assert content_type.startswith("multipart/form-data; boundary=")
    assert [p.get_filename() for p in parts(content_type, call.kwargs["data"])] == ["spade.gif", "rake.gif"]


async def test_no_exception_is_raised_when_all_images_are_rejected(
    mock_http: aioresponses, knowledge: Knowledge
) -> None:
    fault = {"originalFilename": "spade.gif", "message": "Broken", "code": 400}
    mock_http.post(URL_OF_UPLOADS, payload={"partialErrors": [fault]})
    outcome = await knowledge.upload_attachments([("spade.gif", GIF)])
    assert outcome.attachments is None
    assert outcome.partial_errors == [AttachmentFault(original_filename="spade.gif", message="Broken", code=400)]
