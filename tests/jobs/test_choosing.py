"""A choice counts for what is not handed over yet: today's message moves, or is left out, never lost or doubled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from rq.utils import as_text

from proactive.app import Application
from proactive.jobs.attempt import work_item
from proactive.jobs.choosing import choose
from proactive.model.author import Author
from proactive.model.context import SendChoice
from proactive.model.failure_reasons import FailureReason
from proactive.model.recipient import Recipient
from proactive.model.task import Done, Later, Task
from proactive.pipeline.batch import Batch
from proactive.queue.enqueue import enqueue, enqueue_page, job_id
from proactive.queue.rq_classes import JsonJob
from proactive.send_times.moments import moved
from proactive.send_times.store import TimeChange
from tests.processes.conftest import BuildApp, build_app

__all__ = ["build_app"]  # a fixture
Database = psycopg.Connection[dict[str, Any]]
ZONE = ZoneInfo("America/Sao_Paulo")
#: A Thursday.
DAY = dt.date(2031, 6, 5)
OFF, ON = TimeChange(False, keeps_time=True), TimeChange(True, keeps_time=True)
PAGE = Author("user:1", "page")


def at(clock: str, day: dt.date = DAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), ZONE).astimezone(dt.UTC)


def hour(clock: str) -> TimeChange:
    return TimeChange(True, dt.time.fromisoformat(clock))


@dataclass
class Shop:
    """An organisation with an owner in São Paulo, and the queue that its messages wait on."""

    app: Application
    database: Database
    organization: UUID
    owner: UUID

    def choose(
        self, change: TimeChange, now: str, *types: str, default: bool = False, day: dt.date = DAY
    ) -> list[bool]:
        owner = None if default else self.owner
        moment = at(now, day)
        chosen = choose(self.app, self.organization, owner, types or ("daily_summary",), change, PAGE, moment, moment)
        return [each.from_today for each in chosen]

    def task(self, type_: str = "daily_summary", clock: str = "18:00") -> Task:
        return Task(
            type=type_, organization_id=self.organization, recipient=Recipient.owner(self.owner), key=DAY.isoformat(),
            scheduled_for=at(clock), timezone=ZONE.key,
        )  # fmt: skip

    def tick(self, type_: str = "daily_summary") -> None:
        """What the tick of 18:00 does for this owner."""
        choices = {each.type: each for each in self.choices()}
        task = moved(self.task(type_), choices.get(type_, SendChoice(type=type_)), self.app.pipeline.quiet)
        if task.scheduled_for == at("18:00"):
            enqueue_page(self.app.queue, [task])
        else:
            enqueue(self.app.queue, task, task.scheduled_for)

    def choices(self) -> tuple[SendChoice, ...]:
        context = self.app.facts.read(self.task().occurrence, at("12:00"), {})
        return context.choices

    def waits_until(self) -> dict[str, str]:
        """The jobs that wait for their time, each with its local time."""
        registry = self.app.queue.scheduled_job_registry.key
        found = cast("list[tuple[bytes, float]]", self.app.redis.zrange(registry, 0, -1, withscores=True))
        return {as_text(name): f"{dt.datetime.fromtimestamp(score, ZONE):%H:%M}" for name, score in found}

    def attempt(self, now: str, clock: str = "18:00") -> object:
        """What an attempt at the message comes to at a moment, as far as it goes without a gateway."""
        pipeline = replace(self.app.pipeline, clock=lambda: at(now))
        payload = self.task(clock=clock).model_dump(mode="json", exclude={"type"})
        batch = Batch([work_item("daily_summary", payload, "job", 2)])
        (prepared,) = pipeline.prepare(batch, self.app.records.outcome_batch())
        return getattr(prepared, "outcome", prepared)

    def rows(self) -> int:
        found = self.database.execute(
            "select count(*) as rows from aurora_proactive_messages where organization_id = %s", [self.organization]
        ).fetchone()
        assert found is not None
        return int(found["rows"])


@pytest.fixture
def shop(build_app: BuildApp, database: Database) -> Iterator[Shop]:
    organization, owner = uuid4(), uuid4()
    database.execute("insert into organizations (id, name) values (%s, 'Loja')", [organization])
    database.execute(
        "insert into owner_numbers (id, organization_id, phone) values (%s, %s, '11999998888')", [owner, organization]
    )
    yield Shop(build_app(), database, organization, owner)
    for table in ("aurora_proactive_send_times", "aurora_proactive_messages", "owner_numbers"):
        database.execute(f"delete from {table} where organization_id = %s", [organization])
    database.execute("delete from organizations where id = %s", [organization])


def test_before_the_tick_a_choice_is_only_written_and_counts_from_today(shop: Shop) -> None:
    assert shop.choose(hour("20:00"), "12:00") == [True]
    assert shop.app.redis.keys("rq:job:*") == []
    shop.tick()
    assert shop.waits_until() == {job_id(shop.task()): "20:00"}


def test_todays_message_moves_while_it_waits_earlier_and_later(shop: Shop) -> None:
    shop.choose(hour("20:00"), "12:00")
    shop.tick()
    assert shop.choose(hour("20:30"), "18:30") == [True]
    assert shop.waits_until() == {job_id(shop.task()): "20:30"}
    assert shop.choose(hour("19:00"), "18:45") == [True]
    assert shop.waits_until() == {job_id(shop.task()): "19:00"}
    job = JsonJob.fetch(job_id(shop.task()), connection=shop.app.redis)
    assert dt.datetime.fromisoformat(job.kwargs["scheduled_for"]) == at("19:00")
    assert job.kwargs["key"] == DAY.isoformat()


def test_a_new_time_that_has_passed_counts_from_tomorrow_and_todays_stays_where_it_was(shop: Shop) -> None:
    shop.choose(hour("20:00"), "12:00")
    shop.tick()
    assert shop.choose(hour("18:30"), "19:00") == [False]
    assert shop.waits_until() == {job_id(shop.task()): "20:00"}


def test_a_message_that_stands_on_the_queue_looks_again_when_its_turn_comes(shop: Shop) -> None:
    shop.tick()
    assert shop.choose(hour("20:00"), "18:00") == [True]
    assert shop.app.queue.get_job_ids() == [job_id(shop.task())]
    assert shop.waits_until() == {}
    waits = shop.attempt("18:01")
    assert isinstance(waits, Later)
    assert waits.seconds == 119 * 60
    assert shop.rows() == 0


def test_what_is_switched_off_after_its_tick_is_left_out_without_a_row(shop: Shop) -> None:
    shop.tick()
    shop.choose(OFF, "18:01")
    ended = shop.attempt("18:02")
    assert isinstance(ended, Done)
    assert ended.failure is not None
    assert (ended.action, ended.failure.reason) == ("skipped", FailureReason.TYPE_SWITCHED_OFF)
    assert shop.rows() == 0


def test_what_is_switched_on_again_before_its_time_goes_out_today_although_the_tick_left_it_out(shop: Shop) -> None:
    shop.choose(hour("20:00"), "12:00")
    shop.choose(OFF, "12:01")
    assert shop.choose(ON, "19:00") == [True]
    assert shop.waits_until() == {job_id(shop.task()): "20:00"}
    assert shop.choose(ON, "20:01") == [False]


def test_what_went_out_today_already_is_not_sent_again_and_the_choice_counts_from_tomorrow(shop: Shop) -> None:
    shop.database.execute(
        "insert into aurora_proactive_messages (id, organization_id, owner_number_id, message_type, scheduled_for,"
        " status) values (%s, %s, %s, 'daily_summary', now(), 'sent')",
        [shop.task().occurrence.id, shop.organization, shop.owner],
    )
    assert shop.choose(hour("20:00"), "18:30") == [False]
    assert shop.waits_until() == {}


def test_on_a_day_without_its_run_a_type_counts_from_the_next_one(shop: Shop) -> None:
    tuesday, wednesday = dt.date(2031, 6, 3), dt.date(2031, 6, 4)
    assert shop.choose(hour("16:00"), "12:00", "opportunities", day=tuesday) == [True]
    assert shop.choose(hour("16:30"), "12:00", "opportunities", day=wednesday) == [False]


def test_the_organisations_default_moves_those_who_chose_nothing_themselves(shop: Shop) -> None:
    shop.tick()
    shop.app.queue.empty()
    assert shop.choose(hour("19:00"), "18:10", default=True) == [True]
    assert shop.waits_until() == {job_id(shop.task()): "19:00"}
    shop.choose(hour("20:00"), "18:11")
    shop.choose(hour("20:30"), "18:12", default=True)
    assert shop.waits_until() == {job_id(shop.task()): "20:00"}


def test_several_types_are_chosen_at_once_each_with_its_own_day(shop: Shop) -> None:
    assert shop.choose(OFF, "12:00", "birthdays", "daily_summary") == [False, False]
    assert {choice.type for choice in shop.choices() if not choice.is_on} == {"birthdays", "daily_summary"}
