"""The pytest plugin, loaded as a user loads it."""

from dixa_async import DixaClient
from dixa_async.testing import FakeDixa

pytest_plugins = ["dixa_async.testing.pytest_plugin"]


async def test_the_fixture_is_a_running_server(fake_dixa: FakeDixa) -> None:
    async with DixaClient(fake_dixa.api_key, base_url=fake_dixa.url) as dixa:
        assert (await dixa.organization.get()).name == fake_dixa.state.organization.name


async def test_each_test_has_a_server_of_its_own(fake_dixa: FakeDixa) -> None:
    assert fake_dixa.request_count == 0
