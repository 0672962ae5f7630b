"""A job of a million inputs needs no more memory than a short one, and little time for itself."""

import subprocess
import sys
from pathlib import Path

import pytest

_PROGRAM = Path(__file__).with_name("growing_job.py")
_COUNT = 1_000_000


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("order", ["completion", "input"])
def test_the_memory_does_not_grow_with_the_inputs(order: str) -> None:
    printed = subprocess.run(
        [sys.executable, _PROGRAM, str(_COUNT), order], check=True, capture_output=True, text=True
    ).stdout
    taken, growth, microseconds = printed.split()
    print(f"\n{order}: {growth} KiB more after the first tenth, {float(microseconds):.1f} us for an input")
    assert int(taken) == _COUNT
    assert int(growth) <= 4096
    assert float(microseconds) < 100
