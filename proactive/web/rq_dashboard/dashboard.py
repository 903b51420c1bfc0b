"""rq-dashboard at /rq, for those who signed in with a service key."""

from __future__ import annotations

import datetime as dt
import secrets
from functools import partial
from typing import Any, cast

import rq_dashboard  # type: ignore[import-untyped]
from a2wsgi import WSGIMiddleware
from flask import Flask, abort, redirect, request, url_for
from redis import Redis, RedisError
from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.serializers import JSONSerializer
from rq_dashboard import web
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proactive.app import Application
from proactive.jobs.resend import requeue
from proactive.queue.rq_classes import QUEUE_NAME, JsonJob
from proactive.queue.worker_view import WorkerView
from proactive.web.auth.origin import check_origin
from proactive.web.auth.sessions import COOKIE, SIGN_IN, Sessions
from proactive.web.rq_dashboard import html
from proactive.web.security_headers import HEADERS, POLICY

_AWAY = "A fila não responde no momento."
_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


class GuardedDashboard:
    """The dashboard as an ASGI application, behind the pages' sign-in; `stylesheet` is the address of ours for it."""

    def __init__(self, application: Application, sessions: Sessions, stylesheet: str) -> None:
        self._sessions = sessions
        self._dashboard = cast(ASGIApp, WSGIMiddleware(_flask(application, stylesheet), workers=4))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve it to a session of a service key."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS | {POLICY: headers.get(POLICY, HEADERS[POLICY])})
            await send(message)

        try:
            refusal = await self._refusal(Request(scope))
        except RedisError:
            refusal = PlainTextResponse(_AWAY, 503)
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


def _flask(application: Application, stylesheet: str) -> Any:
    app = Flask("rq_dashboard")
    app.config.update(RQ_DASHBOARD_REDIS_URL=str(application.settings.redis_url), RQ_DASHBOARD_POLL_INTERVAL=2500)
    web.config.serializer = JSONSerializer
    # its own would leave the message's record failed, so that the job had nothing to do
    web.requeue_job = partial(_requeue, application)
    web.Worker, web.serialize_current_job = WorkerView, _current_job
    # its own would open a pool at every request, and never close it
    web.from_url = lambda *_, **__: (None, application.redis)
    web.setup_rq_connection(app)
    app.register_blueprint(rq_dashboard.blueprint)
    app.before_request(_check_address)
    app.after_request(partial(_secure, stylesheet))
    app.register_error_handler(NoSuchJobError, lambda _: ("Este job não existe mais.", 404, _PLAIN))
    app.register_error_handler(RedisError, lambda _: (_AWAY, 503, _PLAIN))
    return app


def _current_job(job: Job | None) -> Any:
    """The job that a worker runs, without the data that rq-dashboard would show."""
    return {"job_id": job.id, "created_at": job.created_at, "call_string": job.description} if job else "idle"


def _check_address() -> Any:
    address = request.view_args or {}
    if not html.is_known_address(address):
        abort(404)
    if request.endpoint == "rq_dashboard.jobs_overview" and address["queue_name"] is None:
        # its own is the queue "default", which nobody has
        return redirect(url_for(request.endpoint, **address | {"queue_name": QUEUE_NAME}))
    return None


def _secure(stylesheet: str, response: Any) -> Any:
    if response.mimetype == "text/html":
        nonce = secrets.token_urlsafe(16)
        response.set_data(html.secured(response.get_data(as_text=True), nonce, stylesheet))
        response.headers[POLICY] = html.policy(nonce)
    return response


def _requeue(application: Application, job_id: str, connection: Redis) -> None:
    job = JsonJob.fetch(job_id, connection=connection)
    requeue(application, job, dt.datetime.now(dt.UTC))
