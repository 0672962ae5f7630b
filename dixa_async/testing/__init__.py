"""A Dixa on your own machine, for tests and for trying things out.

- `FakeDixa`: the server.
- `dixa_async.testing.pytest_plugin`: a fixture for pytest.

The rest of the package:

- `server`: from a connection to a handler: token, limit, misbehaviour.
- `handlers`: what it can do, one module for each section of the API.
- `wire`: between aiohttp's requests and responses, and ours.
- `exchange`, `paging`, `bulk`, `copies`: what handlers are made with.
- `posting`, `people`, `linking`, `anonymizing`: messages, persons, links, and what is left of them.
- `texts`, `matching`: searches. `catalogue`, `attributes`, `periods`: analytics.
- `state`, `knowledge_state`, `business_state`: what the server knows.
- `population`, `furnishing`, `seeding`: where that comes from, at the start and in tests.
- `token_bucket`, `misbehaviour`: the limit, and what goes wrong on request.
"""

from .server import FakeDixa, ReceivedRequest
from .state import State

__all__ = ["FakeDixa", "ReceivedRequest", "State"]
