"""Headers of every answer and the readiness answer, asked of the server's own parts without a browser."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from lupusmon.storage import StoreTrouble
from lupusmon.ui import server, session

PAGE = Path(streamlit.__file__).parent / "static" / "index.html"


def serve() -> Starlette:
    """Our parts around a page and Streamlit's scripts."""
    routes = [Route("/page", lambda _request: PlainTextResponse("hello"))]
    routes.append(Mount("/static", StaticFiles(directory=PAGE.parent / "static")))
    return Starlette(routes=[*server.ROUTES, *routes], middleware=list(server.MIDDLEWARE))


def ask(path: str, app: Starlette | None = None, **asked: str) -> tuple[int, dict[str, str], bytes]:
    """(status, headers, body) of a GET, through the middleware."""
    app = app or serve()
    headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in asked.items()]
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
    scope |= {"headers": headers, "http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 1), "root_path": ""}
    sent: list[dict] = []
    asked_for: list[dict] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict:
        if not asked_for:  # a browser that waits
            await asyncio.Event().wait()
        return asked_for.pop()

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


def test_scripts_come_gzipped_to_whoever_takes_that_and_are_the_same_scripts():
    script = max((PAGE.parent / "static" / "js").glob("*.js"), key=lambda path: path.stat().st_size)
    path, content, app = f"/static/js/{script.name}", script.read_bytes(), serve()
    first, again = (ask(path, app, accept_encoding="br, gzip") for _ in range(2))
    assert first == again and gzip.decompress(first[2]) == content and len(first[2]) < len(content) / 2
    assert first[1]["content-encoding"] == "gzip" and int(first[1]["content-length"]) == len(first[2])
    assert "accept-encoding" in first[1]["vary"].lower() and "content-security-policy" in first[1]
    assert first[1]["content-type"] == ask(path, app)[1]["content-type"]
    assert ask(path, app)[2] == content, "who takes no gzip"
    part = ask(path, app, accept_encoding="gzip", range="bytes=0-9")
    assert part[::2] == (206, content[:10]), "a part"
    assert ask(path, app, accept_encoding="gzip", if_none_match=first[1]["etag"])[::2] == (304, b"")


def test_a_script_that_is_not_there_is_not_there_gzipped_either():
    status, headers, _ = ask("/static/js/none.js", accept_encoding="gzip")
    assert status == 404 and "content-encoding" not in headers
