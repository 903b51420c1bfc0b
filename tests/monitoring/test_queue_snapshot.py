"""One moment of the queue as the monitoring reads it from Redis."""

from __future__ import annotations

import datetime as dt

import pytest
import redis
from rq.suspension import resume, suspend

from proactive.monitoring.queue_snapshot import QueueSnapshotReader, beat
from proactive.queue.rq_classes import JsonQueue
from proactive.storage.redis import ALERTS_EVALUATED, ALERTS_RAISED, METRICS, OUTBOX, OUTBOX_REFUSED
from tests.support.stand_ins import QUIET_QUEUE

SCHEDULED = "rq:scheduled:aurora-proactive"


@pytest.fixture
def reader(redis_client: redis.Redis) -> QueueSnapshotReader:
    return QueueSnapshotReader(redis_client)


def now(client: redis.Redis) -> dt.datetime:
    return dt.datetime.fromtimestamp(client.time()[0], dt.UTC)


def test_an_empty_redis_is_a_quiet_queue(reader: QueueSnapshotReader) -> None:
    assert reader.snapshot() == QUIET_QUEUE
    assert reader.counted() == {}


def test_what_comes_back_within_five_minutes_is_pending_and_later_ones_are_not(
    reader: QueueSnapshotReader, redis_client: redis.Redis
) -> None:
    soon = redis_client.time()[0]
    redis_client.zadd(SCHEDULED, {"soon": soon + 290, "later": soon + 400})
    redis_client.rpush("rq:queue:aurora-proactive", "waits")
    snapshot = reader.snapshot()
    assert (snapshot.pending, snapshot.jobs["scheduled"], snapshot.jobs["waiting"]) == (2, 2, 1)


def test_the_first_job_in_the_queue_says_how_long_it_has_waited(
    reader: QueueSnapshotReader, redis_client: redis.Redis
) -> None:
    job = JsonQueue(connection=redis_client).enqueue("os.getcwd")
    redis_client.hset(job.key, "enqueued_at", (now(redis_client) - dt.timedelta(seconds=90)).isoformat())
    age = reader.snapshot().oldest_age
    assert age is not None
    assert 89 < age < 120


def test_a_worker_counts_while_its_key_is_renewed(reader: QueueSnapshotReader, redis_client: redis.Redis) -> None:
    for name, state, life in (("a", "busy", 75_000), ("b", "idle", 46_000), ("c", "busy", 44_000)):
        redis_client.sadd("rq:workers:aurora-proactive", f"rq:worker:{name}")
        redis_client.hset(f"rq:worker:{name}", "state", state)
        redis_client.pexpire(f"rq:worker:{name}", life)
    assert reader.snapshot().workers == {"busy": 1, "idle": 1, "suspended": 0}
    assert not reader.snapshot().suspended


def test_while_rq_suspend_holds_no_worker_is_idle_whatever_it_last_said(
    reader: QueueSnapshotReader, redis_client: redis.Redis
) -> None:
    for name, state in (("a", "busy"), ("b", "idle"), ("c", "started"), ("d", "suspended")):
        redis_client.sadd("rq:workers:aurora-proactive", f"rq:worker:{name}")
        redis_client.hset(f"rq:worker:{name}", "state", state)
        redis_client.pexpire(f"rq:worker:{name}", 75_000)
    suspend(redis_client)
    snapshot = reader.snapshot()
    assert (snapshot.suspended, snapshot.workers) == (True, {"busy": 1, "idle": 0, "suspended": 3})
    resume(redis_client)
    assert reader.snapshot().workers["suspended"] == 0


def test_the_schedulers_heartbeat_ages(reader: QueueSnapshotReader, redis_client: redis.Redis) -> None:
    beat(redis_client, now(redis_client) - dt.timedelta(seconds=40))
    age = reader.snapshot().scheduler_age
    assert age is not None
    assert 39 < age < 70


def test_unwritten_records_raised_alerts_and_counters_are_read(
    reader: QueueSnapshotReader, redis_client: redis.Redis
) -> None:
    redis_client.hset(OUTBOX, mapping={"1": "{}", "2": "{}"})
    redis_client.hset(ALERTS_RAISED, "silence", "{}")
    redis_client.hset(METRICS, "a", "1.5")
    snapshot = reader.snapshot()
    assert (snapshot.unwritten, set(snapshot.raised), reader.counted()) == (2, {"silence"}, {"a": 1.5})


def test_what_nobody_moved_what_was_refused_and_when_alerts_were_evaluated_are_read(
    reader: QueueSnapshotReader, redis_client: redis.Redis
) -> None:
    seconds = redis_client.time()[0]
    redis_client.zadd(SCHEDULED, {"overdue": seconds - 70, "due": seconds - 5})
    redis_client.hset(OUTBOX_REFUSED, "1", "{}")
    redis_client.hset(ALERTS_EVALUATED, "queue", seconds - 30)
    snapshot = reader.snapshot()
    assert (snapshot.overdue, snapshot.refused, snapshot.records_alerts) == (1, 1, None)
    assert snapshot.queue_alerts is not None
    assert 29 < snapshot.queue_alerts < 60
