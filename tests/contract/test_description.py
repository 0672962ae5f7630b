"""The description and the contract that was derived from it belong together."""

import pytest

from ..helpers import api_surface, description


@pytest.fixture(autouse=True)
def _needs_the_description() -> None:
    description.require()


def test_both_have_the_same_operations() -> None:
    described = {raw["operationId"] for item in description.description()["paths"].values() for raw in item.values()}
    assert described == description.operations().keys()


def test_both_have_the_same_schemas() -> None:
    assert description.description()["components"]["schemas"].keys() == description.schemas().keys()


def test_the_methods_document_a_duplicate_external_id_as_the_description_does() -> None:
    declared = {
        f"{method.upper()} {path.removeprefix('/beta')}"
        for path, item in description.description()["paths"].items()
        for method, raw in item.items()
        if "Duplicate externalId" in " ".join(raw["responses"].get("400", {}).get("description", "").split())
    }
    methods = api_surface.methods()
    documented = {method.request for method in methods if "duplicate `external_id`" in (method.function.__doc__ or "")}
    assert documented == declared == {"POST /conversations", "POST /conversations/{conversationId}/messages"}
