"""The types of what is sent and of what comes back are those of the contract, down to the last field and word."""

import pytest

from . import compared, description

description.require()


@pytest.mark.parametrize("operation_id", compared.common_ids())
def test_what_comes_back_is_as_described(operation_id: str) -> None:
    assert compared.answer(operation_id).differences == []


@pytest.mark.parametrize("operation_id", compared.common_ids())
def test_what_is_sent_is_as_described(operation_id: str) -> None:
    assert compared.request(operation_id).differences == []
