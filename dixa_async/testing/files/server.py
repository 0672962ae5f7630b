"""Serves files as Dixa's file server does: with Basic authentication, in parts, and with errors that have no body."""

import base64
import threading
from typing import Final
from urllib.parse import quote

from aiohttp import web

from ..http.adapter import Route
from ..http.pipeline import RequestPipeline
from ..http.request_log import ReceivedRequest
from ..state.server_state import State
from ..state.stored_files import DIXA_FILES, StoredFile
from .ranges import RangeNotSatisfiableError, requested_range

_USER: Final = "bearer"


class FileServer:
    """The routes to files.

    Args:
        state: the data of the server.
        lock: held while a file is looked up.
        pipeline: knows the token.
    """

    def __init__(self, state: State, lock: threading.RLock, pipeline: RequestPipeline) -> None:
        self._state = state
        self._lock = lock
        self._pipeline = pipeline

    def routes(self) -> list[Route]:
        """The routes. Whether a request may have a file is decided here, not by the token of the API."""
        return [
            Route(method="GET", path=f"/{area}/{{path:.+}}", handler=self._serve, admit=self._admit)
            for area in ("private", "public")
        ]

    def _admit(self, request: web.Request, _: ReceivedRequest) -> web.Response | None:
        if request.path.startswith("/public/"):
            return None
        credentials = base64.b64encode(f"{_USER}:{self._pipeline.api_key}".encode()).decode()
        if request.headers.get("Authorization") == f"Basic {credentials}":
            return None
        return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="files"'})

    async def _serve(self, request: web.Request) -> web.Response:
        with self._lock:
            file = self._find(request.path)
            if file is None:
                return web.Response(status=404)
            content, headers = file.content, _headers(file)
            try:
                part = requested_range(request.headers, file)
            except RangeNotSatisfiableError:
                return web.Response(status=416, headers={"Content-Range": f"bytes */{len(content)}"})
        if part is not None:
            headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(content)}"
            content = content[part.start : part.stop]
        return web.Response(status=200 if part is None else 206, body=content, headers=headers)

    def _find(self, path: str) -> StoredFile | None:
        upload = self._state.knowledge.uploads.get(DIXA_FILES + path)
        return StoredFile(content=upload) if upload is not None else self._state.files.get(path)


def _headers(file: StoredFile) -> dict[str, str]:
    headers = {"Content-Type": file.content_type}
    if file.name is not None:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    if file.etag is not None:
        headers["ETag"] = file.etag
    if file.accepts_ranges:
        headers["Accept-Ranges"] = "bytes"
    return headers
