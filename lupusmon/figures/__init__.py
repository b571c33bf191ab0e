"""Finished data in, Plotly figures out (plain dicts). Nothing is computed from medicine here and nothing is drawn."""
