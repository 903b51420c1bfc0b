"""Waking a pump: who waits for later runs now, and nobody else."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from typing import Any

import psycopg
import redis
from rq.registry import ScheduledJobRegistry

from proactive.campaigns.answers import AnswerName
from proactive.campaigns.pump import pump_id
from proactive.jobs.telling import tell
from proactive.jobs.waking import wake_pump
from proactive.queue.rq_classes import JsonQueue
from proactive.storage.supabase import Database
from tests.campaigns.chat import Chat
from tests.jobs.test_telling import reply_to
from tests.support.mailing import Mailing

#: What says that a campaign stops, and that one goes on.
NAMES: tuple[AnswerName, ...] = ("T10", "T1")


def _waiting(client: redis.Redis, instance: str) -> JsonQueue:
    queue = JsonQueue(connection=client)
    job = queue.create_job("proactive.jobs.pump.run", kwargs={"instance": instance}, job_id=pump_id(instance))
    queue.schedule_job(job, dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60))
    return queue


def _due(queue: JsonQueue) -> list[str]:
    return list(ScheduledJobRegistry(queue=queue).get_jobs_to_schedule(int(time.time()) + 1))


def test_a_pump_that_waits_for_later_runs_now(redis_client: redis.Redis) -> None:
    queue = _waiting(redis_client, "shop")
    assert _due(queue) == []
    wake_pump(queue, "other")
    assert _due(queue) == []
    wake_pump(queue, "shop")
    assert _due(queue) == [pump_id("shop")]


def test_a_pump_that_does_not_wait_is_not_made_twice(redis_client: redis.Redis) -> None:
    queue = JsonQueue(connection=redis_client)
    wake_pump(queue, "shop")
    assert _due(queue) == [] and queue.job_ids == []


def test_what_says_that_a_campaign_goes_on_wakes_its_pump(
    database: psycopg.Connection[dict[str, Any]], supabase: Database, redis_client: redis.Redis
) -> None:
    chat, mailing = Chat(database, supabase), Mailing(database)
    queue = _waiting(redis_client, mailing.instance)
    stopped, goes_on = (
        replace(reply_to(chat, name, f"3EB0AA:{name}"), campaign_ids=(mailing.campaign,)) for name in NAMES
    )
    tell(queue, chat.store, [stopped])
    assert _due(queue) == []
    tell(queue, chat.store, [goes_on])
    assert _due(queue) == [pump_id(mailing.instance)]
