"""The guard of the dashboard that stands alone: by which name it is called, by whom, and from which page."""

from __future__ import annotations

import base64
import binascii
import hmac
import re

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proactive.web.auth.origin import check_origin
from proactive.web.security_headers import HEADERS, POLICY

_STRANGE_HOST = "This dashboard is not called by this name: use 127.0.0.1, or set RQ_DASHBOARD_HOSTS."
_FOREIGN = "This request did not come from this dashboard."
#: No page of it sends a body; more is not read.
_BODY = 64 * 1024
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?")


class StandaloneGuard:
    """ASGI middleware: an allow-list of hosts (in small letters, without ports), a name and password, same origin."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str], username: str | None, password: str | None) -> None:
        """Without a name and a password nobody is asked for them."""
        self._app, self._hosts = app, hosts
        self._credential = f"{username}:{password}".encode() if username and password else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve what is neither another site's, nor a stranger's."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS | {POLICY: headers.get(POLICY, HEADERS[POLICY])})
            await send(message)

        await (self._refusal(Request(scope)) or self._app)(scope, receive, with_headers)

    def _refusal(self, request: Request) -> Response | None:
        hosts = request.headers.getlist("host")
        if len(hosts) != 1 or _name(hosts[0]) not in self._hosts:
            return PlainTextResponse(_STRANGE_HOST, 421)
        if not self._knows(request.headers.get("authorization", "")):
            challenge = {"WWW-Authenticate": 'Basic realm="rq-dashboard", charset="UTF-8"'}
            return PlainTextResponse("A name and a password are needed.", 401, challenge)
        if request.method not in ("GET", "HEAD"):
            try:
                check_origin(request)
            except HTTPException:
                return PlainTextResponse(_FOREIGN, 403)
        length = request.headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit() and len(length) < 10 and int(length) <= _BODY):
            return PlainTextResponse("The body is too large.", 413)
        return None

    def _knows(self, authorization: str) -> bool:
        if self._credential is None:
            return True
        scheme, _, encoded = authorization.partition(" ")
        try:
            given = base64.b64decode(encoded.strip(), validate=True)
        except (binascii.Error, ValueError):
            given = b""
        return scheme.lower() == "basic" and hmac.compare_digest(given, self._credential)


def _name(host: str) -> str:
    """The name in a Host header, without the port and the brackets of an IPv6 address; empty where it is none."""
    found = _HOST.fullmatch(host.lower())
    return found["name"].strip("[]") if found else ""
