"""What operators do on /fila: requeue, delete, run now, let workers go on; nobody else does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from unittest import mock

import httpx
import pytest
import redis
from rq.job import JobStatus
from rq.suspension import suspend

from proactive.app import Application
from proactive.jobs.run_now import run_now
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonJob
from proactive.web.pages import queue_actions
from tests.support.shops import Shop
from tests.web.pages.test_scope import csrf_of

Visitor = Callable[..., httpx.Client]
ENTRY = "cron-daily_summary-America--Sao_Paulo"


@pytest.fixture
def failed(application: Application, queue: redis.Redis, ours: Shop) -> list[str]:
    """Two failed jobs, whose messages have no record."""
    ids = []
    for key in ("2026-11-20", "2026-11-21"):
        task = Task(
            type="daily_summary", organization_id=ours.organization, recipient=Recipient.owner(ours.owner), key=key,
            scheduled_for=dt.datetime.now(dt.UTC), timezone="America/Sao_Paulo",
        )  # fmt: skip
        job = enqueue(application.queue, task)
        application.queue.remove(job)
        job.set_status(JobStatus.FAILED)
        application.queue.failed_job_registry.add(job, 600)
        ids.append(job.id)
    return ids


def post(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    csrf = csrf_of(client.get("/mensagens"))
    return client.post(f"/fila/{path}", data={"csrf": csrf, **fields})


def test_a_failed_job_is_requeued_once(visitor: Visitor, application: Application, failed: list[str]) -> None:
    client = visitor()
    assert post(client, f"jobs/{failed[0]}/reenviar").headers["location"] == "/fila?estado=failed&feito=reenviar"
    assert application.queue.get_job_ids() == [failed[0]]
    assert post(client, f"jobs/{failed[0]}/reenviar").status_code == 409
    assert post(client, "jobs/nothing-of-that-id/reenviar").status_code == 404


def test_all_failed_ones_are_requeued_if_they_are_no_more_than_were_seen(
    visitor: Visitor, application: Application, failed: list[str]
) -> None:
    client = visitor()
    for seen in ("1", "", "x", "²"):
        assert post(client, "reenviar-todos", vistos=seen).status_code == 409
    assert application.queue.count == 0
    assert post(client, "reenviar-todos", vistos="2").status_code == 303
    assert set(application.queue.get_job_ids()) == set(failed)
    assert application.inspection.counts()["failed"] == 0


def test_a_job_is_deleted_but_not_one_that_runs(visitor: Visitor, application: Application, failed: list[str]) -> None:
    client = visitor()
    assert post(client, f"jobs/{failed[0]}/apagar", estado="failed").status_code == 303
    assert not JsonJob.exists(failed[0], connection=application.redis)
    JsonJob.fetch(failed[1], connection=application.redis).set_status(JobStatus.STARTED)
    assert post(client, f"jobs/{failed[1]}/apagar", estado="//evil.example").status_code == 409
    assert JsonJob.exists(failed[1], connection=application.redis)


def test_suspended_workers_go_on(visitor: Visitor, application: Application, queue: redis.Redis) -> None:
    suspend(application.redis)
    assert "Os workers estão suspensos" in visitor().get("/fila").text
    assert post(visitor(), "retomar").status_code == 303
    assert not application.inspection.suspended()


@pytest.mark.parametrize(("hour", "status"), [(12, 303), (2, 409)])
def test_an_entry_runs_now_but_not_in_quiet_hours(
    visitor: Visitor, application: Application, queue: redis.Redis, hour: int, status: int
) -> None:
    now, before = dt.datetime(2026, 11, 23, hour + 3, tzinfo=dt.UTC), application.schedule.planned()
    client = visitor()
    with mock.patch.object(queue_actions, "run_now", lambda app, entry, _, author: run_now(app, entry, now, author)):
        assert post(client, f"agenda/{ENTRY}/executar").status_code == status
    ticks = [f"tick-daily_summary-America--Sao_Paulo-20261123T{hour + 3:02}00"] if status == 303 else []
    assert application.queue.get_job_ids() == ticks
    assert application.schedule.planned() == before
    assert post(client, "agenda/cron-nothing-Etc--UTC/executar").status_code == 404


@pytest.mark.parametrize(
    "path", ["retomar", "reenviar-todos", "jobs/x/reenviar", "jobs/x/apagar", f"agenda/{ENTRY}/executar"]
)
def test_it_takes_a_service_key_and_a_form_of_the_page(
    visitor: Visitor, ours: Shop, application: Application, queue: redis.Redis, path: str
) -> None:
    suspend(application.redis)
    assert post(visitor(ours), path).status_code == 403
    assert visitor().post(f"/fila/{path}", data={"csrf": "wrong"}).status_code == 403
    assert visitor().get(f"/fila/{path}").status_code in (404, 405)
    assert application.inspection.suspended()
    assert application.queue.count == 0
