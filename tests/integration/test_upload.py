"""Uploads of images over a real connection to a server that reads the form."""

import asyncio
import io
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import BodyPartReader, web
from aiohttp.test_utils import TestServer
from typing_extensions import override

from dixa_async import DixaClient
from dixa_async.models.articles import UploadedAttachment
from dixa_async.resources.knowledge import Knowledge

GIF = b"GIF89a\r\n--\0\xff"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


class Uploads:
    """A server that records the files of a form and responds with their names."""

    def __init__(self) -> None:
        self.files: list[tuple[str | None, str | None, str, bytes]] = []
        self.dispositions: list[str] = []

    async def handle(self, request: web.Request) -> web.Response:
        assert request.content_length is not None
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            content = bytes(await part.read())
            self.dispositions.append(part.headers["Content-Disposition"])
            self.files.append((part.name, part.filename, part.headers["Content-Type"], content))
        data = [
            {"originalFilename": filename, "url": "https://images.example.com/1"} for _, filename, _, _ in self.files
        ]
        return web.json_response({"data": data, "partialErrors": []})


@pytest.fixture
def uploads() -> Uploads:
    return Uploads()


@pytest.fixture
async def knowledge(uploads: Uploads) -> AsyncIterator[Knowledge]:
    app = web.Application(client_max_size=20 * 2**20)
    app.router.add_post("/beta/knowledge/articles/attachments", uploads.handle)
    async with (
        TestServer(app, host="127.0.0.1") as server,
        DixaClient("key", base_url=f"http://127.0.0.1:{server.port}") as dixa,
    ):
        yield dixa.knowledge


async def test_images_arrive_complete_with_their_names_and_media_types(
    uploads: Uploads, knowledge: Knowledge, tmp_path: Path
) -> None:
    path = tmp_path / "spade.gif"
    path.write_bytes(GIF)
    outcome = await knowledge.upload_attachments([path, ("rake", PNG), ("hoe.jpg", io.BytesIO(GIF))])
    assert uploads.files == [
        ("files", "spade.gif", "image/gif", GIF),
        ("files", "rake", "image/png", PNG),
        ("files", "hoe.jpg", "image/gif", GIF),
    ]
    assert outcome.attachments is not None
    assert outcome.attachments[0] == UploadedAttachment(
        original_filename="spade.gif", url="https://images.example.com/1"
    )
    assert [attachment.original_filename for attachment in outcome.attachments] == ["spade.gif", "rake", "hoe.jpg"]
    assert outcome.partial_errors == []


async def test_large_images_arrive_complete(uploads: Uploads, knowledge: Knowledge) -> None:
    images = [GIF.ljust(size, b".") for size in (4 * 2**20, 4 * 2**20, 2**20)]
    await knowledge.upload_attachments([(f"{number}.gif", image) for number, image in enumerate(images)])
    assert [content for _, _, _, content in uploads.files] == images


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("my spade (2).gif", "my spade (2).gif"),
        ("bêche 鋤.gif", "bêche 鋤.gif"),
        ('a "good" spade.gif', "a %22good%22 spade.gif"),
        ("spade\r\nX-Evil: 1.gif", "spade%0D%0AX-Evil: 1.gif"),
    ],
)
async def test_file_names_are_encoded_as_browsers_do(
    uploads: Uploads, knowledge: Knowledge, name: str, written: str
) -> None:
    await knowledge.upload_attachments([(name, GIF)])
    assert uploads.dispositions == [f'form-data; name="files"; filename="{written}"']


async def test_the_event_loop_is_not_blocked_while_a_file_is_read(knowledge: Knowledge) -> None:
    loop, loop_is_free = asyncio.get_running_loop(), threading.Event()

    class SlowFile(io.BytesIO):
        name = "spade.gif"

        @override
        def read(self, size: int | None = -1, /) -> bytes:
            loop.call_soon_threadsafe(loop_is_free.set)
            assert loop_is_free.wait(10), "the loop is blocked"
            return super().read(size)

    outcome = await knowledge.upload_attachments([SlowFile(GIF)])
    assert outcome.attachments is not None
