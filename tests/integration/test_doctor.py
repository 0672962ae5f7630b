"""``python -m dixa_async doctor`` finds what is wrong, in time, and shows nothing secret."""

import errno
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest

from dixa_async.cli.doctor import secrets
from dixa_async.cli.main import main
from dixa_async.testing import FakeDixa

PLANTED = "planted-Secret-4711"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("DIXA_") or name.lower().endswith("_proxy") or name == "REDIS_URL":
            monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def shared_server() -> Iterator[FakeDixa]:
    with FakeDixa(rate=float("inf"), api_key=PLANTED, seed_data=False) as server:
        yield server


@pytest.fixture
def server(shared_server: FakeDixa, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDixa]:
    monkeypatch.setenv("DIXA_API_KEY", PLANTED)
    monkeypatch.setenv("DIXA_BASE_URL", shared_server.url)
    yield shared_server
    shared_server.clear_faults()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that accepts connections, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


class Doctor:
    """Runs the command, and keeps what it found."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.found: dict[str, dict[str, Any]] = {}

    def run(self, *arguments: str) -> int:
        code = main(["doctor", "--json", *arguments])
        out, err = self._capsys.readouterr()
        assert PLANTED not in out + err
        assert err == ""
        document = json.loads(out)
        self.found = {each["check"]: each for each in document["checks"]}
        assert document["ok"] == (code == 0)
        return code

    def levels(self) -> dict[str, str]:
        return {name: each["level"] for name, each in self.found.items() if each["level"] != "ok"}


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str]) -> Doctor:
    return Doctor(capsys)


def test_all_is_well(doctor: Doctor, server: FakeDixa, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.run() == 0
    assert doctor.levels() == {}
    assert "the key is valid: 200" in doctor.found["read"]["text"]
    assert doctor.found["variables"]["text"] == "DIXA_API_KEY, DIXA_BASE_URL"
    assert doctor.found["json"]["text"] == f"msgspec {version('msgspec')}"
    assert len(server.requests) == 1
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert [line[:20].split()[0] for line in out.splitlines()] == ["ok"] * len(doctor.found)
    assert PLANTED not in out


def test_a_missing_json_library_is_reported(doctor: Doctor, server: FakeDixa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dixa_async.cli.doctor.installation.LIBRARY", None)
    assert doctor.run() == 0
    assert doctor.levels() == {"json": "warning"}
    assert "pip install msgspec" in doctor.found["json"]["advice"]


def test_a_key_that_is_not_valid(doctor: Doctor, server: FakeDixa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIXA_API_KEY", f"{PLANTED}-too")
    assert doctor.run() == 1
    assert doctor.levels() == {"read": "fail"}
    assert doctor.found["read"]["text"] == "the key is not valid (401)"
    assert "DIXA_API_KEY" in doctor.found["read"]["advice"]


def test_without_a_key_the_network_is_checked_all_the_same(
    doctor: Doctor, server: FakeDixa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DIXA_API_KEY")
    assert doctor.run() == 1
    assert doctor.levels() == {"key": "fail", "read": "skipped"}


@pytest.mark.parametrize(
    ("fault", "level"),
    [
        ({"status": 403}, "warning"),
        ({"status": 429}, "warning"),
        ({"status": 500}, "fail"),
        ({"status": 200, "body": b"<html>"}, "fail"),
        ({"drop": "before"}, "fail"),
    ],
    ids=str,
)
def test_a_read_that_fails(fault: dict[str, Any], level: str, doctor: Doctor, server: FakeDixa) -> None:
    server.inject_fault(**fault)
    assert doctor.run() == (1 if level == "fail" else 0)
    assert doctor.found["read"]["level"] == level
    assert len(doctor.found["read"]["advice"]) > 10


@pytest.mark.parametrize(
    ("date", "level", "text"),
    [
        ("Mon, 01 Jan 2001 00:00:00 GMT", "warning", "s ahead of Dixa"),
        ("Fri, 01 Jan 2100 00:00:00 GMT", "warning", "s behind Dixa"),
        ("yesterday", "skipped", "there is no date"),
    ],
)
def test_a_clock_that_is_wrong(date: str, level: str, text: str, doctor: Doctor, server: FakeDixa) -> None:
    server.inject_fault(status=500, headers={"Date": date})
    doctor.run()
    assert doctor.found["clock"]["level"] == level
    assert text in doctor.found["clock"]["text"]


def test_a_name_that_is_not_found(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setenv("DIXA_API_KEY", PLANTED)
    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert doctor.run() == 1
    assert doctor.levels() == {"dns": "fail", "connection": "skipped", "read": "skipped"}


def test_name_servers_that_never_respond(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    monkeypatch.setenv("DIXA_API_KEY", PLANTED)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: released.wait(60) and [])
    started = time.monotonic()
    assert doctor.run("--timeout", "0.05") == 1
    assert time.monotonic() - started < 10
    released.set()
    assert "no response for dev.dixa.io in 0.05 s" in doctor.found["dns"]["text"]


def test_a_port_that_is_closed_or_silent(
    doctor: Doctor, server: FakeDixa, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed_port = listener.getsockname()[1]
    monkeypatch.setenv("DIXA_BASE_URL", f"http://127.0.0.1:{closed_port}")
    assert doctor.run() == 1
    assert doctor.levels() == {"connection": "fail", "read": "skipped"}
    reason = os.strerror(errno.ECONNREFUSED)
    assert doctor.found["connection"]["text"] == f"127.0.0.1:{closed_port} cannot be reached ({reason})"
    monkeypatch.setenv("DIXA_BASE_URL", f"https://127.0.0.1:{silent_port}")  # TLS is never begun
    assert doctor.run("--timeout", "0.05") == 1
    assert doctor.levels() == {"connection": "fail", "read": "skipped"}
    monkeypatch.setenv("DIXA_BASE_URL", f"http://127.0.0.1:{silent_port}")
    assert doctor.run("--timeout", "0.05") == 1
    assert doctor.found["read"]["text"] == "CallTimeoutError"
    monkeypatch.setenv("DIXA_BASE_URL", server.url.replace("http:", "https:"))  # which speaks no TLS
    assert doctor.run() == 1
    assert "TLS with 127.0.0.1" in doctor.found["connection"]["text"]


def test_every_variable_that_the_package_reads_is_known(
    doctor: Doctor, server: FakeDixa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIXA_EXPORTS_URL", server.url)
    monkeypatch.setenv("DIXA_FILES_URL", server.url)
    monkeypatch.setenv("DIXA_EXPORTS_PER_MINUTE", "5")
    monkeypatch.setenv("DIXA_CASSETTE_KEY", PLANTED)
    assert doctor.run() == 0
    assert doctor.levels() == {}


@pytest.mark.parametrize(
    ("name", "value", "check", "level"),
    [
        ("DIXA_APIKEY", PLANTED, "variables", "warning"),
        ("DIXA_RATE_LIMIT", "50", "rate limit", "warning"),
        ("DIXA_TIMEOUT", PLANTED, "settings", "fail"),
        ("DIXA_BASE_URL", f"https://user:{PLANTED}@dixa.example.com", "settings", "fail"),
        ("DIXA_FILES_URL", f"https://user:{PLANTED}@dixa.example.com", "settings", "fail"),
        ("DIXA_API_KEY", f"Bearer {PLANTED}", "settings", "fail"),
        ("HTTP_PROXY", f"http://user:{PLANTED}@proxy.example.com:3128", "proxy", "warning"),
        ("ALL_PROXY", f"{PLANTED}@proxy.example.com:3128", "proxy", "warning"),
        ("ALL_PROXY", f"http://{PLANTED}@proxy.example.com:port", "proxy", "warning"),
        ("REDIS_URL", f"redis://user:{PLANTED}@127.0.0.1:1/0", "redis", "fail"),
        ("REDIS_URL", f"redis://127.0.0.1:1?{PLANTED}={PLANTED}", "redis", "fail"),
        ("REDIS_URL", f"{PLANTED}://{PLANTED}", "redis", "fail"),
    ],
)
def test_a_setting_is_reported_without_what_is_secret(
    name: str, value: str, check: str, level: str, doctor: Doctor, server: FakeDixa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    monkeypatch.setattr("dixa_async.cli.doctor.settings.proxy_bypass", lambda _: False)
    assert doctor.run() == (1 if level == "fail" else 0)
    assert doctor.found[check]["level"] == level
    assert doctor.found[check]["advice"]


def test_an_address_that_is_bypassed_needs_no_proxy(
    doctor: Doctor, server: FakeDixa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example.com:3128")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert doctor.run() == 0
    assert doctor.found["proxy"]["text"] == "none"


def test_a_missing_redis_py_is_reported(doctor: Doctor, server: FakeDixa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1")
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    assert doctor.run() == 1
    assert "pip install 'dixa-async[redis]'" in doctor.found["redis"]["advice"]


@pytest.mark.parametrize("url", ["a.test:1", "http://a.test:1", "http://u:p@a.test:1/x", "u@a.test:1"])
def test_the_host_of_an_address_is_shown_alone(url: str) -> None:
    assert secrets.host_of(url) == "a.test:1"


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon"])
def test_a_timeout_that_cannot_work(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["doctor", f"--timeout={seconds}"])
    assert "argument --timeout: " in capsys.readouterr().err
