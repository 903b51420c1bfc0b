"""Batches in real workers: they save requests, delay nobody, lose nothing and hide nothing from RQ's tools."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import redis

from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonJob, JsonQueue
from tests.acceptance.test_workers import WARM, database, rq_worker
from tests.support.tasks import summary
from tests.support.world import Business, World, eventually

pytestmark = pytest.mark.timeout(240)


def due(world: World, client: redis.Redis, count: int, **of_each: Any) -> list[Business]:
    """Businesses whose summaries wait on the queue, in this order."""
    businesses = [world.business(**of_each) for _ in range(count)]
    for business in businesses:
        enqueue(JsonQueue(connection=client), summary(business))
    return businesses


def all_sent(world: World, businesses: Iterable[Business]) -> bool:
    return all([row["status"] for row in world.records(business)] == ["sent"] for business in businesses)


def all_finished(client: redis.Redis, jobs: list[str]) -> bool:
    return all(job is not None and job.is_finished for job in JsonJob.fetch_many(jobs, connection=client))


def test_every_message_of_a_batch_goes_out_once_and_every_job_ends_well(world: World, folder: Path) -> None:
    client, environment = database(world, 7)
    businesses = due(world, client, 30)
    jobs = JsonQueue(connection=client).job_ids
    with rq_worker(*WARM, environment=environment, log=folder / "batch.log"):
        eventually(lambda: all_sent(world, businesses), 60, "thirty messages")
        eventually(lambda: all_finished(client, jobs), 10, "thirty finished jobs")
    assert [len(world.received(business)) for business in businesses] == [1] * 30
    assert {job.return_value() for job in JsonJob.fetch_many(jobs, connection=client) if job} == {"sent"}
    assert client.hlen("aurora:outbox") == 0


def test_a_worker_that_is_to_do_so_many_jobs_does_so_many(world: World, folder: Path) -> None:
    client, environment = database(world, 14)
    businesses = due(world, client, 3)
    with rq_worker(*WARM, "--max-jobs", "2", environment=environment, log=folder / "two.log") as worker:
        assert worker.wait(30) == 0
    assert [len(world.records(business)) for business in businesses] == [1, 1, 0]


def test_those_that_cannot_be_sent_hold_up_no_others_of_their_batch(world: World, folder: Path) -> None:
    client, environment = database(world, 13)
    away, good = due(world, client, 3, status="disconnected"), due(world, client, 3)
    nobody = due(world, client, 2, phone=None)
    jobs = JsonQueue(connection=client).job_ids
    with rq_worker(*WARM, environment=environment, log=folder / "mixed.log"):
        eventually(lambda: all_sent(world, good), 30, "the good ones")
        eventually(lambda: all_finished(client, jobs), 20, "eight finished jobs")
    assert {world.records(business)[0]["status"] for business in away} == {"failed"}
    assert [world.records(business) for business in nobody] == [[], []]
