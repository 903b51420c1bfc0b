"""A caller sees the own part of the queue only, in pages without gaps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import redis

from proactive.app import Application
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue
from tests.support.world import Business, World
from tests.web.conftest import Client

START = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)


def task(business: Business, key: str) -> Task:
    return Task(
        type="daily_summary", organization_id=business.organization, recipient=Recipient.owner(business.owner), key=key,
        scheduled_for=START, timezone="America/Sao_Paulo", by_hand=True,
    )  # fmt: skip


def test_jobs_are_paged_over_those_of_others(
    as_user: Callable[..., Client], service: Client, world: World, application: Application, queue: redis.Redis
) -> None:
    business, other = world.business(), world.business()
    jobs = [enqueue(application.queue, task(business if n % 50 == 0 else other, str(n))).id for n in range(420)]
    user = as_user(business)
    found, cursor = [], "0"
    while cursor is not None:
        page = user.get(f"/jobs?state=waiting&limit=2&cursor={cursor}").json()
        found += [job["id"] for job in page["jobs"]]
        cursor = page["nextCursor"]
    assert found == jobs[::50]
    answer = service.get("/jobs?limit=200").json()
    assert [job["id"] for job in answer["jobs"]] == jobs[:200]
    assert answer["counts"]["waiting"] == 420
    assert service.get("/jobs?limit=200&cursor=400").json()["nextCursor"] is None
