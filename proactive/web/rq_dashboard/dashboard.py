"""rq-dashboard at /rq, for those who signed in with a service key."""

from __future__ import annotations

from functools import partial
from typing import cast

import flask
from a2wsgi import WSGIMiddleware
from redis import RedisError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proactive.app import Application
from proactive.model.author import Author
from proactive.web.auth.origin import check_origin
from proactive.web.auth.sessions import COOKIE, SIGN_IN, Sessions
from proactive.web.rq_dashboard.flask_app import AWAY, build_flask_app, note_in, requeue_in
from proactive.web.security_headers import HEADERS, POLICY

FOREIGN = "Este pedido não veio desta página."
#: Who makes a request, for the application behind the sign-in.
_AUTHOR = b"x-aurora-caller"


class GuardedDashboard:
    """The dashboard as an ASGI application, behind the pages' sign-in."""

    def __init__(self, application: Application, sessions: Sessions) -> None:
        self._sessions = sessions
        requeue_job, note = partial(requeue_in, application, _author), partial(note_in, application, _author)
        dashboard = build_flask_app(application.redis, requeue_job, note, "/fila")
        self._dashboard = cast(ASGIApp, WSGIMiddleware(dashboard, workers=4))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve it to a session of a service key."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS | {POLICY: headers.get(POLICY, HEADERS[POLICY])})
            await send(message)

        try:
            refusal = await self._refusal(request := Request(scope))
            scope = _said_by(scope, request)
        except RedisError:
            refusal = PlainTextResponse(AWAY, 503)
        await (refusal or self._dashboard)(scope, receive, with_headers)

    async def _refusal(self, request: Request) -> Response | None:
        session = await run_in_threadpool(self._sessions.find, request.cookies.get(COOKIE))
        if session is None:
            return RedirectResponse(f"{SIGN_IN}?para=/rq/", 303)
        request.state.caller = session.caller
        if session.caller.kind != "service":
            return PlainTextResponse("Somente com uma chave de serviço.", 403)
        if request.method not in ("GET", "HEAD"):
            try:
                check_origin(request)
            except HTTPException:
                return PlainTextResponse(FOREIGN, 403)
        return None


def _said_by(scope: Scope, request: Request) -> Scope:
    """The request with who makes it, which the application behind sees; nobody else can say so."""
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != _AUTHOR]
    caller = getattr(request.state, "caller", None)
    return {**scope, "headers": [*headers, *([(_AUTHOR, caller.id.encode())] if caller else [])]}


def _author() -> Author:
    return Author(flask.request.headers[_AUTHOR.decode()], "page")
