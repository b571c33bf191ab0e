"""A finished figure handed to Streamlit as it is.

Streamlit turns a dict into a validated `go.Figure` and back at every drawing, 25 ms for a timeline. Our figures are
validated by their tests, and the browser gets the same JSON.
"""

from __future__ import annotations

from plotly.basedatatypes import BaseFigure


class ReadyFigure(BaseFigure):
    """A figure that is not looked at again."""

    def __new__(cls, figure: dict) -> ReadyFigure:
        made = object.__new__(cls)
        object.__setattr__(made, "ready", figure)
        return made

    def __init__(self, figure: dict) -> None:
        """Nothing of what BaseFigure sets up is needed to be drawn."""

    def to_dict(self) -> dict:
        """The figure as it was given."""
        return self.ready
