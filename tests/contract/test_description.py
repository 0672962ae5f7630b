"""The description and the contract that was read out of it belong together."""

import pytest

from . import description


@pytest.fixture(autouse=True)
def _needs_the_description() -> None:
    description.require()


def test_both_have_the_same_operations() -> None:
    described = {raw["operationId"] for item in description.description()["paths"].values() for raw in item.values()}
    assert described == description.operations().keys()


def test_both_have_the_same_schemas() -> None:
    assert description.description()["components"]["schemas"].keys() == description.schemas().keys()
