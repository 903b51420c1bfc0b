"""Who may do what: every endpoint with every credential, for the own organisation and for another one.

The endpoints come from the application: one that is not in the table fails.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from rq.job import Job

from proactive.app import Application
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue
from sandbox.stack import LocalStack
from tests.support.world import Business, World
from tests.web.conftest import BASE, Client, assert_problem, named

OK = {200, 202}
#: What anybody who reaches the port may see; monitoring is open as Prometheus has it, and names no organisation.
PUBLIC = {"/docs", "/docs-files", "/docs/oauth2-redirect", "/openapi.json", "/metrics", "/healthz", "/readyz"}
#: Pages have sessions instead of bearer credentials: see tests/web/pages/test_scope.py and test_page_route.py.
PAGES = ("/painel", "/mensagens", "/entrar", "/sair", "/rq", "/estatico")
WEBHOOK = ("POST", "/webhooks/whatsapp/evolution")
#: The same with the event's name in the address: it is in no document.
WEBHOOK_BY_EVENT = ("POST", "/webhooks/whatsapp/evolution/{event}")


@dataclass(frozen=True)
class Case:
    """How an endpoint is asked about a business; `answer` is what a user gets about another business."""

    path: Callable[[Business, Things], str]
    about_others: set[int]
    body: Callable[[Business], dict[str, Any]] | None = None


class Things:
    """A failed job and a failed message of each business."""

    def __init__(self, application: Application, stack: LocalStack) -> None:
        self._app, self._stack = application, stack

    def job(self, business: Business) -> str:
        now = dt.datetime.now(dt.UTC)
        task = Task(
            type="daily_summary", organization_id=business.organization, recipient=Recipient.owner(business.owner),
            key="2026-11-22", scheduled_for=now, timezone="America/Sao_Paulo", by_hand=True,
        )  # fmt: skip
        job: Job = enqueue(self._app.queue, task)
        self._app.queue.remove(job)
        job.set_status("failed")  # type: ignore[arg-type]
        self._app.queue.failed_job_registry.add(job, 3600)
        return job.id

    def message(self, business: Business) -> str:
        message_id = str(uuid4())
        metadata = '{"occurrence": "2026-11-22", "timezone": "America/Sao_Paulo", "attempts": 3}'
        with psycopg.connect(self._stack.dsn) as connection:
            connection.execute(
                """insert into aurora_proactive_messages (id, organization_id, owner_number_id, message_type, content,
                     scheduled_for, status, error_message, metadata)
                   values (%s, %s, %s, 'daily_summary', 'secret of one', now(), 'failed', 'no', %s)""",
                [message_id, business.organization, business.owner, metadata],
            )
        return message_id

    def stopped(self, business: Business) -> str:
        """The organisation of a business whose instance is stopped."""
        assert business.instance
        self._app.breakers.stop(business.instance, "refused")
        return str(business.organization)


def daily(business: Business) -> dict[str, Any]:
    return {"type": "daily_summary", "data": {}, **named(business)}


def organization(business: Business) -> dict[str, Any]:
    return {"organizationId": str(business.organization), "type": "birthdays"}


CASES: dict[tuple[str, str], Case] = {
    ("POST", BASE): Case(lambda b, t: "", {403}, daily),
    ("POST", f"{BASE}/preview"): Case(lambda b, t: "/preview", {403}, daily),
    ("GET", f"{BASE}/jobs"): Case(lambda b, t: "/jobs?state=failed", {200}),
    ("GET", f"{BASE}/jobs/{{job_id}}"): Case(lambda b, t: f"/jobs/{t.job(b)}", {404}),
    ("POST", f"{BASE}/jobs/{{job_id}}/requeue"): Case(lambda b, t: f"/jobs/{t.job(b)}/requeue", {404}),
    ("GET", f"{BASE}/messages"): Case(lambda b, t: f"/messages?organizationId={b.organization}", {403}),
    ("GET", f"{BASE}/messages/{{message_id}}"): Case(lambda b, t: f"/messages/{t.message(b)}", {404}),
    ("POST", f"{BASE}/messages/{{message_id}}/requeue"): Case(lambda b, t: f"/messages/{t.message(b)}/requeue", {404}),
    ("GET", f"{BASE}/schedule"): Case(lambda b, t: "/schedule", {200}),
    ("GET", f"{BASE}/pauses"): Case(lambda b, t: "/pauses", {200}),
    ("POST", f"{BASE}/pause"): Case(lambda b, t: "/pause", {403}, organization),
    ("POST", f"{BASE}/resume"): Case(lambda b, t: "/resume", {403}, organization),
    ("GET", f"{BASE}/instances/stopped"): Case(lambda b, t: f"/instances/stopped?organizationId={t.stopped(b)}", {403}),
    ("POST", f"{BASE}/instances/release"): Case(
        lambda b, t: t.stopped(b) and "/instances/release", {404}, lambda b: {"name": b.instance}
    ),
}


def endpoints(app: FastAPI) -> set[tuple[str, str]]:
    """Every route, whether or not /docs tells it; mounted applications have an empty method."""
    found: set[tuple[str, str]] = set()
    for route in iter_route_contexts(app.routes):
        methods = getattr(route.original_route, "methods", None) or {""}
        found |= {(method, str(route.path)) for method in methods}
    return found


@pytest.fixture
def things(application: Application, stack: LocalStack, queue: object) -> Things:
    return Things(application, stack)


def call(client: Client, method: str, case: Case, business: Business, things: Things) -> httpx.Response:
    path = case.path(business, things)
    return client.post(path, case.body(business) if case.body else None) if method == "POST" else client.get(path)


def test_every_endpoint_is_in_the_table_and_in_the_document(app: FastAPI) -> None:
    others = {path for _, path in endpoints(app) if path in PUBLIC or path == "/" or path.startswith(PAGES)}
    guarded = {(method, path) for method, path in endpoints(app) if path not in others}
    assert guarded == set(CASES) | {WEBHOOK, WEBHOOK_BY_EVENT}
    paths = app.openapi()["paths"].items()
    assert {(method.upper(), path) for path, methods in paths for method in methods} == guarded - {WEBHOOK_BY_EVENT}


@pytest.mark.parametrize(("method", "path"), [*CASES, WEBHOOK, WEBHOOK_BY_EVENT])
@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Basic dXNlcjpwYXNz", "Bearer aurora_wrong", "Bearer a.b.c", "anon", "service_role"],
)
def test_nobody_else_is_let_in(
    http: httpx.Client, stack: LocalStack, method: str, path: str, authorization: str | None
) -> None:
    supabase = {"anon": stack.anon_key, "service_role": stack.service_role_key}
    if authorization in supabase:
        authorization = f"Bearer {supabase[authorization]}"
    headers = {"Authorization": authorization} if authorization is not None else {}
    # neither the body nor the parameters are looked at before the caller is known
    answer = http.request(method, path.replace("{", "").replace("}", ""), headers=headers, content=b"{not json")
    assert_problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "path"), CASES)
def test_a_service_key_may_do_everything_for_everybody(
    service: Client, things: Things, ours: Business, theirs: Business, method: str, path: str
) -> None:
    for business in (ours, theirs):
        service.post("/pause", organization(business))
        assert call(service, method, CASES[method, path], business, things).status_code in OK


@pytest.mark.parametrize(("method", "path"), CASES)
def test_a_user_may_do_everything_for_the_own_organisation_and_nothing_for_another(
    as_user: Callable[..., Client],
    service: Client,
    things: Things,
    ours: Business,
    theirs: Business,
    method: str,
    path: str,
) -> None:
    case = CASES[method, path]
    user = as_user(ours)
    for business in (ours, theirs):
        service.post("/pause", organization(business))
    assert call(user, method, case, ours, things).status_code in OK
    answer = call(user, method, case, theirs, things)
    assert answer.status_code in case.about_others
    if not answer.is_success:
        assert_problem(answer, answer.status_code)
    for secret in (str(theirs.organization), str(theirs.owner), "secret of one"):
        if secret not in answer.request.url.path + answer.request.url.query.decode():
            assert secret not in answer.text
    service.post("/resume", organization(ours))
    service.post("/resume", organization(theirs))


def test_a_user_sees_the_own_jobs_and_messages_only(
    as_user: Callable[..., Client], things: Things, world: World
) -> None:
    mine, other = world.business(), world.business()
    jobs = [things.job(business) for business in (mine, other, mine)]
    messages = [things.message(business) for business in (mine, other, mine)]
    user = as_user(mine)
    answer = user.get("/jobs?state=failed").json()
    assert {job["id"] for job in answer["jobs"]} == {jobs[0], jobs[2]}
    assert answer["counts"] is None
    assert {row["id"] for row in user.get("/messages").json()["messages"]} == {messages[0], messages[2]}


def test_a_session_without_an_organisation_is_nobodys(http: httpx.Client, stack: LocalStack) -> None:
    cases: tuple[object, ...] = ({}, None, "x", {"organization_id": "x"}, {"organization_id": 1}, [])
    for metadata in cases:
        # user_metadata is what users can write themselves
        token = stack.user_token(app_metadata=metadata, user_metadata={"organization_id": str(uuid4())})
        for path in ("/jobs", "/messages", "/schedule", "/pauses"):
            assert_problem(Client(http, {"Authorization": f"Bearer {token}"}).get(path), 403)
