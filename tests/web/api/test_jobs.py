"""Jobs through the API: paged, in every state, and requeued."""

from __future__ import annotations

import datetime as dt

import pytest
import redis

from proactive.app import Application
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonJob
from tests.support.world import Business
from tests.web.conftest import Client, assert_problem

START = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)


def task(business: Business, key: str) -> Task:
    return Task(
        type="daily_summary", organization_id=business.organization, recipient=Recipient.owner(business.owner), key=key,
        scheduled_for=START, timezone="America/Sao_Paulo", by_hand=True,
    )  # fmt: skip


@pytest.mark.parametrize("state", ["waiting", "scheduled", "active", "completed", "failed"])
def test_every_state_is_listed_and_said_of_the_job(
    service: Client, ours: Business, application: Application, queue: redis.Redis, state: str
) -> None:
    ours_queue = application.queue
    if state == "scheduled":
        job = enqueue(ours_queue, task(ours, "x"), dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    else:
        job = enqueue(ours_queue, task(ours, "x"))
    registries = {
        "active": (ours_queue.started_job_registry, "started"),
        "completed": (ours_queue.finished_job_registry, "finished"),
        "failed": (ours_queue.failed_job_registry, "failed"),
    }
    if state in registries:
        registry, status = registries[state]
        ours_queue.remove(job)
        job.set_status(status)  # type: ignore[arg-type]
        queue.zadd(registry.key, {f"{job.id}:execution" if state == "active" else job.id: 4e9})
    (listed,) = service.get(f"/jobs?state={state}").json()["jobs"]
    assert (listed["id"], listed["state"]) == (job.id, state)
    assert service.get(f"/jobs/{job.id}").json()["state"] == state
    if state != "failed":
        assert_problem(service.post(f"/jobs/{job.id}/requeue"), 409)


def test_a_failed_job_is_requeued_with_all_its_attempts(
    service: Client, ours: Business, application: Application, queue: redis.Redis
) -> None:
    job = enqueue(application.queue, task(ours, "2026-11-20"))
    application.queue.remove(job)
    job.retries_left = 0
    job.save()
    job.set_status("failed")  # type: ignore[arg-type]
    application.queue.failed_job_registry.add(job, 3600)
    answer = service.post(f"/jobs/{job.id}/requeue")
    assert (answer.status_code, answer.json()["state"], answer.json()["attemptsLeft"]) == (202, "waiting", 2)
    again = JsonJob.fetch(job.id, connection=application.redis)
    assert dt.datetime.fromisoformat(again.kwargs["scheduled_for"]) > START
    assert_problem(service.post(f"/jobs/{job.id}/requeue"), 409)
    assert_problem(service.post("/jobs/nothing-of-that-id/requeue"), 404)
