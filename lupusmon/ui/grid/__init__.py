"""The accessible table of worklist, ledger and labs: data in, the key of what was chosen out."""

from lupusmon.ui.grid.table import Column, Grid, draw_grid, group_row

__all__ = ["Column", "Grid", "draw_grid", "group_row"]
