"""The search of the built documentation finds the right page first. `nox -s docs` builds it before."""

import functools
import os
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ..helpers.chromium import running_tab

_HTML = Path(__file__).parents[2] / "docs" / "_build" / "html"
_FOUND_FIRST = {
    "fastapi": "web-services.html",
    "webhook": "webhooks.html",
    "429": "troubleshooting.html",
    "timeout": "configuration.html",
    "rate limit": "rate-limit.html",
    "token": "installation.html",
    "proxy": "troubleshooting.html",
    "retry": "retries.html",
    "bot": "bots.html",
    "export": "exports.html",
    "journal": "bulk-jobs.html",
    "test": "testing.html",
    "pagination": "pagination.html",
    "DixaClient": "reference/client.html",
}
_FIRST = "document.querySelector('#search-results ul.search > li > a')"


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base
        pass


@pytest.fixture
def url() -> Iterator[str]:
    """Where the built documentation is served: from a file, the search may not read other pages."""
    if not (_HTML / "searchindex.js").exists():
        message = "the documentation is not built: nox -s docs"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Files, directory=_HTML))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


async def test_a_search_finds_the_right_page_first(url: str) -> None:
    found: dict[str, str] = {}
    async with running_tab() as tab:
        for words in _FOUND_FIRST:
            await tab.open(f"{url}/search.html?q={words.replace(' ', '+')}")
            await tab.until(_FIRST)  # the best one comes first; hundreds may follow
            link = await tab.evaluate(f"{_FIRST}.getAttribute('href')")
            found[words] = link.partition("#")[0]
        assert tab.problems == []
    assert found == _FOUND_FIRST
