"""Each operation of the API works on `FakeDixa`, in one story."""

from pathlib import Path

import pytest

from dixa_async import DixaClient
from dixa_async.resources.registry import operations
from dixa_async.testing import FakeDixa

from ..helpers.company_day import live_a_day


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Dixa has deprecated some operations
async def test_a_day_of_a_company_calls_every_operation(dixa: DixaClient, server: FakeDixa, tmp_path: Path) -> None:
    await live_a_day(dixa)
    every = {(operation.method, operation.path) for operation in operations()}
    assert len(every) == 123
    assert {request.operation for request in server.received()} == every
    assert [request for request in server.received() if not request.applied] == []
    changing = {f"{o.method} {o.path}" for o in operations() if o.method != "GET" and not o.reads_only}
    assert server.applied_writes().keys() == changing

    server.save(tmp_path / "state.json")
    FakeDixa(load=tmp_path / "state.json").save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "state.json").read_bytes()
