"""Around the pages: what every answer of the server tells the browser to forbid, and whether the server is ready."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lupusmon.errors import LupusmonError
from lupusmon.ui import session

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)


def hash_inline_scripts(page: str) -> list[str]:
    """The CSP sources that allow exactly the scripts written into a page."""
    scripts = [found.encode() for found in _INLINE_SCRIPT.findall(page)]
    return [f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in scripts]


def build_policy(inline_scripts: Sequence[str]) -> str:
    """The Content-Security-Policy: nothing from another host, no inline script but the page's own.

    blob: is where Streamlit puts the code of our table; data: and blob: images are the charts being saved.
    """
    rules = {
        "default-src": ["'self'"],
        "script-src": ["'self'", "blob:", *inline_scripts],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items())


def _streamlit_page() -> str:
    return (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")


class SecurityHeaders:
    """Adds the headers to every answer; web sockets pass untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": build_policy(hash_inline_scripts(_streamlit_page())),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class CompressedScripts:
    """Streamlit's own scripts and styles, gzipped once and kept: it sends them as they are, 8 MB to a new browser.

    Its reason is the work of doing it at each request, which is saved here. Whoever accepts no gzip, asks for a part or
    whether something has changed gets Streamlit's answer.
    """

    _ASKED_ANEW = {b"if-none-match", b"if-modified-since", b"range"}

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[str, tuple[Message, Message]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._applies(scope):
            await self._app(scope, receive, send)
            return
        if scope["path"] not in self._kept:
            messages: list[Message] = []

            async def collect(message: Message) -> None:
                messages.append(message)

            await self._app(scope, receive, collect)
            if messages[0]["status"] != 200:
                for message in messages:
                    await send(message)
                return
            self._kept[scope["path"]] = await run_in_threadpool(_compress, messages)
        start, body = self._kept[scope["path"]]
        await send(start | {"headers": list(start["headers"])})  # the layer around adds its own
        await send(body)

    def _applies(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["method"] != "GET" or "/static/" not in scope["path"]:
            return False
        headers = dict(scope["headers"])
        accepted = b"gzip" in headers.get(b"accept-encoding", b"")
        return accepted and scope["path"].endswith((".js", ".css")) and not self._ASKED_ANEW & headers.keys()


def _compress(messages: Sequence[Message]) -> tuple[Message, Message]:
    """Start and body of the same answer, gzipped."""
    body = gzip.compress(b"".join(message.get("body", b"") for message in messages), mtime=0)
    start = messages[0] | {"headers": list(messages[0]["headers"])}
    headers = MutableHeaders(scope=start)
    headers["Content-Encoding"], headers["Content-Length"] = "gzip", str(len(body))
    headers.add_vary_header("Accept-Encoding")
    return start, {"type": "http.response.body", "body": body}


async def _ready(_request: Request) -> JSONResponse:
    """200 once the store can be read, 503 until then; says nothing else."""
    try:
        await run_in_threadpool(lambda: session.load_store().version())
    except LupusmonError:
        return JSONResponse({"ready": False}, status_code=503)
    return JSONResponse({"ready": True})


MIDDLEWARE = (Middleware(SecurityHeaders), Middleware(CompressedScripts))
ROUTES = (Route("/readyz", _ready),)
