"""A patch says of each field whether it stays, changes, or is cleared."""

import inspect
from types import NoneType
from typing import get_args, get_type_hints

import attrs
import pytest

import dixa_async.models
from dixa_async import UNSET, Unset
from dixa_async.models import BulkAgentPatch, BulkEndUserPatch
from dixa_async.models.base import Model, wire_fields

CANNOT_BE_CLEARED = {
    "AgentPatch.display_name",
    "ArticlePatch.pre_release",
    "BulkAgentPatch.display_name",
    *(f"WebhookSubscriptionPatch.{name}" for name in ("name", "url", "authorization", "enabled")),
}
"""Fields that can change, and for which null has no meaning."""

PATCHES = [
    value
    for name in dir(dixa_async.models)
    if name.endswith("Patch") and inspect.isclass(value := getattr(dixa_async.models, name))
]


def test_all_patches_are_checked() -> None:
    assert {BulkAgentPatch, BulkEndUserPatch} < set(PATCHES)
    assert len(PATCHES) >= 6


@pytest.mark.parametrize("patch", PATCHES)
def test_a_field_that_is_not_given_stays_and_none_clears_it(patch: type[Model]) -> None:
    hints = get_type_hints(patch)
    for field in wire_fields(patch):
        if field.default is attrs.NOTHING:
            continue
        assert field.default is UNSET
        kinds = set(get_args(hints[field.name]))
        assert Unset in kinds
        assert (NoneType in kinds) != (f"{patch.__name__}.{field.name}" in CANNOT_BE_CLEARED)
