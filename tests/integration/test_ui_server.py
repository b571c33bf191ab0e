"""Headers of every answer and the readiness answer, asked of the server's own parts without a browser."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from lupusmon.storage import StoreTrouble
from lupusmon.ui import server, session

PAGE = Path(streamlit.__file__).parent / "static" / "index.html"


def ask(path: str) -> tuple[int, dict[str, str], bytes]:
    """(status, headers, body) of a GET, through the middleware."""
    app = Starlette(
        routes=[*server.ROUTES, Route("/page", lambda _request: PlainTextResponse("hello"))],
        middleware=list(server.MIDDLEWARE),
    )
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
    scope |= {"headers": [], "http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 1), "root_path": ""}
    sent: list[dict] = []

    async def receive() -> dict:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict) -> None:
        sent.append(message)

    with ThreadPoolExecutor(1) as beside:  # a browser test may have left its loop to this thread
        beside.submit(asyncio.run, app(scope, receive, send)).result()
    start = next(message for message in sent if message["type"] == "http.response.start")
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, b"".join(message.get("body", b"") for message in sent)


@pytest.mark.parametrize("path", ["/page", "/readyz", "/nowhere"])
def test_every_answer_carries_the_headers(path, monkeypatch):
    monkeypatch.setattr(session, "load_store", lambda: FakeStore())
    _, headers, _ = ask(path)
    assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    rules = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert rules["default-src"] == "'self'" and rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in rules["script-src"], "no inline script, no eval"
    assert not any(host in headers["content-security-policy"] for host in ("http:", "https:", "*"))


def test_the_policy_allows_exactly_the_scripts_written_into_streamlits_page():
    page = PAGE.read_text(encoding="utf-8")
    inline = page.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    assert server.hash_inline_scripts(page) == [f"'sha256-{digest}'"]
    assert server.hash_inline_scripts(page.replace("prerenderReady = false", "prerenderReady = 0")) != [
        f"'sha256-{digest}'"
    ]
    assert server.hash_inline_scripts('<script type="module" src="./a.js"></script>') == []


class FakeStore:
    def __init__(self, trouble: bool = False):
        self.trouble = trouble

    def version(self):
        if self.trouble:
            raise StoreTrouble("the store /secret/place cannot be opened")
        return "v"


def test_ready_when_the_store_can_be_read_and_not_before(monkeypatch):
    monkeypatch.setattr(session, "load_store", lambda: FakeStore())
    assert ask("/readyz")[::2] == (200, b'{"ready":true}')
    monkeypatch.setattr(session, "load_store", lambda: FakeStore(trouble=True))
    assert ask("/readyz")[::2] == (503, b'{"ready":false}'), "and not a word about the place"
