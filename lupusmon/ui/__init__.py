"""The screen: the only place that knows Streamlit, the clock and the environment."""

from lupusmon import words

__all__ = ["words"]
