"""rq-dashboard at /rq, for those who signed in with a service key."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any, cast

import rq_dashboard  # type: ignore[import-untyped]
from a2wsgi import WSGIMiddleware
from flask import Flask
from redis import Redis
from rq.serializers import JSONSerializer
from rq_dashboard import web
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proactive.bootstrap import Application
from proactive.pages.looks import HEADERS
from proactive.pages.route import COOKIE, SIGN_IN, check_origin
from proactive.pages.sessions import Sessions
from proactive.queue import JsonJob
from proactive.requeue import requeue

#: Its own pages have scripts and styles in them.
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


class GuardedDashboard:
    """The dashboard as an ASGI application, behind the pages' sign-in."""

    def __init__(self, application: Application, sessions: Sessions) -> None:
        self._sessions = sessions
        self._dashboard = cast(ASGIApp, WSGIMiddleware(_flask(application), workers=4))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve who may see it."""
        headers = HEADERS | {"Content-Security-Policy": _POLICY}

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        refusal = await self._refusal(Request(scope))
        await (refusal or self._dashboard)(scope, receive, with_headers)

    async def _refusal(self, request: Request) -> Response | None:
        session = await run_in_threadpool(self._sessions.find, request.cookies.get(COOKIE))
        if session is None:
            return RedirectResponse(f"{SIGN_IN}?para=/rq/", 303)
        if session.caller.kind != "service":
            return PlainTextResponse("Somente com uma chave de serviço.", 403)
        if request.method not in ("GET", "HEAD"):
            try:
                check_origin(request)
            except HTTPException:
                return PlainTextResponse("Este pedido não veio desta página.", 403)
        return None


def _flask(application: Application) -> Any:
    app = Flask("rq_dashboard")
    app.config.update(RQ_DASHBOARD_REDIS_URL=str(application.settings.redis_url), RQ_DASHBOARD_POLL_INTERVAL=2500)
    web.config.serializer = JSONSerializer
    # its own would leave the message's record failed, so that the job had nothing to do
    web.requeue_job = partial(_requeue, application)
    web.setup_rq_connection(app)
    app.register_blueprint(rq_dashboard.blueprint)
    return app


def _requeue(application: Application, job_id: str, connection: Redis) -> None:
    job = JsonJob.fetch(job_id, connection=connection)
    requeue(application, job, dt.datetime.now(dt.UTC))
