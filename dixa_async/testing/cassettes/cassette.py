"""`Cassette`: a middleware that records the calls of a client, and replays them."""

import asyncio
import os
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self, TypeAlias, get_args

from ...client import DixaClient
from ...errors import ConfigurationError, TransportError, UsageError
from ...secret import Secret
from ...transport.http import SEND_OBSERVER, Request, Response
from ...transport.middleware.chain import Send
from ...transport.send_attempt import CURRENT_ATTEMPT
from .errors import CassetteFileError
from .matching import Bindings
from .player import Order, Player
from .pseudonyms import Pseudonyms
from .recorded_call import RecordedCall
from .redaction import pseudonymizer
from .tape import Tape, TapeWriter
from .walk import Walker

RecordMode: TypeAlias = Literal["once", "none", "all"]
"""When calls are recorded."""

KEY_VARIABLE: Final = "DIXA_CASSETTE_KEY"
_REPLAY_KEY: Final = "replay"
"""The API key of a client that sends nothing."""
_API_KEY_VARIABLE: Final = "DIXA_API_KEY"
_SHORTEST_KEY: Final = 16
_UNAUTHORIZED: Final = 401
_STREAMED: Final = ("downloadFile", "exportConversations", "exportMessages")
"""Operations whose content goes elsewhere as it arrives: a middleware sees a response without it."""


class Cassette:
    """Records the calls of a client to a file, redacted, and replays them without a network.

    ::

        async with Cassette("tests/cassettes/greeting.jsonl") as cassette, cassette.client() as dixa:
            await greet(dixa, 1234)

    It is a middleware: ``DixaClient(middleware=[cassette])`` works, too. Put it last in the list.

    Names, addresses, numbers, texts, URLs and other personal data are replaced by pseudonyms, equal ones by equal ones,
    before anything is written. The token is never written. In a replay, a value that the program sends comes back in
    responses as the program sent it.

    Args:
        path: the file.
        record: ``once``: record if there is no file, else replay. ``none``: replay only. ``all``: record, and replace
            the file.
        order: ``strict``: calls must be made in the order of the recording, and all of them. ``operation``: a call gets
            the first recorded call of its operation that matches, and calls may be missing.
        key: the key of the pseudonyms, at least 16 characters that nobody can guess; defaults to DIXA_CASSETTE_KEY,
            else to a random key that nobody knows. With a key, a value has the same pseudonym in all cassettes, and
            the values of a replayed request must be exactly those of the recording.

    Raises:
        ConfigurationError: an argument is invalid.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        record: RecordMode = "once",
        order: Order = "strict",
        key: str | Secret | None = None,
    ) -> None:
        if key is not None and not isinstance(key, str | Secret):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError(f"key must be a string or a Secret, not {type(key).__name__}")
        given = os.environ.get(KEY_VARIABLE) or None if key is None else Secret.of(key).reveal()
        del key  # error reports show the local variables of functions
        if record not in get_args(RecordMode):
            raise ConfigurationError(f"record must be 'once', 'none' or 'all', not {record!r}")
        if order not in get_args(Order):
            raise ConfigurationError(f"order must be 'strict' or 'operation', not {order!r}")
        if given is not None and len(given) < _SHORTEST_KEY:
            raise ConfigurationError(
                f"key must have at least {_SHORTEST_KEY} characters, as a short one can be guessed"
            )
        self._path = Path(path)
        self._record = record
        self._order: Order = order
        self._has_key = given is not None
        self._pseudonyms = Pseudonyms(given)
        self._tokens = set[Secret]()
        """Those of the calls until now: a middleware may send a call in a task, in which its token is not found."""
        self._player: Player | None = None
        self._writer: TapeWriter | None = None
        self._started = 0

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def replays(self) -> bool:
        """Whether it replays, and so sends nothing: by `record`, and by whether there is a file."""
        if self._player is not None or self._writer is not None:
            return self._player is not None
        return self._record == "none" or (self._record == "once" and self._path.exists())

    def client(self, api_key: str | Secret | None = None, *, base_url: str | None = None) -> DixaClient:
        """Make a client whose calls are recorded or replayed.

        For other settings, make a ``DixaClient(middleware=[cassette])``.

        Args:
            api_key: the token of an API integration, to record with; defaults to DIXA_API_KEY. A replay needs none.
            base_url: the server to record; defaults to DIXA_BASE_URL, else ``https://dev.dixa.io``.

        Returns:
            The client, to be used in ``async with``.

        Raises:
            ConfigurationError: there is no API key to record with, or a setting is invalid.
        """
        key = client_key(self, api_key)
        del api_key
        if key is not None:
            self._tokens.add(Secret.of(key))
        return DixaClient(key, base_url=base_url, middleware=[self])

    async def __call__(self, request: Request, send: Send) -> Response:
        """Record or replay a call, as a middleware."""
        if request.operation.id in _STREAMED:
            raise UsageError(
                "a cassette cannot record a download or an export, whose content does not pass the middlewares: "
                "make it with a client without the cassette, or test it on a FakeDixa"
            )
        if self._player is not None:
            return await self._replay(self._player, request)
        if self._writer is not None:
            return await self._send_recorded(self._writer, request, send)
        raise UsageError("the cassette is not open: write `async with Cassette(…) as cassette:` around the calls")

    def __enter__(self) -> Self:
        if self._player is not None or self._writer is not None:
            raise UsageError("the cassette is already open: make one for each recording")
        if self.replays:
            if not self._path.exists():
                raise CassetteFileError(f"there is no cassette {self._path}: record it with record='once'")
            tape = Tape.read(self._path)
            is_known = self._has_key and tape.key_check == self._pseudonyms.check_value()
            bindings = Bindings(self._pseudonyms if is_known else None)
            self._player = Player(tape.calls, self._order, bindings, _token_variables())
        else:
            writer = TapeWriter(self._path, self._pseudonyms.check_value() if self._has_key else None)
            writer.start()
            self._writer = writer
            self._started = 0
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        player, writer = self._player, self._writer
        self._player = self._writer = None
        was_cut = error_type is not None and not issubclass(error_type, Exception)
        if writer is not None:
            writer.stop() if was_cut else writer.finish()
        if player is not None and error_type is None:
            player.check_finished()

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.__exit__(error_type, error, traceback)

    async def _replay(self, player: Player, request: Request) -> Response:
        call = player.take(request)
        if (observer := SEND_OBSERVER.get()) is not None:
            observer.sending(request)
        return await player.outcome(call, request)

    async def _send_recorded(self, writer: TapeWriter, request: Request, send: Send) -> Response:
        index = self._started
        self._started += 1
        earlier = len(request.call_state.attempts)  # a middleware before this one may send a call several times

        def write(outcome: Response | str) -> None:
            if self._writer is not writer:  # the call has ended after the recording
                return
            attempts = request.call_state.attempts[earlier:]
            writer.write(RecordedCall.of(index, request, outcome, self._redactor(), attempts))

        try:
            response = await send(request)
        except (TransportError, asyncio.CancelledError) as error:
            write(type(error).__name__)
            raise
        # A recording with a wrong token would be replayed with the right one, too.
        if response.status != _UNAUTHORIZED:
            write(response)
        return response

    def _redactor(self) -> Walker:
        self._tokens.update(_current_token())
        return pseudonymizer(self._pseudonyms, (*_token_variables(), *(token.reveal() for token in self._tokens)))


def client_key(cassette: Cassette, api_key: str | Secret | None = None) -> str | Secret | None:
    """The API key of a client whose calls are recorded or replayed.

    Args:
        cassette: the cassette.
        api_key: the key to record with; defaults to DIXA_API_KEY.

    Returns:
        The key; None for that of the environment.

    Raises:
        ConfigurationError: there is no key to record with.
    """
    if cassette.replays:
        return _REPLAY_KEY
    if api_key is None and not os.environ.get(_API_KEY_VARIABLE):
        raise ConfigurationError(
            f"there is no API key to record {cassette.path} with: set {_API_KEY_VARIABLE}, or replay an existing file"
        )
    return api_key


def _token_variables() -> tuple[str, ...]:
    return tuple(filter(None, [os.environ.get(_API_KEY_VARIABLE)]))


def _current_token() -> tuple[Secret, ...]:
    """The token of the last attempt of the current call."""
    attempt = CURRENT_ATTEMPT.get(None)
    if attempt is None or attempt.authorization is None:
        return ()
    return (Secret(attempt.authorization.reveal().removeprefix("Bearer ")),)
