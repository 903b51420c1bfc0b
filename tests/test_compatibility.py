"""What is stored stays as it was: ids, job data, rows and Redis keys, byte for byte.

`golden/compatibility.json` was written by the code of commit 801ed71, before the rooms were rebuilt. Jobs, rows and
keys that it left in Redis and Supabase are ours to go on with: a difference here is a message that is sent twice, or
never. Moments are `*`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zlib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import redis
from rq.utils import as_text

from proactive.model.context import Draft, Receipt
from proactive.model.task import Attempt, Task
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonQueue
from proactive.records.entry import RecordEntry
from proactive.schedule.scheduler import CronSchedule
from proactive.storage import redis as storage

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "golden" / "compatibility.json").read_text("utf-8"))
MESSAGES: list[dict[str, str]] = GOLDEN["messages"]
NOON = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
MOMENTS = {"created_at", "enqueued_at", "last_heartbeat", "retry_intervals"}
every_type = pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message["job_id"].split("-")[0])


def task_of(message: dict[str, str]) -> Task:
    return Task.model_validate_json(message["task"])


def fields_of(client: redis.Redis, key: str) -> dict[str, str]:
    """A job's hash as text, its data unpacked and its moments hidden."""
    fields = {as_text(name): value for name, value in client.hgetall(key).items()}
    data = fields.pop("data")
    assert isinstance(data, bytes)
    shown = {name: "*" if name in MOMENTS else as_text(value) for name, value in fields.items()}
    return shown | {"data": zlib.decompress(data).decode()}


@every_type
def test_an_occurrence_has_the_id_that_it_had(message: dict[str, str]) -> None:
    assert str(task_of(message).occurrence.id) == message["occurrence_id"]


@every_type
def test_a_job_is_what_it_was(message: dict[str, str], redis_client: redis.Redis) -> None:
    job = enqueue(JsonQueue(connection=redis_client), task_of(message))
    assert fnmatchcase(job.id, message["job_id"])
    expected = GOLDEN["job"] | {"data": message["job_data"], "description": message["job_description"]}
    assert fields_of(redis_client, job.key) == expected
    assert {as_text(key) for key in redis_client.keys("*")} == {as_text(job.key), *GOLDEN["queue_keys"]}


@every_type
def test_a_row_is_what_it_was(message: dict[str, str]) -> None:
    task, attempt = task_of(message), Attempt("job-1", 2)
    assert as_json(RecordEntry.of(task, attempt).row("pending")) == message["pending"]
    by_ai = ("ai", "it is empty") if task.by_hand else ("layout", None)
    entry = RecordEntry.of(task, attempt, Draft("Olá!", {"date": "2026-11-23", "listed": ["x"]}, *by_ai))
    row = entry.row("sent", at=NOON + dt.timedelta(minutes=1), receipt=Receipt("3EB0", "5511@s.whatsapp.net"))
    assert as_json(row) == message["sent"]


def as_json(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)


def test_entries_and_ticks_of_the_schedule_are_what_they_were(redis_client: redis.Redis) -> None:
    schedule = CronSchedule(redis_client)
    schedule.register(["Etc/GMT+3"], NOON)
    schedule.fire_due(NOON + dt.timedelta(hours=12))
    jobs = {as_text(key): fields_of(redis_client, as_text(key)) for key in redis_client.keys("rq:job:*")}
    found = {
        key: [fields["data"], fields["description"], json.loads(fields["meta"]) if "meta" in fields else None]
        for key, fields in jobs.items()
    }
    assert found == GOLDEN["schedule"]


def test_our_keys_in_redis_are_called_what_they_were() -> None:
    message = UUID(int=7)
    assert [
        storage.OUTBOX,
        storage.OUTBOX_REFUSED,
        storage.METRICS,
        storage.SCHEDULER_HEARTBEAT,
        storage.PERMITS_EPOCH,
        storage.ALERTS_RAISED,
        storage.ALERTS_TURN,
        storage.REQUEST_RATE_PREFIX,
        storage.lease_key(message),
        storage.permits_key("shop"),
        storage.turns_key("shop"),
        storage.instance_pause_key("shop"),
        storage.notices_key("webhook"),
        storage.submission_key(message),
        storage.session_key(hashlib.sha256(b"cookie").hexdigest()),
    ] == GOLDEN["keys"]
