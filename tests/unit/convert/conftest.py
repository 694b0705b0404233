"""Conversions are tested for what they give, not for how long that takes on a busy machine."""

from hypothesis import HealthCheck, settings

settings.register_profile("any time", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any time")
