"""One download: its requests, from the first to those that continue it, and the checks of what comes back."""

import hashlib
import re
from collections.abc import Awaitable, Mapping
from functools import partial
from typing import Final, TypeVar
from urllib.parse import urljoin, urlsplit

import aiohttp
import attrs

from ..errors import ConnectionLostError, FileChangedError, ResponseTooLargeError
from ..secret import Secret
from ..transport.body import BodyError, error_body, headers_of, next_bytes
from ..transport.http import Request, Response
from ..transport.session import Session
from .decoding import decoded_start, decoder_for
from .links import FileLink
from .parts import Part, etag_of, has_an_end, whole_size
from .sinks import Sink

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS: Final = 5
_CHANGED: Final = "the file changed while it was downloaded, after a part of it had been handed over: download it again"

T = TypeVar("T")


class SinkError(Exception):
    """An error of the sink, which is not one of the connection."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class Download:
    """One download. `send` is called for each attempt, and continues where the one before ended.

    Args:
        link: what is downloaded.
        sink: where its bytes go.
        session: sends the requests.
        authorization: the value of the Authorization header, for a private link.
        max_bytes: the largest file that is accepted.

    Attributes:
        size: the bytes that have arrived.
        expected_size: the bytes of the whole file; None if that is not known.
        headers: those of the latest response with a part of the file.
    """

    def __init__(
        self, link: FileLink, sink: Sink, session: Session, authorization: Secret | None, max_bytes: int
    ) -> None:
        self._link = link
        self._sink = sink
        self._session = session
        self._authorization = authorization
        self._max_bytes = max_bytes
        self._etag: str | None = None
        self._hash = hashlib.sha256()
        self.size: int = 0
        self.expected_size: int | None = None
        self.headers: Mapping[str, str] = {}

    @property
    def sha256(self) -> str:
        """The SHA-256 of the bytes that have arrived, in hexadecimal."""
        return self._hash.hexdigest()

    async def send(self, request: Request) -> Response:
        """Request the file, or the rest of it. See `Send`.

        Only the first request has the token: a redirect may lead anywhere.
        """
        authorization = self._authorization
        range_headers = self._range_headers()
        headers = {"Accept": "*/*", "Accept-Encoding": "identity", **range_headers}
        receive = partial(self._receive, asked_for_rest=bool(range_headers))
        for _ in range(_MAX_REDIRECTS):
            response = await self._session.stream(
                request, receive, authorization=authorization, headers=headers, decompress=False
            )
            redirected = redirected_request(request, response)
            if redirected is None:
                return response
            request, authorization = redirected, None
        return await self._session.stream(
            request, receive, authorization=authorization, headers=headers, decompress=False
        )

    def _range_headers(self) -> dict[str, str]:
        """The headers that ask for the rest of the same file."""
        if not self.size or self._etag is None:
            return {}
        return {"Range": f"bytes={self.size}-", "If-Range": self._etag}

    async def _receive(self, response: aiohttp.ClientResponse, *, asked_for_rest: bool) -> Response:
        headers = headers_of(response)
        head = Response(status=response.status, headers=headers, body=b"")
        if response.status == 206 and asked_for_rest:
            self._check_rest(headers)
            await self._take(response, headers, skip=0)
        elif response.status == 200:
            await self._take(response, headers, skip=await self._start(headers))
        elif response.status == 416 and asked_for_rest:
            self._etag = None
            raise BodyError(ConnectionLostError, "the server has no rest of the file, which may have changed")
        elif head.ok:
            raise BodyError(ConnectionLostError, f"the server responded with {response.status} instead of the file")
        else:
            return attrs.evolve(head, body=decoded_start(headers, await error_body(response.content)))
        return head

    def _check_rest(self, headers: Mapping[str, str]) -> None:
        """Check that a response is the rest of the file that was begun. If not, the next attempt requests all of it."""
        # Without an ETag, it may be that of another version, from a server that does not know If-Range.
        part, is_same = Part.read(headers), etag_of(headers) == self._etag
        fits = part is not None and part.first == self.size and self.expected_size in (None, part.total)
        if part is None or not fits or not is_same:
            self._etag = None
            raise BodyError(ConnectionLostError, "the part of the file that the server sent is not the rest of it")
        self.expected_size = part.total

    async def _start(self, headers: Mapping[str, str]) -> int:
        """Begin with a response that has the whole file.

        Returns:
            How many of its bytes are not handed over again, as the sink has them and cannot forget them.
        """
        self._etag, self.expected_size = etag_of(headers), whole_size(headers)
        if not has_an_end(headers):
            raise BodyError(
                ConnectionLostError,
                "the response does not say where the file ends, so that a lost part would not be seen",
            )
        if not self.size or not await _in_sink(self._sink.restart()):
            return self.size
        self.size, self._hash = 0, hashlib.sha256()
        return 0

    async def _take(self, response: aiohttp.ClientResponse, headers: Mapping[str, str], *, skip: int) -> None:
        """Hand the body over as it comes, except for what the sink has already, which must be the same."""
        self.headers = headers
        self._check_size(self.expected_size or 0)
        again, decoder = hashlib.sha256(), decoder_for(headers)
        while not response.content.at_eof():
            for data in decoder.decode(await next_bytes(response.content)):
                seen, new = data[:skip], data[skip:]
                again.update(seen)
                skip -= len(seen)
                if seen and not skip and again.digest() != self._hash.digest():
                    raise BodyError(FileChangedError, _CHANGED)
                if new:
                    await self._add(new)
        decoder.end()
        if skip:
            raise BodyError(FileChangedError, _CHANGED)
        if self.expected_size not in (None, self.size):
            raise BodyError(ConnectionLostError, f"the file ended after {self.size} of {self.expected_size} bytes")

    async def _add(self, data: bytes) -> None:
        self._check_size(self.size + len(data))
        self._hash.update(data)
        self.size += len(data)
        await _in_sink(self._sink.write(data))

    def _check_size(self, size: int) -> None:
        if size > self._max_bytes:
            raise BodyError(
                ResponseTooLargeError,
                f"the file is larger than {self._max_bytes} bytes: a larger max_bytes allows more",
            )


async def _in_sink(step: Awaitable[T]) -> T:
    try:
        return await step
    except Exception as error:
        raise SinkError(error) from None


def redirected_request(request: Request, response: Response) -> Request | None:
    """The request that follows a redirect; None if a response is not a redirect, or leads to an unsafe URL.

    Another server does not get the headers that a middleware added: they may be secret, like the token.
    """
    target = redirect_target(request.url, response)
    if target is None:
        return None
    old, new = urlsplit(request.url), urlsplit(target)
    is_same_server = (old.scheme, old.netloc) == (new.scheme, new.netloc)
    return attrs.evolve(request, url=target, headers=request.headers if is_same_server else {})


def redirect_target(url: str, response: Response) -> str | None:
    """Where a response redirects to; None if it does not, or to an unsafe URL."""
    location = response.headers.get("location", "")
    if response.status not in _REDIRECTS or not re.fullmatch(r"[!-~]+", location) or "\\" in location:
        return None
    try:
        target = urljoin(url, location).partition("#")[0]
        parts, port = urlsplit(target), urlsplit(target).port
    except ValueError:
        return None
    is_plain_on_same_server = urlsplit(url).scheme == "http" and urlsplit(url).netloc == parts.netloc
    if not parts.hostname or parts.username is not None or port == 0:
        return None
    return target if parts.scheme == "https" or (parts.scheme == "http" and is_plain_on_same_server) else None
