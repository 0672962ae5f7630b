"""Every message of the drive is replied to once and in order, and by a bot without an inbox it is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ...helpers.redis_server import RedisServer, running_server
from .drive import Drive, Kind, drive
from .outcome import count

pytestmark = pytest.mark.clock

SMALL = Drive(messages=24, conversations=6, kills=3, order_window=3.0)
LONG = Drive(messages=250, conversations=25)
"""`python -m tests.webhooks.drive` has the full size, which takes five minutes."""


@pytest.fixture
def redis_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a Redis of its own, for drives that need one."""
    if request.node.callspec.params.get("kind") != "redis":
        yield ""
        return
    with running_server() as server:
        assert isinstance(server, RedisServer)
        yield server.url


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "redis"])
async def test_a_small_drive_is_perfect(kind: Kind, tmp_path: Path, redis_url: str) -> None:
    outcome = await drive(SMALL, kind, tmp_path, redis_url)
    assert outcome.is_perfect, outcome


@pytest.mark.slow
async def test_a_bot_that_replies_inside_the_request_does_not_hold(tmp_path: Path) -> None:
    outcome = await drive(SMALL, "naive", tmp_path)
    assert outcome.doubled > 0, outcome


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["sqlite", "redis"])
async def test_a_long_drive_is_perfect(kind: Kind, tmp_path: Path, redis_url: str) -> None:
    outcome = await drive(LONG, kind, tmp_path, redis_url)
    assert outcome.is_perfect, outcome


def test_the_outcome_counts_what_is_lost_doubled_and_disordered() -> None:
    asked = {1: ["a", "b", "c"], 2: ["d", "e"], 3: ["f"]}
    replied = {1: ["a", "re: b", "re: a", "re: b"], 2: ["re: d", "re: e", "d", "e"], 3: []}
    assert count(asked, replied) == (3, 2, 1, 1)
