"""``python -m tests.benchmarks``."""

from . import imports, serialization

serialization.report()
print()
imports.report()
