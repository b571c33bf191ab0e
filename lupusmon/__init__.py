"""lupusmon: whether infusions work in lupus, from the laboratory's numbers, with the evidence for every verdict."""

from __future__ import annotations

from lupusmon.version import RULES_VERSION, __version__

TYPE_CHECKING = False  # type checkers read it as true; importing typing would cost `--help` 20 ms
if TYPE_CHECKING:
    from lupusmon.pipeline import analyze
    from lupusmon.result import Analysis

__all__ = ["RULES_VERSION", "Analysis", "__version__", "analyze"]


def __getattr__(name: str) -> object:
    """The heavy parts are imported on first use, so that `--help` is quick."""
    if name == "analyze":
        from lupusmon.pipeline import analyze

        return analyze
    if name == "Analysis":
        from lupusmon.result import Analysis

        return Analysis
    raise AttributeError(f"module 'lupusmon' has no attribute {name!r}")
