"""Who may do what: every endpoint with every credential, for the own organisation and for another one.

The endpoints come from the application: one that is not in the table fails.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4, uuid5
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from rq.job import Job

from proactive.app import Application
from proactive.model.occurrence import Occurrence
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue
from sandbox.stack import LocalStack
from tests.support.calendars import ahead
from tests.support.world import Business, World
from tests.web.conftest import BASE, Client, assert_problem, named

OK = {200, 201, 202, 204}
#: What anybody who reaches the port may see; monitoring is open as Prometheus has it, and names no organisation.
PUBLIC = {"/docs", "/docs-files", "/docs/oauth2-redirect", "/openapi.json", "/metrics", "/healthz", "/readyz"}
#: Pages have sessions instead of bearer credentials: see tests/web/pages/test_scope.py and test_page_route.py.
PAGES = (
    "/painel", "/fila", "/mensagens", "/campanhas", "/descadastros", "/instancias", "/pausas", "/organizacoes",
    "/entrar", "/sair", "/rq", "/estatico", "/auditoria", "/engajamento", "/horarios",
    "/calendario", "/textos", "/proximas",
)  # fmt: skip
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

    def ready(self, business: Business) -> str:
        """The organisation of a business that may write to its clients, and has one."""
        organization, key = business.organization, f"{business.organization.int % 10**8:08d}"
        with psycopg.connect(self._stack.dsn) as connection:
            run = connection.execute
            run(
                "insert into aurora_proactive_campaign_settings (organization_id, accepted_by, legal_basis)"
                " values (%s, 'Ana', 'consent') on conflict do nothing",
                [organization],
            )
            run(
                "insert into aurora_proactive_replies (instance_name, gateway_message_id, organization_id, received_at)"
                " values (%s, %s, %s, now())",
                [business.instance, uuid4().hex, organization],
            )
            run("delete from aurora_proactive_campaign_recipients where organization_id = %s", [organization])
            run(
                "insert into contacts (id, organization_id, name, phone, last_contact_at)"
                " values (%s, %s, 'secret of one', %s, now() - interval '40 days') on conflict do nothing",
                [uuid5(organization, "client"), organization, f"119{key}"],
            )
            run(
                "insert into aurora_proactive_consents (organization_id, phone_key, kind, source)"
                " values (%s, %s, 'given', 'page')",
                [organization, f"5511{key}"],
            )
        return str(organization)

    def campaign(self, business: Business, action: str = "") -> str:
        """A campaign in a state in which it allows an action."""
        organization, id_ = self.ready(business), uuid4()
        status = {"pause": "running", "stop": "running", "resume": "paused"}.get(action, "previewed")
        with psycopg.connect(self._stack.dsn) as connection:
            connection.execute(
                """insert into aurora_proactive_campaigns (id, organization_id, source, source_key, instance_name,
                     status, pause_cause, resumes_as, revision, text, audience, frozen, valid_until, previewed_at,
                     starts_at, send_until)
                   values (%s, %s, 'custom_campaign', %s, %s, %s, 'owner', 'running', 1, 'secret of one {pet}',
                     '{"audience": "all"}', 1, now() + interval '1 day', now(), now(), now() + interval '7 days')""",
                [id_, organization, str(id_), business.instance, status],
            )
        return str(id_)

    def opt_out(self, business: Business) -> str:
        """A probable opt-out, and whose it is."""
        organization, key = self.ready(business), f"5511{uuid4().int % 10**8:08d}"
        with psycopg.connect(self._stack.dsn) as connection:
            row = connection.execute(
                "insert into aurora_proactive_opt_outs (organization_id, key, level, source)"
                " values (%s, %s, 'probable', 'reply') returning aurora_proactive_opt_out_id(organization_id, key)",
                [organization, key],
            ).fetchone()
        assert row is not None
        return str(row[0])

    def without_feeds(self, business: Business) -> str:
        """The organisation of a business that subscribes to nothing yet."""
        with psycopg.connect(self._stack.dsn) as connection:
            connection.execute("delete from aurora_proactive_feeds where organization_id = %s", [business.organization])
        return str(business.organization)

    def feed(self, business: Business) -> str:
        """A feed of a business."""
        organization = self.without_feeds(business)
        with psycopg.connect(self._stack.dsn) as connection:
            row = connection.execute(
                "insert into aurora_proactive_feeds (organization_id, purpose, address, host, label)"
                " values (%s, 'busy', 'sealed', 'example.com', 'secret of one') returning id",
                [organization],
            ).fetchone()
        assert row is not None
        return str(row[0])

    def closed(self, business: Business) -> str:
        """A day of which a business said that it is closed."""
        with psycopg.connect(self._stack.dsn) as connection:
            connection.execute(
                "insert into aurora_proactive_exceptions (organization_id, first_day, last_day, says, title)"
                " values (%s, %s, %s, 'closed', 'secret of one')",
                [business.organization, ahead(8), ahead(8)],
            )
        return str(ahead(8))

    def opening(self, business: Business) -> str:
        """A kind of holidays on which a business opens."""
        with psycopg.connect(self._stack.dsn) as connection:
            connection.execute(
                "insert into aurora_proactive_places (organization_id, open_kinds) values (%s, '{holiday}')"
                " on conflict (organization_id) do update set open_kinds = '{holiday}'",
                [business.organization],
            )
        return "holiday"

    def version(self, business: Business) -> str:
        """The words of a message type of which a business has a version."""
        with psycopg.connect(self._stack.dsn) as connection:
            connection.execute(
                "insert into aurora_proactive_templates (id, organization_id, message_type, number, kind, wording,"
                " written_by, written_via) values (%s, %s, 'daily_summary', 1000, 'wording', %s, 'key:x', 'api')"
                " on conflict do nothing",
                [version_of(business), business.organization, '{"greeting": "Oi, secret of one!"}'],
            )
        return "/templates/daily_summary"

    def published(self, business: Business) -> str:
        """The words of a message type of which a business has published a version."""
        path = self.version(business)
        with psycopg.connect(self._stack.dsn) as connection:
            connection.execute(
                "insert into aurora_proactive_templates (organization_id, message_type, number, kind, source,"
                " written_by, written_via, published_at)"
                " select %s, 'daily_summary', max(number) + 1, 'template', 'secret of one', 'key:x', 'api', now()"
                " from aurora_proactive_templates where organization_id = %s"
                " having count(*) filter (where published_at is not null and unpublished_at is null) = 0",
                [business.organization, business.organization],
            )
        return path

    def stopped(self, business: Business) -> str:
        """The organisation of a business whose instance is stopped."""
        assert business.instance
        self._app.breakers.stop(business.instance, "refused")
        return str(business.organization)

    def upcoming(self, business: Business, *, skipped: bool = False) -> str:
        """The path of a message that is to come: of tomorrow, or one of today that is skipped."""
        today = dt.datetime.now(ZoneInfo("America/Sao_Paulo")).date()
        day = str(today if skipped else today + dt.timedelta(days=1))
        id_ = Occurrence(business.organization, Recipient.owner(business.owner), "daily_summary", day).id
        with psycopg.connect(self._stack.dsn) as connection:
            connection.execute("delete from aurora_proactive_skips where message_id = %s", [id_])
            if skipped:
                connection.execute("delete from aurora_proactive_messages where id = %s", [id_])
                connection.execute(
                    """insert into aurora_proactive_skips (message_id, organization_id, owner_number_id, message_type,
                         occurrence, scheduled_for, by, via)
                       values (%s, %s, %s, 'daily_summary', %s, now(), 'x', 'api')""",
                    [id_, business.organization, business.owner, day],
                )
        return f"/upcoming/{id_}"

    def skipped(self, business: Business) -> str:
        """The path of a message of tomorrow that is skipped."""
        path = self.upcoming(business)
        with psycopg.connect(self._stack.dsn) as connection:
            connection.execute(
                """insert into aurora_proactive_skips (message_id, organization_id, owner_number_id, message_type,
                     occurrence, scheduled_for, by, via)
                   values (%s, %s, %s, 'daily_summary', 'x', now() + interval '1 day', 'x', 'api')""",
                [path.rpartition("/")[2], business.organization, business.owner],
            )
        return path


def daily(business: Business) -> dict[str, Any]:
    return {"type": "daily_summary", "data": {}, **named(business)}


def organization(business: Business) -> dict[str, Any]:
    return {"organizationId": str(business.organization), "type": "birthdays"}


def whose(business: Business, **fields: Any) -> dict[str, Any]:
    return {"organizationId": str(business.organization), **fields}


def version_of(business: Business) -> str:
    return str(uuid5(business.organization, "version"))


def words(business: Business) -> dict[str, Any]:
    return whose(business, wording={"greeting": "Olá, secret of one!"})


def a_version(business: Business) -> dict[str, Any]:
    return whose(business, version=version_of(business))


def mailing(business: Business) -> dict[str, Any]:
    return whose(business, name="banho", text="secret of one, {pet}", audience="all")


def feed(business: Business) -> dict[str, Any]:
    return whose(business, address=f"https://example.com/{business.organization}.ics", purpose="closures")


def terms(business: Business) -> dict[str, Any]:
    name = f"Loja {uuid4().hex[:12]}"
    return whose(business, acceptedBy="Ana", acceptsBanRisk=True, legalBasis="consent", businessName=name)


def acted(action: str) -> Case:
    """An action on a campaign."""
    bodies: dict[str, Any] = {"confirm": {"revision": 1}, "preview": {"first": 1}}
    path = f"/{action}" if action else ""
    return Case(
        lambda b, t: f"/campaigns/{t.campaign(b, action)}{path}", {404},
        (lambda b: bodies[action]) if action in bodies else None,
    )  # fmt: skip


def of(path: str, **more: str) -> Case:
    """A query that names the organisation."""
    query = "".join(f"&{name}={value}" for name, value in more.items())
    return Case(lambda b, t: f"{path}?organizationId={t.ready(b)}{query}", {403})


CASES: dict[tuple[str, str], Case] = {
    ("GET", f"{BASE}/campaigns"): of("/campaigns"),
    ("POST", f"{BASE}/campaigns"): Case(lambda b, t: t.ready(b) and "/campaigns", {403}, mailing),
    ("POST", f"{BASE}/campaign-preview"): Case(lambda b, t: t.ready(b) and "/campaign-preview", {403}, mailing),
    ("GET", f"{BASE}/campaigns/{{campaign_id}}"): acted(""),
    ("PATCH", f"{BASE}/campaigns/{{campaign_id}}"): Case(
        lambda b, t: f"/campaigns/{t.campaign(b)}", {404}, lambda b: {"revision": 1}
    ),
    **{
        ("POST", f"{BASE}/campaigns/{{campaign_id}}/{action}"): acted(action)
        for action in ("preview", "confirm", "decline", "pause", "resume", "stop")
    },
    ("GET", f"{BASE}/campaigns/{{campaign_id}}/recipients"): acted("recipients"),
    ("GET", f"{BASE}/campaigns/{{campaign_id}}/recipients.csv"): acted("recipients.csv"),
    ("GET", f"{BASE}/campaign-settings"): of("/campaign-settings"),
    ("PUT", f"{BASE}/campaign-settings"): Case(lambda b, t: "/campaign-settings", {403}, terms),
    ("GET", f"{BASE}/engagement"): of("/engagement"),
    ("PUT", f"{BASE}/engagement/measuring"): Case(
        lambda b, t: t.ready(b) and "/engagement/measuring", {403}, lambda b: whose(b, writtenShare=0.9)
    ),
    ("GET", f"{BASE}/opt-outs"): of("/opt-outs"),
    ("POST", f"{BASE}/opt-outs"): Case(lambda b, t: "/opt-outs", {403}, lambda b: whose(b, phone="11987654329")),
    ("POST", f"{BASE}/opt-outs/import"): of("/opt-outs/import"),
    ("DELETE", f"{BASE}/opt-outs"): Case(
        lambda b, t: f"/opt-outs?id={t.opt_out(b)}&organizationId={b.organization}", {403}
    ),
    ("POST", f"{BASE}/opt-outs/{{opt_out_id}}/confirm"): Case(
        lambda b, t: f"/opt-outs/{t.opt_out(b)}/confirm?organizationId={b.organization}", {403}
    ),
    ("GET", f"{BASE}/consents"): of("/consents", phone="11987654321"),
    ("POST", f"{BASE}/consents"): Case(
        lambda b, t: "/consents", {403}, lambda b: whose(b, phone="11987654321", evidence="ficha")
    ),
    ("DELETE", f"{BASE}/people"): of("/people", phone="11987654321"),
    ("GET", f"{BASE}/calendar/feeds"): of("/calendar/feeds"),
    ("POST", f"{BASE}/calendar/feeds"): Case(lambda b, t: t.without_feeds(b) and "/calendar/feeds", {403}, feed),
    ("DELETE", f"{BASE}/calendar/feeds/{{feed_id}}"): Case(
        lambda b, t: f"/calendar/feeds/{t.feed(b)}?organizationId={b.organization}", {403}
    ),
    ("GET", f"{BASE}/templates/{{type}}"): Case(lambda b, t: f"{t.version(b)}?organizationId={b.organization}", {403}),
    ("PUT", f"{BASE}/templates/{{type}}"): Case(lambda b, t: t.version(b), {403}, words),
    ("POST", f"{BASE}/templates/{{type}}/preview"): Case(lambda b, t: f"{t.version(b)}/preview", {403}, words),
    ("POST", f"{BASE}/templates/{{type}}/publish"): Case(lambda b, t: f"{t.version(b)}/publish", {403}, a_version),
    ("POST", f"{BASE}/templates/{{type}}/restore"): Case(lambda b, t: f"{t.version(b)}/restore", {403}, a_version),
    ("POST", f"{BASE}/templates/{{type}}/unpublish"): Case(lambda b, t: f"{t.published(b)}/unpublish", {403}, whose),
    ("POST", BASE): Case(lambda b, t: "", {403}, daily),
    ("POST", f"{BASE}/preview"): Case(lambda b, t: "/preview", {403}, daily),
    ("GET", f"{BASE}/jobs"): Case(lambda b, t: "/jobs?state=failed", {200}),
    ("GET", f"{BASE}/jobs/{{job_id}}"): Case(lambda b, t: f"/jobs/{t.job(b)}", {404}),
    ("POST", f"{BASE}/jobs/{{job_id}}/requeue"): Case(lambda b, t: f"/jobs/{t.job(b)}/requeue", {404}),
    ("GET", f"{BASE}/messages"): Case(lambda b, t: f"/messages?organizationId={b.organization}", {403}),
    ("GET", f"{BASE}/messages/failed"): Case(lambda b, t: f"/messages/failed?organizationId={b.organization}", {403}),
    ("POST", f"{BASE}/messages/requeue"): Case(
        lambda b, t: t.message(b) and "/messages/requeue",
        {403},
        lambda b: {"filter": whose(b), "atMost": 1000},
    ),
    ("GET", f"{BASE}/messages/{{message_id}}"): Case(lambda b, t: f"/messages/{t.message(b)}", {404}),
    ("POST", f"{BASE}/messages/{{message_id}}/requeue"): Case(lambda b, t: f"/messages/{t.message(b)}/requeue", {404}),
    ("GET", f"{BASE}/send-times"): of("/send-times"),
    ("PUT", f"{BASE}/send-times"): Case(
        lambda b, t: "/send-times", {403}, lambda b: whose(b, type="daily_summary", time="20:00")
    ),
    ("GET", f"{BASE}/schedule"): Case(lambda b, t: "/schedule", {200}),
    ("GET", f"{BASE}/pauses"): Case(lambda b, t: "/pauses", {200}),
    ("POST", f"{BASE}/pause"): Case(lambda b, t: "/pause", {403}, organization),
    ("GET", f"{BASE}/calendar"): of("/calendar"),
    ("PATCH", f"{BASE}/calendar"): Case(lambda b, t: "/calendar", {403}, lambda b: whose(b, summaryOnClosedDays=False)),
    ("PUT", f"{BASE}/calendar/days/{{date}}"): Case(
        lambda b, t: f"/calendar/days/{ahead(9)}", {403}, lambda b: whose(b, says="closed")
    ),
    ("DELETE", f"{BASE}/calendar/days/{{date}}"): Case(
        lambda b, t: f"/calendar/days/{t.closed(b)}?organizationId={b.organization}", {403}
    ),
    ("PUT", f"{BASE}/calendar/place"): Case(lambda b, t: "/calendar/place", {403}, lambda b: whose(b, state="SP")),
    ("PUT", f"{BASE}/calendar/opens-on/{{what}}"): of("/calendar/opens-on/optional"),
    ("DELETE", f"{BASE}/calendar/opens-on/{{what}}"): Case(
        lambda b, t: f"/calendar/opens-on/{t.opening(b)}?organizationId={b.organization}", {403}
    ),
    ("POST", f"{BASE}/resume"): Case(lambda b, t: "/resume", {403}, organization),
    ("GET", f"{BASE}/instances/stopped"): Case(lambda b, t: f"/instances/stopped?organizationId={t.stopped(b)}", {403}),
    ("GET", f"{BASE}/upcoming"): of("/upcoming"),
    ("POST", f"{BASE}/upcoming/{{message_id}}/skip"): Case(
        lambda b, t: f"{t.upcoming(b)}/skip?organizationId={b.organization}", {403}
    ),
    ("POST", f"{BASE}/upcoming/{{message_id}}/take-back"): Case(
        lambda b, t: f"{t.skipped(b)}/take-back?organizationId={b.organization}", {403}
    ),
    ("POST", f"{BASE}/upcoming/{{message_id}}/send-now"): Case(
        lambda b, t: f"{t.upcoming(b, skipped=True)}/send-now?organizationId={b.organization}", {403}
    ),
    ("GET", f"{BASE}/changes"): Case(lambda b, t: f"/changes?organizationId={b.organization}", {403}),
    ("POST", f"{BASE}/instances/release"): Case(
        lambda b, t: t.stopped(b) and "/instances/release", {404}, lambda b: {"name": b.instance}
    ),
}

#: What only looks, whatever its method is.
LOOKS = {
    ("POST", f"{BASE}/preview"), ("POST", f"{BASE}/campaign-preview"),
    ("POST", f"{BASE}/campaigns/{{campaign_id}}/preview"), ("POST", f"{BASE}/templates/{{type}}/preview"),
}  # fmt: skip
#: What the log of changes says of every endpoint that changes something.
WRITTEN: dict[tuple[str, str], str] = {
    ("PUT", f"{BASE}/engagement/measuring"): "effect_measured",
    ("POST", BASE): "message_requested",
    ("POST", f"{BASE}/campaigns"): "campaign_made",
    ("PATCH", f"{BASE}/campaigns/{{campaign_id}}"): "campaign_previewed",
    ("POST", f"{BASE}/campaigns/{{campaign_id}}/confirm"): "campaign_confirmed",
    ("POST", f"{BASE}/campaigns/{{campaign_id}}/decline"): "campaign_declined",
    ("POST", f"{BASE}/campaigns/{{campaign_id}}/pause"): "campaign_paused",
    ("POST", f"{BASE}/campaigns/{{campaign_id}}/resume"): "campaign_resumed",
    ("POST", f"{BASE}/campaigns/{{campaign_id}}/stop"): "campaign_declined",  # nobody has received it yet
    ("PUT", f"{BASE}/campaign-settings"): "campaign%",
    ("PUT", f"{BASE}/send-times"): "send_time_changed",
    ("POST", f"{BASE}/opt-outs"): "opt_out_added",
    ("POST", f"{BASE}/opt-outs/import"): "block_list_imported",
    ("DELETE", f"{BASE}/opt-outs"): "opt_out_ended",
    ("POST", f"{BASE}/opt-outs/{{opt_out_id}}/confirm"): "opt_out_confirmed",
    ("POST", f"{BASE}/consents"): "consent_given",
    ("DELETE", f"{BASE}/people"): "person_erased",
    ("POST", f"{BASE}/jobs/{{job_id}}/requeue"): "job_requeued",
    ("POST", f"{BASE}/messages/requeue"): "message_resent",
    ("POST", f"{BASE}/messages/{{message_id}}/requeue"): "message_resent",
    ("POST", f"{BASE}/pause"): "sending_paused",
    ("POST", f"{BASE}/resume"): "sending_resumed",
    ("POST", f"{BASE}/instances/release"): "instance_released",
    ("PATCH", f"{BASE}/calendar"): "daily_summary_switched",
    ("PUT", f"{BASE}/calendar/days/{{date}}"): "day_closed",
    ("DELETE", f"{BASE}/calendar/days/{{date}}"): "day_unsaid",
    ("PUT", f"{BASE}/calendar/place"): "place_confirmed",
    ("PUT", f"{BASE}/calendar/opens-on/{{what}}"): "holiday_opened",
    ("DELETE", f"{BASE}/calendar/opens-on/{{what}}"): "holiday_unopened",
    ("PUT", f"{BASE}/templates/{{type}}"): "words_saved",
    ("POST", f"{BASE}/templates/{{type}}/publish"): "words_published",
    ("POST", f"{BASE}/templates/{{type}}/restore"): "words_restored",
    ("POST", f"{BASE}/templates/{{type}}/unpublish"): "words_unpublished",
    ("POST", f"{BASE}/calendar/feeds"): "feed_added",
    ("POST", f"{BASE}/upcoming/{{message_id}}/skip"): "message_skipped",
    ("POST", f"{BASE}/upcoming/{{message_id}}/take-back"): "message_unskipped",
    ("POST", f"{BASE}/upcoming/{{message_id}}/send-now"): "message_sent_now",
    ("DELETE", f"{BASE}/calendar/feeds/{{feed_id}}"): "feed_removed",
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
    path, body = case.path(business, things), case.body(business) if case.body else None
    if "/import" in path:
        return client.send(method, path, content=b"11987654321", headers={"content-type": "text/csv"})
    return client.send(method, path, body)


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


def test_every_endpoint_that_changes_something_is_written_down() -> None:
    assert set(WRITTEN) | LOOKS == {(method, path) for method, path in CASES if method != "GET"}


@pytest.mark.parametrize(("method", "path"), CASES)
def test_a_service_key_may_do_everything_for_everybody_and_it_is_written_down(
    service: Client, things: Things, stack: LocalStack, ours: Business, theirs: Business, method: str, path: str
) -> None:
    for business in (ours, theirs):
        service.post("/pause", organization(business))
        assert call(service, method, CASES[method, path], business, things).status_code in OK
        if action := WRITTEN.get((method, path)):
            assert written(stack, business, action)


def written(stack: LocalStack, business: Business, action: str) -> bool:
    """Whether the log of changes has it of a business, with who did it, and none of its secrets."""
    with psycopg.connect(stack.dsn) as connection:
        rows = connection.execute(
            "select by, via, to_jsonb(c)::text from aurora_proactive_changes c"
            " where organization_id = %s and action like %s",
            [business.organization, action],
        ).fetchall()
    assert {(by.partition(":")[0], via) for by, via, _ in rows} <= {("key", "api"), ("user", "api")}
    secrets = ("secret of one {pet}", "1198765432", '"Ana"')
    assert not any(secret in row for _, _, row in rows for secret in secrets)
    return bool(rows)


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
