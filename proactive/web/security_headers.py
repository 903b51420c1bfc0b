"""The security headers of everything that `web` answers, and the refusal of what it does not speak (WebSockets)."""

from __future__ import annotations

from types import MappingProxyType

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proactive.web.failures import problem_of
from proactive.web.problems import Problem, problem_response

POLICY = "Content-Security-Policy"
#: The pages run no script, style, image or form but our own, and nobody frames them.
_PAGES_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    POLICY: _PAGES_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
#: What every answer has that says nothing else: of the API, the webhooks, metrics, health, and refusals.
_DEFAULTS = MappingProxyType({
    POLICY: "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
})  # fmt: skip
#: /docs is FastAPI's page: it starts its script inline, and shows nothing that anybody sent.
_DOCS_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_NO_WEBSOCKETS = "There are no WebSockets here: send a plain HTTP request, without the header Upgrade."


class SecurityHeaders:
    """ASGI middleware around the whole application; `docs` are the paths of FastAPI's page and its files."""

    def __init__(self, app: ASGIApp, docs: str, docs_files: str) -> None:
        self._app, self._docs, self._docs_files = app, docs, docs_files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, with our headers. What nobody foresaw becomes a problem document and one line of the log."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        defaults, started = self._defaults(scope["path"]), False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in defaults.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            if _asks_for_a_websocket(scope):
                raise Problem(400, _NO_WEBSOCKETS)
            await self._app(scope, receive, with_headers)
        except ClientDisconnect:
            return  # nobody is there to be answered
        except Problem as problem:
            await problem_response(Request(scope), problem)(scope, receive, with_headers)
        except Exception as error:
            answer = problem_response(Request(scope), problem_of(error))
            # an answer that has begun stays incomplete: the server closes the connection, so that the client notices
            if not started:
                await answer(scope, receive, with_headers)

    def _defaults(self, path: str) -> dict[str, str]:
        if path == self._docs:
            return {**_DEFAULTS, POLICY: _DOCS_POLICY}
        if path.startswith(f"{self._docs_files}/"):
            return {**_DEFAULTS, "Cache-Control": "no-cache"}
        return dict(_DEFAULTS)


def _asks_for_a_websocket(scope: Scope) -> bool:
    return any(name == b"upgrade" and b"websocket" in value.lower() for name, value in scope["headers"])
