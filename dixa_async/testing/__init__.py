"""A fake Dixa that runs on your own machine, for tests and experiments.

Public:

- The names of this package: `FakeDixa`, the server; `ReceivedRequest` and `State`, what it received and what it keeps;
  `DeliverySettings` and `DeliveryCopy`, how it delivers to webhooks; `FaultRule` and `InjectedFault`, what goes wrong;
  `FakeClock`, the clock that can be moved ahead; `StateFileError`, why a saved state cannot be loaded.
- `Cassette`, which records and replays the calls of a client, with its errors; `load_cassette`, which puts what was
  recorded into a `FakeDixa`.
- `dixa_async.testing.fault_script`: faults as text.
- `dixa_async.testing.pytest_plugin`: fixtures for pytest.
- `dixa_async.testing.event_builders`: events to test handlers of webhooks with.

Not public, each importing only those before it:

- `state`: the data of the server, and what builds it.
- `http`: where it listens, what a request passes before its handler, routing and paging.
- `logic`: rules that several handlers share.
- `webhooks`: signed deliveries to webhook subscriptions.
- `files`: the file server.
- `exports`: the server of exports.
- `handlers`: the operations, one module for each section of the API.
- `company`: a plausible company from a seed.
- `saving`: the state as a file.
- `initial_state`: what a server knows when it starts.
- `clock`: the clock of the server.
- `page`: the page at ``/``, for a person who watches and drives the server.
- `request_methods`: the methods of the server for faults, and for the log of requests.
- `server`: the state with its API, its rate limits and its deliveries, on a port.
- `cassettes`: recorded calls.
- `markers`: the servers and cassettes of tests, as their markers ask for.
- `fixture_client`: the client of the fixture `dixa`, and the environment of `dixa_env`.

A name is imported on first use: pytest loads the plugin in every run, and the server is slow to import.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy_names
from .._lazy_index import INDEX

if TYPE_CHECKING:
    from .cassettes.cassette import Cassette as Cassette
    from .cassettes.errors import (
        CassetteError as CassetteError,
        CassetteFileError as CassetteFileError,
        UnexpectedCallError as UnexpectedCallError,
        UnusedCallsError as UnusedCallsError,
    )
    from .cassettes.fake_loading import load_cassette as load_cassette
    from .clock import FakeClock as FakeClock
    from .http.faults import FaultRule as FaultRule
    from .http.injected_faults import InjectedFault as InjectedFault
    from .http.request_log import ReceivedRequest as ReceivedRequest
    from .saving.errors import StateFileError as StateFileError
    from .server import FakeDixa as FakeDixa
    from .state.server_state import State as State
    from .webhooks.settings import DeliveryCopy as DeliveryCopy, DeliverySettings as DeliverySettings

if not TYPE_CHECKING:  # a type checker that saw it would accept any misspelled name
    __getattr__, __dir__ = lazy_names(__name__, INDEX[__name__])
