"""Skipping a message, taking that back and sending it now: never twice, never lost, written down with who did it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest

from proactive.app import Application
from proactive.errors import SupabaseError
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.jobs import tick
from proactive.jobs.attempt import work_item
from proactive.jobs.upcoming import UpcomingRefused, find, reader_of, send_now, skip, take_back
from proactive.model.author import Author
from proactive.model.failure_reasons import FailureReason
from proactive.model.recipient import Recipient
from proactive.model.task import Done, Task
from proactive.pipeline.batch import Batch
from proactive.queue.enqueue import enqueue, job_id
from proactive.queue.rq_classes import JsonJob
from proactive.queue.task_of_job import task_of_job
from proactive.records.skips import Skips
from proactive.storage.redis import skip_key
from proactive.upcoming.planned import UpcomingMessage
from sandbox.stack import LocalStack
from tests.processes.conftest import BuildApp, build_app
from tests.support.world import World

__all__ = ["build_app"]  # a fixture
Database = psycopg.Connection[dict[str, Any]]
#: Where nobody else's tests live.
ZONE = ZoneInfo("America/Noronha")
#: A Thursday.
DAY = dt.date(2031, 6, 5)
ANA = Author("user:ana", "page")


def at(clock: str, day: dt.date = DAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), ZONE).astimezone(dt.UTC)


@dataclass
class Shop:
    """An organisation with an owner, and the queue that its messages wait on."""

    app: Application
    database: Database
    organization: UUID
    owner: UUID

    def task(self, clock: str = "18:00", *, by_hand: bool = False, day: dt.date = DAY) -> Task:
        return Task(
            type="daily_summary", organization_id=self.organization, recipient=Recipient.owner(self.owner),
            key=day.isoformat(), scheduled_for=at(clock, day), timezone=ZONE.key, by_hand=by_hand,
        )  # fmt: skip

    def seen(self, now: str, day: dt.date = DAY) -> UpcomingMessage:
        """The summary of a day, as it is to be expected at a moment of this day."""
        found = find(self.app, self.organization, self.task(day=day).occurrence.id, at(now))
        assert found is not None
        return found

    def tick(self) -> str:
        """What the tick of 18:00 does."""
        with mock.patch.object(tick, "application", lambda: self.app):
            return str(tick.run("daily_summary", ZONE.key, at("18:00").isoformat()))

    def attempt(self, now: str, task: Task | None = None) -> str:
        """What a whole attempt at the message comes to at a moment."""
        pipeline = replace(self.app.pipeline, clock=lambda: at(now))
        payload = (task or self.task()).model_dump(mode="json", exclude={"type"})
        (result,) = pipeline.run(Batch([work_item("daily_summary", payload, f"job-{uuid4()}", 2)]))
        assert isinstance(result.outcome, Done)
        return result.outcome.action

    def records(self) -> list[str]:
        rows = self.database.execute(
            "select status from aurora_proactive_messages where organization_id = %s", [self.organization]
        ).fetchall()
        return [row["status"] for row in rows]

    def done(self) -> list[tuple[str, str, str]]:
        """What the log of changes has."""
        rows = self.database.execute(
            "select action, by, via from aurora_proactive_changes where organization_id = %s order by at",
            [self.organization],
        ).fetchall()
        return [(row["action"], row["by"], row["via"]) for row in rows]

    def waiting(self) -> list[Task]:
        ids = [*self.app.queue.get_job_ids(), *self.app.queue.scheduled_job_registry.get_job_ids()]
        jobs = JsonJob.fetch_many(ids, connection=self.app.redis)
        tasks = (task_of_job(job) for job in jobs if job)
        return [task for task in tasks if task is not None]


@pytest.fixture
def shop(build_app: BuildApp, database: Database, stack: LocalStack) -> Iterator[Shop]:
    business = World(stack).business(zone=ZONE.key)
    app = build_app()
    app.rate_limiter.mark_quiet()
    yield Shop(app, database, business.organization, business.owner)
    for table in ("aurora_proactive_skips", "aurora_proactive_messages", "whatsapp_instances", "owner_numbers"):
        database.execute(f"delete from {table} where organization_id = %s", [business.organization])
    database.execute("delete from organizations where id = %s", [business.organization])


def refused(because: str, act: Any) -> UpcomingRefused:
    with pytest.raises(UpcomingRefused) as caught:
        act()
    assert caught.value.because == because
    assert caught.value.words.endswith(".")
    return caught.value


def test_a_skipped_message_is_left_out_by_the_tick_and_by_whoever_has_it(shop: Shop) -> None:
    skip(shop.app, shop.seen("12:00"), ANA)
    skip(shop.app, shop.seen("12:01"), Author("key:erp", "api"))  # changes nothing
    assert shop.done() == [("message_skipped", "user:ana", "page")]
    seen = shop.seen("12:00")
    assert (seen.status, seen.skip and seen.skip.by) == ("skipped", "user:ana")
    assert shop.tick() == "0 enqueued"
    assert shop.attempt("18:00") == "skipped"  # a run that was caught up with, a job that a person made
    assert shop.attempt("18:00", shop.task(by_hand=True)) == "skipped"
    assert shop.records() == []
    assert shop.seen("20:00").status == "skipped"  # it stays to be seen for the day
    assert shop.seen("12:00", DAY + dt.timedelta(days=1)).status == "planned"


def test_what_is_taken_back_goes_out_at_its_time(shop: Shop) -> None:
    skip(shop.app, shop.seen("12:00"), ANA)
    take_back(shop.app, shop.seen("12:30"), ANA, at("12:30"))
    assert [action for action, _, _ in shop.done()] == ["message_skipped", "message_unskipped"]
    assert shop.waiting() == []  # its tick comes
    assert shop.seen("12:31").status == "planned"
    assert shop.tick() == "1 enqueued"
    assert shop.attempt("18:00") == "sent"
    refused("not_skipped", lambda: take_back(shop.app, shop.seen("12:00"), ANA, at("12:00")))


def test_one_that_its_tick_left_out_waits_for_its_chosen_time_again(shop: Shop) -> None:
    shop.database.execute(
        """insert into aurora_proactive_send_times (organization_id, owner_number_id, message_type, is_on, send_time,
             via, since) values (%s, %s, 'daily_summary', true, '20:00', 'page', now())""",
        [shop.organization, shop.owner],
    )
    skip(shop.app, shop.seen("12:00"), ANA)
    assert shop.seen("12:00").at == at("20:00")
    shop.tick()
    take_back(shop.app, shop.seen("19:00"), ANA, at("19:00"))
    (task,) = shop.waiting()
    assert (task.occurrence.id, task.scheduled_for) == (shop.seen("19:00").id, at("20:00"))
    assert shop.attempt("20:00", task) == "sent"
    shop.database.execute("delete from aurora_proactive_send_times where organization_id = %s", [shop.organization])


def test_it_cannot_be_taken_back_when_its_time_has_passed_and_can_be_sent_now(shop: Shop) -> None:
    skip(shop.app, shop.seen("12:00"), ANA)
    shop.tick()
    refused("over", lambda: take_back(shop.app, shop.seen("18:01"), ANA, at("18:01")))
    assert shop.seen("18:02").status == "skipped"
    send_now(shop.app, shop.seen("18:03"), ANA, at("18:03"))
    (task,) = shop.waiting()
    assert (task.by_hand, task.scheduled_for, task.occurrence.id) == (True, at("18:03"), shop.task().occurrence.id)
    assert shop.attempt("18:03", task) == "sent"
    assert [action for action, _, _ in shop.done()] == ["message_skipped", "message_unskipped", "message_sent_now"]


def test_what_is_sent_now_is_not_sent_again_by_the_schedule(shop: Shop) -> None:
    name = send_now(shop.app, shop.seen("10:00"), ANA, at("10:00"))
    assert shop.app.queue.get_job_ids() == [name]
    refused("begun", lambda: send_now(shop.app, shop.seen("10:00"), ANA, at("10:00")))  # a second click
    (task,) = shop.waiting()
    assert shop.attempt("10:00", task) == "sent"
    assert shop.tick() == "1 enqueued"
    assert shop.attempt("18:00") == "already_sent"
    assert shop.records() == ["sent"]
    assert shop.done() == [("message_sent_now", "user:ana", "page")]


def test_only_what_is_of_today_and_goes_out_is_sent_now(shop: Shop) -> None:
    tomorrow = shop.seen("10:00", DAY + dt.timedelta(days=1))
    refused("another_day", lambda: send_now(shop.app, tomorrow, ANA, at("10:00")))
    shop.database.execute("update owner_numbers set aurora_enabled = false where id = %s", [shop.owner])
    said = refused("off", lambda: send_now(shop.app, shop.seen("10:00"), ANA, at("10:00")))
    assert "Aurora" in said.words
    assert shop.waiting() == [] and shop.done() == []


def test_nobody_begins_while_somebody_skips_who_had_read_that_it_goes_out(shop: Shop) -> None:
    pipeline = replace(shop.app.pipeline, clock=lambda: at("18:00"))
    payload = shop.task().model_dump(mode="json", exclude={"type"})
    batch, outcomes = Batch([work_item("daily_summary", payload, "job", 2)]), shop.app.records.outcome_batch()
    (prepared,) = pipeline.prepare(batch, outcomes)
    skip(shop.app, shop.seen("18:00"), ANA)
    held = pipeline.send(prepared, outcomes)  # type: ignore[arg-type]
    assert type(held.outcome).__name__ == "Later"
    assert shop.attempt("18:01") == "failed"  # its row was there already: it says why
    (row,) = shop.database.execute(
        "select metadata #>> '{failure,code}' as code from aurora_proactive_messages where organization_id = %s",
        [shop.organization],
    ).fetchall()
    assert row["code"] == "skipped"


def test_what_was_begun_or_has_its_outcome_cannot_be_skipped(shop: Shop) -> None:
    before = shop.seen("17:00")
    pipeline = replace(shop.app.pipeline, clock=lambda: at("18:00"))
    payload = shop.task().model_dump(mode="json", exclude={"type"})
    batch, outcomes = Batch([work_item("daily_summary", payload, "job", 2)]), shop.app.records.outcome_batch()
    (prepared,) = pipeline.prepare(batch, outcomes)

    def send(*_: object) -> None:
        """The gateway, while it has the message."""
        refused("begun", lambda: skip(shop.app, before, ANA))
        raise GatewayError(GatewayFault.UNKNOWN, FailureReason.GATEWAY_CONNECTION_BROKE)

    with mock.patch.object(type(shop.app.gateway), "send", send):
        pipeline.send(prepared, outcomes)  # type: ignore[arg-type]
    refused("begun", lambda: skip(shop.app, before, ANA))  # nobody knows whether it went out
    shop.app.redis.flushdb()
    shop.database.execute(
        "update aurora_proactive_messages set status = 'sent' where organization_id = %s", [shop.organization]
    )
    refused("sent", lambda: skip(shop.app, before, ANA))
    assert not shop.app.redis.exists(skip_key(before.id))
    assert shop.done() == []


def test_a_skip_that_could_not_be_written_holds_nothing(shop: Shop) -> None:
    message = shop.seen("12:00")
    away = mock.patch.object(type(shop.app.database), "call", side_effect=SupabaseError("away"))
    with away, pytest.raises(SupabaseError):
        skip(shop.app, message, ANA)
    assert not shop.app.redis.exists(skip_key(message.id))
    assert Skips(shop.app.database, shop.app.redis).among([message.id]) == set()


def test_a_campaign_that_a_person_asked_for_is_skipped_taken_back_and_sent_now(shop: Shop) -> None:
    task = shop.task("15:00", by_hand=True).model_copy(
        update={"type": "custom_campaign", "key": "natal", "data": {"campaign_type": "x", "target_audience": "vip"}}
    )
    job = enqueue(shop.app.queue, task, at("15:00"))

    def seen() -> UpcomingMessage:
        found = find(shop.app, shop.organization, task.occurrence.id, at("12:00"))
        assert found is not None
        return found

    assert (seen().job_id, seen().at, seen().status) == (job.id, at("15:00"), "planned")
    skip(shop.app, seen(), ANA)
    assert seen().status == "skipped"
    take_back(shop.app, seen(), ANA, at("12:10"))
    assert [each.key for each in shop.waiting()] == ["natal"]
    assert send_now(shop.app, seen(), ANA, at("12:20")) == job.id
    assert shop.app.queue.scheduled_job_registry.get_scheduled_time(job.id) == at("12:20")


def test_a_message_by_hand_for_the_same_day_is_the_same_one_at_the_earlier_time(shop: Shop) -> None:
    job = enqueue(shop.app.queue, shop.task("16:00", by_hand=True), at("16:00"))
    seen = shop.seen("12:00")
    assert (seen.at, seen.job_id) == (at("16:00"), job.id)
    enqueue(shop.app.queue, shop.task("18:00"), at("18:00"), name=job_id(shop.task()))
    found = reader_of(shop.app).of(shop.organization, at("12:00"))
    assert found is not None
    assert [each.id for each in found.messages].count(seen.id) == 1
