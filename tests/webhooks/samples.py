"""Deliveries in the shapes that were seen. They lie beside Dixa's description, and are no part of the project."""

import json
import os
from typing import Any

import pytest

from ..helpers import description

SAMPLES = "webhook-samples.json"


def load() -> list[dict[str, Any]]:
    """The deliveries; the test that calls this is skipped where there are none, and fails in CI."""
    path = description.find(SAMPLES)
    if os.environ.get(description.VARIABLE) == description.OPTED_OUT or not path.exists():
        reason = f"no real deliveries are read: {path} is absent; {description.VARIABLE} can name another place"
        if description.in_ci() and os.environ.get(description.VARIABLE) != description.OPTED_OUT:
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    samples: list[dict[str, Any]] = json.loads(path.read_bytes())
    return samples
