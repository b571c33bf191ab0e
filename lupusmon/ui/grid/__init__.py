"""The accessible table of worklist, ledger and labs: data in, what was chosen out."""

from lupusmon.ui.grid.table import Chosen, Column, Grid, draw_grid, find_chosen, group_row, pack_rows

__all__ = ["Chosen", "Column", "Grid", "draw_grid", "find_chosen", "group_row", "pack_rows"]
