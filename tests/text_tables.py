"""Small tables as text, for tests a physician can read."""

from __future__ import annotations

import pandas as pd


def table(text: str) -> pd.DataFrame:
    """Columns divided by `|`, one row a line, all cells text; empty cells stay empty."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return pd.DataFrame(rows[1:], columns=rows[0], dtype=str)
