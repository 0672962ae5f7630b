"""A Dixa on your own machine, for tests and for trying things out.

- `FakeDixa`: the server.
- `dixa_async.testing.pytest_plugin`: fixtures for pytest.
- `dixa_async.testing.event_builders`: events to test handlers of webhooks with.

The rest of the package:

- `server`: from a connection to a handler: token, limit, misbehaviour. `server_thread`, `locking`: for tests on other
  event loops. `request_log`: what it received.
- `fixture_client`: the client of the fixture.
- `handlers`: what it can do, one module for each section of the API.
- `wire`: between aiohttp's requests and responses, and ours.
- `exchange`, `paging`, `bulk`, `copies`: what handlers are made with.
- `posting`, `people`, `linking`, `anonymizing`: messages, persons, links, and what is left of them.
- `texts`, `matching`: searches. `catalogue`, `attributes`, `periods`: analytics.
- `state`, `knowledge_state`, `business_state`: what the server knows.
- `population`, `furnishing`, `seeding`: where that comes from, at the start and in tests.
- `token_bucket`, `misbehaviour`: the limit, and what goes wrong on request.

A name is imported when it is first used: pytest loads the plugin in every run, and the server takes a while.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy_names

if TYPE_CHECKING:
    from .http.request_log import ReceivedRequest as ReceivedRequest
    from .server import FakeDixa as FakeDixa
    from .state.state import State as State

_NAMES = {
    "http.request_log": ("ReceivedRequest",),
    "server": ("FakeDixa",),
    "state.state": ("State",),
}

if not TYPE_CHECKING:  # a type checker that saw it would take any misspelt name for one of the package
    __getattr__, __dir__ = lazy_names(__name__, _NAMES)
