"""``python -m tests.benchmarks``."""

from . import imports, overhead, serialization, traffic

serialization.report()
print()
imports.report()
print()
overhead.report()
print()
traffic.report()
