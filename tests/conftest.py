"""Settings for all tests: hypothesis without deadlines (CI machines are slow), no network, no personal folders."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "lupusmon",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    derandomize=True,
)
settings.load_profile("lupusmon")
os.environ.setdefault("STREAMLIT_BROWSER_GATHER_USAGE_STATS", "false")

pytest_plugins = ["tests.databases"]  # stores on SQLite and PostgreSQL


@pytest.fixture(autouse=True, scope="module")
def own_main() -> Iterator[None]:
    """Streamlit's AppTest leaves the app as `__main__`; a process spawned by a later test would run the app."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main
