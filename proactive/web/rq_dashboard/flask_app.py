"""rq-dashboard as a Flask application with its flaws mended: for /rq of `web`, and for the command `rq-dashboard`."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

import rq_dashboard  # type: ignore[import-untyped]
from flask import Flask, abort, redirect, request, url_for
from redis import Redis, RedisError
from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.serializers import JSONSerializer
from rq_dashboard import web
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from proactive.app import Application
from proactive.errors import InvalidInput, SupabaseError
from proactive.jobs.resend import requeue
from proactive.model.author import Author
from proactive.queue.rq_classes import QUEUE_NAME, JsonJob
from proactive.queue.worker_view import WorkerView
from proactive.records.changes import Change
from proactive.web.failures import log_failure
from proactive.web.rq_dashboard import html
from proactive.web.security_headers import POLICY

AWAY = "A fila não responde no momento."
_SUPABASE_AWAY = "O banco de dados não responde no momento: nada foi reenviado."
_NOT_FAILED = "Só um job que falhou pode voltar à fila."
_BROKEN = "Algo deu errado do nosso lado. Está no registro."
_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
#: Puts the failed job of an id back on the queue, so that its message is sent once more.
Requeue = Callable[[str], None]
#: Writes down that somebody changed the queue at an address of the dashboard.
Note = Callable[[str], None]


def build_flask_app(redis: Redis, requeue_job: Requeue, note: Note, home: str | None = None) -> Any:
    """The dashboard (a flask.Flask); `note` is told of what changed the queue, `home` is the address of the page above.

    rq-dashboard keeps what it works with in its module: a process has one of it.
    """
    app = Flask("rq_dashboard")
    # it shows the address of Redis, which may hold a password
    app.config.update(RQ_DASHBOARD_REDIS_URL="redis", RQ_DASHBOARD_POLL_INTERVAL=2500)
    web.config.serializer = JSONSerializer
    # its own would leave the message's record failed, so that the job had nothing to do
    web.requeue_job = lambda job_id, connection: requeue_job(job_id)
    web.Worker, web.serialize_current_job = WorkerView, _current_job
    # its own would open a pool at every request, and never close it
    web.from_url = lambda *_, **__: (None, redis)
    web.setup_rq_connection(app)
    app.register_blueprint(rq_dashboard.blueprint)
    app.before_request(partial(_check_method, app))
    app.before_request(_check_address)
    app.after_request(partial(_noted, note))
    app.after_request(partial(_secure, home))
    _handle_errors(app)
    return app


def requeue_in(application: Application, author: Callable[[], Author], job_id: str) -> None:
    """Put the failed job of an id back on the queue, its message to be sent once more. Raises like `resend.requeue`."""
    job = JsonJob.fetch(job_id, connection=application.redis)
    requeue(application, job, dt.datetime.now(dt.UTC), author())


def note_in(application: Application, author: Callable[[], Author], path: str) -> None:
    """Write down that somebody changed the queue. Raises redis.RedisError."""
    application.changes.record(Change(author(), "queue_changed", path))


def _noted(note: Note, response: Any) -> Any:
    if request.method == "POST" and response.status_code < 400:
        note(request.path)
    return response


def _handle_errors(app: Flask) -> None:
    said: dict[type[Exception], tuple[str, int]] = {
        NoSuchJobError: ("Este job não existe mais.", 404),
        InvalidInput: (_NOT_FAILED, 409),
        RedisError: (AWAY, 503),
        SupabaseError: (_SUPABASE_AWAY, 503),
    }
    for error, (text, status) in said.items():
        app.register_error_handler(error, lambda _, text=text, status=status: (text, status, _PLAIN))
    app.register_error_handler(Exception, _unforeseen)


def _unforeseen(error: Exception) -> Any:
    """One line of the log, and no traceback, which may quote what a job holds."""
    if isinstance(error, HTTPException):
        return error
    return _BROKEN, log_failure(error, "page").status, _PLAIN


def _current_job(job: Job | None) -> Any:
    """The job that a worker runs, without the data that rq-dashboard would show."""
    return {"job_id": job.id, "created_at": job.created_at, "call_string": job.description} if job else "idle"


def _check_method(app: Flask) -> None:
    """What changes the queue takes POST only: rq-dashboard requeues at a GET as well, which any link can cause."""
    rule = request.url_rule
    if rule is None or request.method == "POST":
        return
    if any("POST" in (each.methods or ()) for each in app.url_map.iter_rules(rule.endpoint)):
        raise MethodNotAllowed(["POST"])


def _check_address() -> Any:
    address = request.view_args or {}
    if not html.is_known_address(address):
        abort(404)
    if request.endpoint == "rq_dashboard.jobs_overview" and address["queue_name"] is None:
        # its own is the queue "default", which nobody has
        return redirect(url_for(request.endpoint, **address | {"queue_name": QUEUE_NAME}))
    return None


def _secure(home: str | None, response: Any) -> Any:
    if response.mimetype == "text/html":
        nonce = secrets.token_urlsafe(16)
        response.set_data(html.secured(response.get_data(as_text=True), nonce, home))
        response.headers[POLICY] = html.policy(nonce)
    return response
