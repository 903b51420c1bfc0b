"""/fila: what it shows of the queue, to whom, and what remains of it while Supabase is away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from unittest import mock

import httpx
import pytest
import redis
from fastapi import FastAPI
from playwright.sync_api import expect
from rq.job import JobStatus
from rq.suspension import suspend

from proactive.app import Application
from proactive.errors import SupabaseError
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.model.wait_reasons import WaitNote, WaitReason
from proactive.queue.enqueue import enqueue
from proactive.queue.wait_notes import keep_note
from proactive.records.queries import MessageQueries
from tests.support.browsing import CHECKED, HOSTILE, LOOKS, Look, findings
from tests.support.shops import Shop

Visitor = Callable[..., httpx.Client]
SOON = dt.datetime(2036, 1, 1, 11, tzinfo=dt.UTC)
STATES = ("waiting", "scheduled", "active", "completed", "failed")


def task_of(shop: Shop, key: str) -> Task:
    return Task(
        type="daily_summary", organization_id=shop.organization, recipient=Recipient.owner(shop.owner), key=key,
        scheduled_for=dt.datetime.now(dt.UTC), timezone="America/Sao_Paulo",
    )  # fmt: skip


@pytest.fixture
def jobs(application: Application, queue: redis.Redis, ours: Shop) -> Iterator[dict[str, str]]:
    """A job of `ours` in each state, by state, and one that is no message's."""
    ours_queue, ids = application.queue, {}
    for state in STATES:
        job = enqueue(
            ours_queue, task_of(ours, f"2026-11-1{STATES.index(state)}"), SOON if state == "scheduled" else None
        )
        ids[state] = job.id
        if state == "scheduled":
            keep_note(job, WaitNote(WaitReason.PAUSED, said=HOSTILE))
            job.save()
        elif state != "waiting":
            ours_queue.remove(job)
            status, registry = {
                "active": (JobStatus.STARTED, ours_queue.started_job_registry),
                "completed": (JobStatus.FINISHED, ours_queue.finished_job_registry),
                "failed": (JobStatus.FAILED, ours_queue.failed_job_registry),
            }[state]
            job.set_status(status)
            queue.zadd(registry.key, {f"{job.id}:x" if state == "active" else job.id: 4e9})
    ours_queue.enqueue("proactive.jobs.tick.run", kwargs={})
    yield ids


def test_every_state_lists_its_jobs_with_their_message(visitor: Visitor, jobs: dict[str, str], ours: Shop) -> None:
    client = visitor()
    for state in STATES:
        page = client.get(f"/fila?estado={state}").text
        assert jobs[state] in page
        assert not any(other in page for name, other in jobs.items() if name != state)
        assert f'href="/mensagens/{task_of(ours, f"2026-11-1{STATES.index(state)}").occurrence.id}"' in page
        assert "Patas &amp; Cia" in page and "Helena" in page
    assert "Disparo do agendamento" in client.get("/fila?estado=waiting").text
    assert "alguém pausou o envio: &lt;script&gt;" in client.get("/fila?estado=scheduled").text


def test_it_is_for_service_keys(visitor: Visitor, ours: Shop) -> None:
    for path in ("/fila", "/fila/parte"):
        assert visitor(ours).get(path).status_code == 403
        assert visitor(anonymous=True).get(path).headers["location"].startswith("/entrar?para=")
    assert 'href="/fila"' not in visitor(ours).get("/mensagens").text


def test_jobs_are_paged_to_the_last_one(
    visitor: Visitor, application: Application, queue: redis.Redis, ours: Shop
) -> None:
    for number in range(45):
        enqueue(application.queue, task_of(ours, f"job-{number}"))
    client = visitor()
    first = client.get("/fila?estado=waiting").text
    assert first.count('data-label="Job"') == 40
    assert 'href="/fila?estado=waiting&amp;de=40"' in first
    assert client.get("/fila?estado=waiting&de=40").text.count('data-label="Job"') == 5


def test_while_supabase_is_away_it_shows_all_but_the_names(
    visitor: Visitor, jobs: dict[str, str], app: FastAPI
) -> None:
    client = visitor()
    with mock.patch.object(MessageQueries, "names", side_effect=SupabaseError("away")):
        page = client.get("/fila?estado=scheduled")
    assert page.status_code == 200
    assert jobs["scheduled"] in page.text
    assert "O Supabase não responde." in page.text


@pytest.mark.parametrize("query", ["estado=lost", "de=-1", "de=x", "feito=x", "x=1"])
def test_what_is_no_query_is_refused(visitor: Visitor, query: str) -> None:
    assert visitor().get(f"/fila?{query}").status_code == 422


@pytest.mark.parametrize("how", CHECKED)
def test_it_is_accessible_and_fits(look: Look, jobs: dict[str, str], application: Application, how: str) -> None:
    suspend(application.redis)
    looker = look(**LOOKS[how])
    for state in ("failed", "scheduled"):
        looker.go(f"/fila?estado={state}")
        looker.page.locator("summary").first.click()
        assert findings(looker) == []
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert looker.page.evaluate(wide) <= 0
        assert looker.page.title() != "taken"
    expect(looker.page.get_by_text("Os workers estão suspensos")).to_be_visible()
    assert looker.complaints == []
