"""The zip of reports is offered as it was prepared, not under other names or units."""

from __future__ import annotations

import pytest

from tests.integration.test_ui_pages import FramesStore, app_over


@pytest.fixture
def app(monkeypatch):
    return app_over(monkeypatch, FramesStore())


def offered(app) -> list[str]:
    return [b.proto.label for b in app.get("download_button") if b.proto.label.startswith("Download")]


def prepare(app) -> None:
    next(b for b in app.button if b.label.startswith("Prepare")).click().run()


@pytest.mark.parametrize(("switch", "value"), [("masked", True), ("units", "si")])
def test_a_zip_prepared_otherwise_is_not_offered_any_more(app, switch, value):
    app.run()
    prepare(app)
    assert offered(app) == ["Download 8 reports"] and not app.exception
    app.session_state[switch] = value
    app.run()
    assert offered(app) == []
    prepare(app)
    assert offered(app) == ["Download 8 reports"]
