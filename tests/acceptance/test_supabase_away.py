"""Supabase cannot be read, or not be written: no job fails for it, and the message goes out once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonJob, JsonQueue
from proactive.records.outbox import Outbox
from sandbox.processes import Processes
from tests.support.tasks import summary
from tests.support.world import World, eventually, fresh_redis, log_lines

pytestmark = pytest.mark.timeout(240)

WRITES = "insert, update on aurora_proactive_messages"


@pytest.fixture(scope="module")
def client(world: World) -> redis.Redis:
    return fresh_redis(world.stack.redis_url.removesuffix("/0") + "/2")


@pytest.fixture(scope="module")
def processes(world: World, folder: Path, client: redis.Redis) -> Iterator[Processes]:
    world.sandbox.behave()
    url = world.stack.redis_url.removesuffix("/0") + "/2"
    environment = world.stack.environment() | {"REDIS_URL": url, "RQ_REDIS_URL": url}
    with Processes(folder, environment, ("worker1",)) as processes:
        yield processes


def test_a_record_that_cannot_be_written_is_kept_and_written_later(
    world: World, processes: Processes, client: redis.Redis
) -> None:
    business = world.business()
    with psycopg.connect(world.stack.dsn, autocommit=True) as database:
        database.execute(f"revoke {WRITES} from service_role")
        try:
            enqueue(JsonQueue(connection=client), summary(business))
            eventually(lambda: world.received(business), 20, "the message, although nothing can be written")
            eventually(lambda: len(Outbox(client)), 10, "the kept record")
            assert world.records(business) == []
        finally:
            database.execute(f"grant {WRITES} to service_role")
    (row,) = eventually(lambda: world.records(business), 20, "the record, now that it can be written")
    assert row["status"] == "sent"
    assert len(world.received(business)) == 1
    assert len(Outbox(client)) == 0
    assert any(line.get("action") == "kept" for line in log_lines(processes))


def test_facts_that_cannot_be_read_delay_the_message_and_fail_no_job(
    world: World, processes: Processes, client: redis.Redis
) -> None:
    business = world.business()
    queue = JsonQueue(connection=client)
    postgrest = world.stack.services["postgrest"]
    postgrest.stop()
    try:
        job = enqueue(queue, summary(business))
        eventually(
            lambda: [line for line in log_lines(processes) if line.get("jobId") == job.id], 20, "a logged attempt"
        )
    finally:
        postgrest.start()
    (row,) = eventually(lambda: world.records(business), 45, "the message after Supabase was back")
    eventually(lambda: world.records(business)[0]["status"] == "sent", 10, "a sent record")
    assert len(world.received(business)) == 1
    assert row["metadata"]["attempts"] >= 2
    assert JsonJob.fetch(job.id, connection=client).return_value() == "sent"
    assert queue.failed_job_registry.count == 0
