"""The dashboard: `streamlit run dashboard.py`, `python dashboard.py` or `uvicorn dashboard:app`."""

from streamlit import runtime
from streamlit.starlette import App

from lupusmon.ui.ahead import keep_ready
from lupusmon.ui.navigation import run
from lupusmon.ui.server import MIDDLEWARE, ROUTES

app = App(__file__, routes=ROUTES, middleware=MIDDLEWARE, lifespan=keep_ready)

if __name__ == "__main__":
    run() if runtime.exists() else app.run()  # a server runs this file for every viewer; without one it starts one
