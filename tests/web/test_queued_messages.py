"""Messages that wait and have no record yet: on the pages and in the API, with why and until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import httpx
import psycopg
import pytest
import redis

from proactive.app import Application
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.model.wait_reasons import WaitNote, WaitReason
from proactive.queue.enqueue import enqueue
from proactive.queue.wait_notes import keep_note
from sandbox.stack import LocalStack
from tests.support.world import Business
from tests.web.conftest import Client, assert_problem

SOON = dt.datetime(2036, 1, 1, 11, tzinfo=dt.UTC)


def waiting(application: Application, business: Business, note: WaitNote, type_: str = "daily_summary") -> Task:
    task = Task(
        type=type_, organization_id=business.organization, recipient=Recipient.owner(business.owner),
        key="2026-11-23", scheduled_for=dt.datetime.now(dt.UTC), timezone="America/Sao_Paulo", by_hand=True,
    )  # fmt: skip
    job = enqueue(application.queue, task, SOON)
    keep_note(job, note)
    job.save()
    return task


def test_a_paused_message_says_that_it_is_paused_and_is_nobody_elses(
    service: Client, as_user: Callable[..., Client], ours: Business, theirs: Business, application: Application,
    queue: redis.Redis,
) -> None:  # fmt: skip
    task = waiting(application, ours, WaitNote(WaitReason.PAUSED, said="férias"))
    path = f"/messages/{task.occurrence.id}"
    for client in (service, as_user(ours)):
        shown = client.get(path).json()
        assert (shown["status"], shown["type"], shown["content"]) == ("queued", "daily_summary", None)
        assert shown["waits"]["code"] == "paused"
        assert shown["waits"]["detail"] == "somebody paused it: férias"
        assert dt.datetime.fromisoformat(shown["waits"]["nextAttempt"]) == SOON
    assert_problem(as_user(theirs).get(path), 404)
    assert_problem(service.post(f"{path}/requeue"), 409)


@pytest.mark.parametrize("stored", [True, False])
def test_a_pending_record_says_why_it_waits(
    service: Client, ours: Business, application: Application, queue: redis.Redis, stack: LocalStack, stored: bool
) -> None:
    task = waiting(application, ours, WaitNote(WaitReason.QUIET_HOURS, SOON), "birthdays")
    with psycopg.connect(stack.dsn) as connection:
        connection.execute(
            """insert into aurora_proactive_messages
                 (id, organization_id, owner_number_id, message_type, status, metadata)
               values (%s, %s, %s, 'birthdays', 'pending', %s::jsonb)
               on conflict (id) do update set metadata = excluded.metadata""",
            [task.occurrence.id, ours.organization, ours.owner, '{"job_id": "gone-long-ago"}' if stored else "{}"],
        )
    (row,) = service.get(f"/messages?organizationId={ours.organization}&status=pending").json()["messages"]
    assert row["id"] == str(task.occurrence.id)
    assert row["waits"]["code"] == "quiet_hours"
    assert dt.datetime.fromisoformat(row["waits"]["until"]) == SOON
    with psycopg.connect(stack.dsn) as connection:
        connection.execute("delete from aurora_proactive_messages where id = %s", [task.occurrence.id])


def test_a_job_says_why_it_waits_and_when_it_comes_back(
    service: Client, ours: Business, application: Application, queue: redis.Redis
) -> None:
    waiting(application, ours, WaitNote(WaitReason.SUPABASE_AWAY))
    (job,) = service.get("/jobs?state=scheduled").json()["jobs"]
    assert job["waits"] == "Supabase does not answer"
    assert dt.datetime.fromisoformat(job["comesBackAt"]) == SOON
    assert service.get(f"/jobs/{job['id']}").json() == job


def test_nothing_is_there_of_what_nobody_asked_for(http: httpx.Client, service: Client, queue: redis.Redis) -> None:
    assert_problem(service.get("/messages/00000000-0000-0000-0000-000000000007"), 404)
