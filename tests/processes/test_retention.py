"""After a campaign has ended and its time is over, no key of Redis holds a word that a person typed."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
import redis
from rq.job import JobStatus
from rq.results import Result
from rq.utils import utcformat

from proactive.app import Application
from proactive.errors import SupabaseError
from proactive.model.context import Draft, Receipt
from proactive.model.task import Attempt
from proactive.processes.maintenance import Maintenance
from proactive.processes.retention import Retention
from proactive.queue.turn import MaintenanceTurn
from proactive.records.entry import RecordEntry
from proactive.records.outbox import Outbox
from proactive.web.api.submissions import Submissions
from tests.processes.conftest import BuildApp
from tests.records.conftest import Business

TYPED = "Só para a Dona Célia do 302"
WRITTEN = "Olá, Zuleica!"
PHONE = "5511988887777"


def _plain(value: bytes) -> bytes:
    try:
        return b64decode(value)
    except ValueError:
        return b""


def values(client: redis.Redis) -> Iterator[tuple[bytes, bytes]]:
    """Every value of Redis, whatever its kind, with its key; packed ones unpacked."""
    readers: dict[Any, Callable[[Any], Any]] = {
        b"string": lambda key: [client.get(key)],
        b"hash": lambda key: [part for pair in client.hgetall(key).items() for part in pair],
        b"list": lambda key: client.lrange(key, 0, -1),
        b"set": lambda key: client.smembers(key),
        b"zset": lambda key: client.zrange(key, 0, -1),
        b"stream": lambda key: [part for _, pairs in client.xrange(key) or () for part in (pairs or {}).values()],
    }
    for key in client.scan_iter("*"):
        for value in readers[client.type(key)](key):
            yield key, value
            for packed in (value, _plain(value)):
                with suppress(zlib.error):
                    yield key, zlib.decompress(packed)


def holding(client: redis.Redis) -> set[bytes]:
    """The keys in which a person's words or number can be read."""
    words = [form for word in (TYPED, WRITTEN, PHONE) for form in (word.encode(), json.dumps(word)[1:-1].encode())]
    return {key for key, value in values(client) if any(word in key or word in value for word in words)}


def campaign(app: Application, status: JobStatus, now: dt.datetime) -> str:
    """A campaign that was asked for through the API, sent, and whose record Supabase has not taken."""
    data = {"campaign_type": "promocional", "target_audience": "vip", "message": TYPED}
    task = Business(uuid4(), uuid4()).task(data=data, scheduled_for=now)
    submission = Submissions(app).submit_once(task)
    job = app.inspection.fetch(submission.job_id)
    app.redis.lrem(app.queue.key, 0, job.id)
    registry = app.queue.finished_job_registry if status is JobStatus.FINISHED else app.queue.failed_job_registry
    registry.add(job, 90 * 24 * 3600)
    app.redis.hset(job.key, mapping={"status": status.value, "ended_at": utcformat(now)})
    Result.create_failure(job, 90 * 24 * 3600, f"ValueError: {TYPED}")
    entry = RecordEntry.of(task, Attempt(job.id, 1), Draft(WRITTEN, {"reach": 3}))
    Outbox(app.redis).remember(entry.row("sent", at=now, receipt=Receipt("3EB0", f"{PHONE}@s.whatsapp.net")))
    return job.id


@pytest.mark.parametrize("status", [JobStatus.FINISHED, JobStatus.FAILED])
def test_no_key_holds_a_persons_words_when_its_time_is_over(
    build_app: BuildApp, redis_client: redis.Redis, status: JobStatus
) -> None:
    app, now = build_app(supabase_url="http://127.0.0.1:1"), dt.datetime.now(dt.UTC)
    job_id = campaign(app, status, now)
    assert len(holding(redis_client)) >= 3  # the job, its result, the kept row
    with pytest.raises(SupabaseError):  # it is away: what Redis holds is forgotten all the same
        Retention(app).forget(now + dt.timedelta(days=7, minutes=1))
    assert holding(redis_client) == set()
    assert len(Outbox(redis_client)) == 1  # that it was sent is still to be written
    assert job_id not in app.queue.finished_job_registry.get_job_ids(cleanup=False)


def test_before_its_time_is_over_nothing_goes(build_app: BuildApp, redis_client: redis.Redis) -> None:
    app, now = build_app(), dt.datetime.now(dt.UTC)
    campaign(app, JobStatus.FAILED, now)
    before = holding(redis_client)
    Retention(app).forget(now + dt.timedelta(days=6, hours=23))
    assert holding(redis_client) == before


def test_the_maintenance_forgets(build_app: BuildApp, redis_client: redis.Redis) -> None:
    app = build_app()
    campaign(app, JobStatus.FAILED, dt.datetime.now(dt.UTC) - dt.timedelta(days=8))
    Outbox(redis_client).flush(lambda rows: None)
    assert Maintenance(app, MaintenanceTurn(app.redis, "scheduler")).run_due()
    assert holding(redis_client) == set()
