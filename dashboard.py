"""The dashboard: `streamlit run dashboard.py`."""

from lupusmon.ui.navigation import run

run()
