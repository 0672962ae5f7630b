"""Unit tests. Hypothesis tries few examples and has no deadline: the suite stays quick, also on a busy machine."""

from hypothesis import HealthCheck, settings

settings.register_profile("unit", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unit")
