"""Files of Dixa: attachments, inline images, recordings."""

import asyncio
import base64
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

from ..api_response import ResponseInfo, record_response
from ..caller.error_mapping import status_error, without_token
from ..caller.shared_state import SharedState
from ..config import ClientConfig
from ..errors import InvalidRequestError
from ..exports.rows import ExportedMessage
from ..models.messages import Message
from ..secret import Secret
from ..transport.http import CallState, Request, Response
from ..transport.middleware.chain import Middleware, chain, send_observed
from ..transport.middleware.concurrency import ConcurrencyMiddleware
from ..transport.middleware.deadline import DeadlineMiddleware
from ..transport.middleware.logging import LoggingMiddleware
from ..transport.middleware.retry import RetryMiddleware, keep_budget_after, shared_budget
from ..transport.operation import Operation
from .download import Download, SinkError
from .links import FileLink, resolve_link
from .message_files import MessageFile, files_of
from .names import name_in_header, safe_name
from .paths import is_folder, path_of
from .results import DownloadedFile, FailedDownload, PartialDownloadError
from .sinks import FileSink, PathSink, Sink, in_thread
from .stream import FileStream, QueueSink

Destination: TypeAlias = str | os.PathLike[str] | BinaryIO
"""Where a file is written: a path, or a file that is open for writing in binary mode."""

_AT_ONCE: Final = 4
"""Downloads of one message at once."""


class Files:
    """Downloads files. Use it as the attribute `files` of a `DixaClient`.

    Only files of Dixa's file server are downloaded: links of other servers are refused, as they may come from anyone.
    The rate limit of the API does not count downloads.

    Args:
        config: the settings.
        shared: the state that a client and its views share.
        middleware: the custom middlewares, the outermost first.
    """

    def __init__(self, config: ClientConfig, shared: SharedState, middleware: Sequence[Middleware]) -> None:
        self._config = config
        self._shared = shared
        self._middleware = middleware
        # Not that of the API: if the file server fails, calls are still retried.
        server = f"{config.files_server} files"
        self._budget = shared_budget(server, config.api_key)
        keep_budget_after(self, server, config.api_key)

    async def download(self, link: str, *, to: Destination, max_bytes: int | None = None) -> DownloadedFile:
        """Download a file.

        ::

            file = await dixa.files.download(attachment.url, to="invoice.pdf")
            print(file.size, file.sha256)

        A lost connection is retried like any call, and the download continues where it ended if the server can do
        that and still has the same file. At a path, the file appears when it is complete: until then it has a temporary
        name in the same folder, which is removed if the download fails or is cancelled. Only its owner can read it.
        An open file keeps what was written to it before an error.

        Args:
            link: a link as Dixa sends it: ``https://files.dixa.io/private/…``, ``/private/…`` or ``/public/…``.
            to: a path, whose file is replaced; a folder that exists, in which the file gets its own name, with a number
                if that is taken; or a file that is open for writing in binary mode.
            max_bytes: the largest file that is accepted; defaults to `max_file_bytes` of the client.

        Returns:
            The file, with its size and its SHA-256.

        Raises:
            InvalidRequestError: the link is not one of the file server, or `to` is not one of these.
            AuthenticationError: the token does not permit it.
            NotFoundError: there is no such file.
            ResponseTooLargeError: the file is too large.
            FileChangedError: the file changed, and an open file has a part of what it was before.
            TransportError: no complete response arrived.
            StatusError: Dixa responded with another status.
            OSError: the file cannot be written.
        """
        resolved = resolve_link(link, self._config.files_server)
        if not isinstance(to, str | os.PathLike):
            download = await self._download(resolved, FileSink(to), max_bytes)
            return _result(download, resolved, path=None)
        path = path_of("to", to)
        if await in_thread(is_folder, to, path):
            return await self._download_into(path, resolved, None, max_bytes)
        return await self._download_to_path(resolved, path.parent, max_bytes, lambda sink, _: sink.replace(path))

    @asynccontextmanager
    async def stream(self, link: str, *, max_bytes: int | None = None) -> AsyncGenerator[FileStream]:
        """Download a file, and iterate over its content as it comes.

        ::

            async with dixa.files.stream(attachment.url) as stream:
                print(stream.name, stream.size)
                async for piece in stream:
                    ...

        A lost connection is retried like in `download`. Nothing more is received while the program works on a piece.

        Args:
            link: a link as Dixa sends it.
            max_bytes: the largest file that is accepted; defaults to `max_file_bytes` of the client.

        Yields:
            The content, once its first bytes have arrived.

        Raises:
            InvalidRequestError: the link is not one of the file server.
            UsageError: the content is iterated over after the block was left.
            FileChangedError: the file changed, and a part of what it was before was returned already.
            CallError: the download failed, as in `download`. The iteration raises it, too.
        """
        resolved, sink = resolve_link(link, self._config.files_server), QueueSink()
        download = self._make(resolved, sink, max_bytes)
        task = asyncio.ensure_future(self._run_into(sink, download, resolved))
        try:
            first = await sink.read()
            yield FileStream(
                sink,
                first,
                size=download.expected_size,
                headers=download.headers,
                name=_name(download, resolved),
            )
        finally:
            sink.close()
            task.cancel()
            await asyncio.wait({task})

    async def download_all(
        self, message: Message | ExportedMessage, folder: str | os.PathLike[str], *, max_bytes: int | None = None
    ) -> list[DownloadedFile]:
        """Download all files of a message into a folder.

        ::

            for message in await dixa.messages.list(conversation_id):
                await dixa.files.download_all(message, f"files/{conversation_id}")

        The files get the names that their sender chose, made safe, and with a number if a name is taken: no file is
        overwritten, whoever writes into the folder at the same time. Four are downloaded at once.

        Args:
            message: a message of a conversation or of an export. `files_of` lists its files.
            folder: the folder. It is created if the message has files.
            max_bytes: the largest file that is accepted; defaults to `max_file_bytes` of the client.

        Returns:
            The files, in the order of `files_of`.

        Raises:
            PartialDownloadError: some files were not downloaded. It has the others, which are complete.
            OSError: the folder cannot be created.
        """
        files = files_of(message)
        if not files:
            return []
        target = path_of("folder", folder)
        await in_thread(lambda: target.mkdir(parents=True, exist_ok=True))
        slots = asyncio.Semaphore(_AT_ONCE)

        async def download(file: MessageFile) -> DownloadedFile | FailedDownload:
            async with slots:
                try:
                    resolved = resolve_link(file.link, self._config.files_server)
                    return await self._download_into(target, resolved, file.name, max_bytes)
                except Exception as error:
                    return FailedDownload(file=file, error=error)

        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(download(file)) for file in files]
        outcomes = [task.result() for task in running]
        downloaded = [outcome for outcome in outcomes if isinstance(outcome, DownloadedFile)]
        failed = [outcome for outcome in outcomes if isinstance(outcome, FailedDownload)]
        if failed:
            raise PartialDownloadError(downloaded=downloaded, failed=failed)
        return downloaded

    async def _download_into(
        self, folder: Path, link: FileLink, name: str | None, max_bytes: int | None
    ) -> DownloadedFile:
        return await self._download_to_path(
            link, folder, max_bytes, lambda sink, own_name: sink.place(safe_name(name) if name else own_name), name
        )

    async def _download_to_path(
        self,
        link: FileLink,
        folder: Path,
        max_bytes: int | None,
        name_it: Callable[[PathSink, str], Awaitable[Path]],
        name: str | None = None,
    ) -> DownloadedFile:
        sink = PathSink(folder)
        try:
            await sink.open()
            download = await self._download(link, sink, max_bytes)
            path = await name_it(sink, _name(download, link))
        finally:
            await sink.discard()
        return _result(download, link, path=path, name=name)

    async def _run_into(self, sink: QueueSink, download: Download, link: FileLink) -> None:
        """Download into a queue, and then say that it is over."""
        failure: Exception | None = None
        try:
            await self._run(download, link)
        except Exception as error:
            failure = error
        await sink.end(failure)

    async def _download(self, link: FileLink, sink: Sink, max_bytes: int | None) -> Download:
        download = self._make(link, sink, max_bytes)
        await self._run(download, link)
        return download

    def _make(self, link: FileLink, sink: Sink, max_bytes: int | None) -> Download:
        limit = self._config.max_file_bytes if max_bytes is None else max_bytes
        if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidRequestError(f"max_bytes must be a whole number of 1 or more, not {limit!r}")
        authorization = _basic(self._config.api_key) if link.is_private else None
        return Download(link, sink, self._shared.session, authorization, limit)

    async def _run(self, download: Download, link: FileLink) -> None:
        """Make the call that downloads a file, with all its attempts."""
        shared, config = self._shared, self._config
        shared.session.open()  # a closed client is reported before anything else
        waits = shared.session.waits
        send = chain(
            (
                *self._middleware,
                LoggingMiddleware(),
                DeadlineMiddleware(),
                RetryMiddleware(config.retry, self._budget, waits),
                ConcurrencyMiddleware(shared.slots, shared.limiter, None, waits),
            ),
            download.send,
        )
        call_state = CallState(Operation[Any]("downloadFile", "GET", link.template, envelope=None))
        request = Request(operation=call_state.operation, url=link.url, timeout=config.timeout, call_state=call_state)
        try:
            response = await send_observed(send, request)
        except SinkError as failure:
            raise failure.error from None
        if not response.ok:
            raise _status_error(response, call_state, config.api_key)
        record_response(
            lambda: ResponseInfo(status=response.status, headers=response.headers, beside={}, call=call_state.info())
        )


def _basic(token: Secret) -> Secret:
    return Secret("Basic " + base64.b64encode(f"bearer:{token.reveal()}".encode()).decode())


def _status_error(response: Response, call_state: CallState, token: Secret) -> Exception:
    """The error for a status, without the token, in whichever form the server sent it back."""
    encoded = Secret(_basic(token).reveal().partition(" ")[2])
    return status_error(without_token(without_token(response, token), encoded), call_state, token)


def _name(download: Download, link: FileLink) -> str:
    """The name of a file that its message does not name."""
    return safe_name(name_in_header(download.headers.get("content-disposition")) or link.last_segment)


def _result(download: Download, link: FileLink, *, path: Path | None, name: str | None = None) -> DownloadedFile:
    return DownloadedFile(
        path=path,
        size=download.size,
        sha256=download.sha256,
        content_type=download.headers.get("content-type"),
        name=safe_name(name) if name else _name(download, link),
    )
