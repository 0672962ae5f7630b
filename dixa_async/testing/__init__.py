"""A Dixa on your own machine, for tests and for trying things out.

- `FakeDixa`: the server.
- `dixa_async.testing.pytest_plugin`: a fixture for pytest.

The rest of the package:

- `server`: from a connection to a handler: token, limit, misbehaviour.
- `handlers`: what it can do, one module for each section of the API.
- `wire`: between aiohttp's requests and responses, and ours.
- `exchange`, `paging`, `posting`, `people`: what handlers are made with.
- `state`, `population`, `seeding`: what the server knows, from the start and from tests.
- `token_bucket`, `misbehaviour`: the limit, and what goes wrong on request.
"""

from .server import FakeDixa, ReceivedRequest
from .state import State

__all__ = ["FakeDixa", "ReceivedRequest", "State"]
