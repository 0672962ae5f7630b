"""``python -m dixa_async fake``: a fake Dixa for programs in any language."""

import asyncio
import contextlib
import io
import math
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from dixa_async import ConfigurationError, DixaClient
from dixa_async.cli.fake_server import Printer, serve
from dixa_async.cli.main import main
from dixa_async.models import InboundMessage, TextContent
from dixa_async.testing import FakeDixa
from dixa_async.webhooks import Receiver

from ..helpers.clients import eventually

_SIGNALS = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


@contextlib.asynccontextmanager
async def serving(
    server: FakeDixa, *, host: str = "127.0.0.1", rate: float = 10.0, webhooks_to: str | None = None
) -> AsyncIterator["asyncio.Task[None]"]:
    """Serve until the end of the block."""
    task = asyncio.create_task(serve(server, Printer(), host=host, port=0, rate=rate, webhooks_to=webhooks_to))
    try:
        await eventually(lambda: task.done() or "not running" not in repr(server))
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_it_prints_what_a_program_has_to_set(capsys: pytest.CaptureFixture[str]) -> None:
    server = FakeDixa(api_key="a-token", company=3)
    async with serving(server, rate=math.inf, webhooks_to="http://127.0.0.1:9/hook"):
        lines = capsys.readouterr().out.splitlines()
        (subscription,) = server.state.webhooks.values()
        assert lines[0] == f"FakeDixa listens on {server.url}"
        assert lines[1] == "6 agents, 10 end users, 3 conversations"
        assert "  DIXA_API_KEY=a-token" in lines
        assert f"  DIXA_BASE_URL={server.url}" in lines
        assert "  DIXA_RATE_LIMIT=inf" in lines
        assert "Events are delivered to http://127.0.0.1:9/hook" in lines
        assert f"  signed with the secret {subscription.secret_key}" in lines
        assert Receiver(subscription.secret_key)
    assert "not running" in repr(server)


@pytest.mark.parametrize(("rate", "text"), [(1_234_567.0, "1234567"), (0.123456789, "0.123456789")])
async def test_the_rate_limit_to_set_is_exact(rate: float, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    async with serving(FakeDixa(rate=rate), rate=rate):
        assert f"  DIXA_RATE_LIMIT={text}" in capsys.readouterr().out.splitlines()


async def test_it_logs_one_line_a_request_without_anything_personal(capsys: pytest.CaptureFixture[str]) -> None:
    server = FakeDixa(api_key="a-token", rate=math.inf)
    async with serving(server), aiohttp.ClientSession(server.url, headers={"Authorization": "a-token"}) as web:
        capsys.readouterr()
        async with web.get("/beta/endusers?email=ada@example.com"), web.post("/v1/tags", json={"name": "private"}):
            pass
        async with web.get("/beta/a%1b[31m%0Ab", headers={"Authorization": "wrong"}):
            pass
        server.inject_fault(drop="before")
        with pytest.raises(aiohttp.ClientError):
            await web.post("/beta/tags", json={"name": "private"})
    lines = capsys.readouterr().out.splitlines()
    assert [re.sub(r"[\d.]+ ms$", "_", line) for line in lines] == [
        "GET /beta/endusers 200 _",
        "POST /v1/tags 200 _",
        r"GET /beta/a\x1b[31m\nb 401 _",
        "POST /beta/tags dropped _",
    ]


async def test_it_goes_on_when_nobody_reads_its_output(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Closed())
    server = FakeDixa()
    async with serving(server), DixaClient(server.api_key, base_url=server.url) as dixa:
        assert await dixa.organization.get()


@_SIGNALS
async def test_it_ends_on_sigterm() -> None:
    server = FakeDixa()
    async with serving(server) as task:
        signal.raise_signal(signal.SIGTERM)
        await task
        assert "not running" in repr(server)


async def test_a_loaded_subscription_is_used_again() -> None:
    server = FakeDixa()
    subscription = server.add_webhook("http://127.0.0.1:9/hook")
    async with serving(server, webhooks_to="http://127.0.0.1:9/hook"):
        assert server.state.webhooks == {subscription.id: subscription}


async def test_it_warns_when_others_can_reach_it(capsys: pytest.CaptureFixture[str]) -> None:
    async with serving(FakeDixa(host="0.0.0.0"), host="0.0.0.0"):
        assert "warning: other machines can reach this server" in capsys.readouterr().err
    async with serving(FakeDixa(host="localhost"), host="localhost"):
        assert capsys.readouterr().err == ""


async def test_a_port_that_is_taken_is_one_line_and_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    async with FakeDixa() as other:
        port = other.url.rpartition(":")[2]
        assert await asyncio.to_thread(main, ["fake", "--port", port]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert f"port {port} of 127.0.0.1 is taken" in error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "65536"], "from 0 to 65535"),
        (["--token", "a b"], "without spaces"),
        (["--token", ""], "without spaces"),
        (["--rate", "0"], "rate must be greater"),
        (["--company", "0"], "from 1 to"),
        (["--company", "1", "--seed", "-1"], "seed must be"),
        (["--company", "1", "--load", "x"], "either company or load"),
        (["--until", "now"], "pass company"),
        (["--load", "missing.json"], "missing.json"),
        (["--save", "missing/state.json"], "--save must name a file"),
        (["--until", "1000-01-01T00:00Z", "--company", "1"], "from 1970 to 9998"),
        (["--save", os.devnull], "--save must name a file"),
        (["--seed", "7"], "pass --company"),
        (["--webhooks-to", "example.com"], "--webhooks-to must be an address"),
        (["--webhooks-to", "http://"], "--webhooks-to must be an address"),
        (["--webhooks-to", "http://a b/"], "--webhooks-to must be an address"),
        (["--webhooks-to", "http://127.0.0.1:99999/"], "--webhooks-to must be an address"),
        (["--faults", "GET /agents: 1000"], "the fault cannot be read at column"),
    ],
)
def test_what_cannot_work_is_refused_at_once(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fake", *arguments]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--company", "huge"], ["--until", "2026-03-02"], ["--seed", "x"]])
def test_a_malformed_option_is_a_usage_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["fake", *arguments])
    assert ended.value.code == 2
    assert arguments[1] in capsys.readouterr().err


async def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"cannot listen on port 0 of 192\.0\.2\.1"):
        await serve(FakeDixa(host="192.0.2.1"), Printer(), host="192.0.2.1", port=0, rate=10, webhooks_to=None)


@_SIGNALS
async def test_the_command_serves_until_ctrl_c_and_saves(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    options = ["--port", "0", "--company", "5", "--seed", "3", "--no-limit", "--save", str(file), "--token", "t-o-k"]
    faults = ["--faults", "GET /tags: 418, once", "--faults", "POST /*: delay 0.001 s"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "dixa_async", "fake", *options, *faults, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        url = (await process.stdout.readline()).decode().split()[-1]
        async with DixaClient("t-o-k", base_url=url, rate_limit=math.inf) as dixa:
            await dixa.messages.add(1001, InboundMessage(content=TextContent("saved"), external_id="mine"))
        async with aiohttp.ClientSession(url, headers={"Authorization": "t-o-k"}) as web, web.get("/v1/tags") as tags:
            assert tags.status == 418
    finally:
        process.send_signal(signal.SIGINT)
        output, _ = await process.communicate()
    assert process.returncode == 0
    lines = output.decode().splitlines()
    assert any(re.fullmatch(r"POST /beta/conversations/1001/messages 20\d [\d.]+ ms", line) for line in lines)
    assert lines[-1] == f"saved to {file}"
    loaded = FakeDixa(load=file).state
    assert loaded.message_external_ids == {"mine"}
    assert {**loaded.conversations} == FakeDixa(company=5, seed=3).state.conversations


async def test_it_says_that_there_is_a_page_which_needs_no_token(capsys: pytest.CaptureFixture[str]) -> None:
    async with serving(FakeDixa(host="0.0.0.0", page=True), host="0.0.0.0"):
        output = capsys.readouterr()
        assert "Open this address in a browser" in output.out
        assert "its page needs no token" in output.err
