"""The dashboard over made-up frames, for looking at pages without an analysis: `streamlit run fixture_app.py`."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from lupusmon.ui import session
from lupusmon.ui.navigation import run
from tests.contract_frames import make_frames


class FixtureStore(session.MemoryStore):
    def version(self):
        return "fixture"

    def analysis(self, as_of):
        return make_frames(int(os.environ.get("FIXTURE_PATIENTS", "12")))

    def is_demo(self):
        return True


@session.st.cache_resource
def _store():
    return FixtureStore()


session.load_store = _store
run()
