"""How long Hypothesis searches: the same cases every time, or new ones for as long as one likes.

`HYPOTHESIS_PROFILE=explore pytest tests/properties` looks for cases that nobody has seen.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]

settings.register_profile(
    "same", max_examples=50, stateful_step_count=30, derandomize=True, deadline=None, suppress_health_check=_SLOW
)
settings.register_profile(
    "explore", max_examples=1000, stateful_step_count=60, deadline=None, suppress_health_check=_SLOW
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
