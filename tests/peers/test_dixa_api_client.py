"""PyPI's ``dixa-api-client`` works on `FakeDixa` as it is: only its session sends to another address."""

import importlib
import logging
import math
import uuid
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urljoin

import pytest

from dixa_async.testing import FakeDixa

from ..helpers import description

requests = pytest.importorskip("requests")

_DIXA: Final = "https://dev.dixa.io/"


def _import_peer() -> Any:
    try:
        return importlib.import_module("dixa")
    except ImportError:
        if description.in_ci():
            raise
        pytest.skip("dixa-api-client is not installed: pip install dixa-api-client", allow_module_level=True)


dixa = _import_peer()


class _Session(requests.Session):  # type: ignore[misc,name-defined]
    """Sends to another server what is meant for Dixa, as the base address of a client would."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def prepare_request(self, request: Any) -> Any:
        # The links to next pages have no host.
        request.url = urljoin(self._url, request.url.removeprefix(_DIXA))
        return super().prepare_request(request)


@pytest.fixture
def server() -> Iterator[FakeDixa]:
    with FakeDixa(company=20, rate=math.inf) as server:
        yield server


def connect(server: FakeDixa, api_key: str | None = None) -> Any:
    with_session = {"session": _Session(server.url), "logger": logging.getLogger("peer")}
    return dixa.Dixa(api_key or server.api_key, retry_delay=0, max_retries=1, **with_session).v1


def test_it_creates_reads_and_updates(server: FakeDixa) -> None:
    peer = connect(server)
    created = peer.EndUser.create({"displayName": "Ada", "email": "ada@example.com"})
    assert peer.EndUser.get(created["id"]) == created
    peer.EndUser.patch(created["id"], {"displayName": "Ada L."})
    assert server.state.end_users[created["id"]].display_name == "Ada L."
    assert server.applied_writes() == {"POST /endusers": 1, "PATCH /endusers/{userId}": 1}


def test_it_reads_all_pages(server: FakeDixa) -> None:
    for number in range(120):
        server.add_end_user(f"Person {number}", email=f"person-{number}@example.com")
    people = connect(server).EndUser.list_({"pageLimit": 50})
    assert [each["id"] for each in people] == list(server.state.end_users)
    assert len(server.received("GET /endusers")) > 2


def test_it_holds_a_conversation(server: FakeDixa) -> None:
    peer, agent = connect(server), server.agents[0]
    question = {"_type": "Inbound", "content": {"_type": "Text", "value": "Where is it?"}}
    chat = {"_type": "Chat", "requesterId": server.end_users[0].id, "widgetId": str(uuid.uuid4()), "message": question}
    id_ = str(peer.Conversation.create(chat)["id"])
    answer = {"_type": "Outbound", "agentId": agent.id, "content": {"_type": "Text", "value": "On its way"}}
    peer.Conversation.add_message(id_, answer)
    texts = [each["attributes"]["content"]["value"] for each in peer.Conversation.list_messages(id_)]
    assert texts == ["Where is it?", "On its way"]
    peer.Conversation.close(id_, {"userId": agent.id})
    assert peer.Conversation.get(id_)["state"] == "Closed"


def test_it_tags(server: FakeDixa) -> None:
    peer = connect(server)
    tag = peer.Tag.create({"name": "late", "color": "#112233"})
    assert tag in peer.Tag.list_()
    peer.Tag.deactivate(tag["id"])
    assert peer.Tag.get(tag["id"])["state"] == "Inactive"


def test_it_raises_its_own_errors(server: FakeDixa) -> None:
    with pytest.raises(dixa.exceptions.DixaHTTPError, match="There is no end user"):
        connect(server).EndUser.get("nobody")
    with pytest.raises(dixa.exceptions.DixaHTTPError, match="Unauthorized"):
        connect(server, "another token").Tag.list_()


def test_it_retries_after_a_429(server: FakeDixa) -> None:
    server.inject_fault(status=429)
    assert connect(server).Tag.list_()
    assert [request.status for request in server.received("GET /tags")] == [429, 200]


def test_it_gives_up_at_the_rate_limit() -> None:
    with FakeDixa(rate=0.001, burst=2) as server:
        peer = connect(server)
        assert peer.Tag.list_() == peer.Tag.list_()
        with pytest.raises(dixa.exceptions.DixaAPIError, match="Max retries reached"):
            peer.Tag.list_()
        assert server.throttled_count == 2
