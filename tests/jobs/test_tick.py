"""The tick: one job an owner of its zone, however many there are, and nobody else's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, cast
from uuid import UUID, uuid4

import psycopg
import pytest
import redis
from rq import Retry
from rq.utils import as_text

from proactive.app import application
from proactive.jobs import tick
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.queue.enqueue import job_id
from proactive.queue.rq_classes import JsonJob, JsonQueue

Connection = psycopg.Connection[dict[str, Any]]
#: A zone that nobody else's tests live in, 14 hours ahead of UTC: its day is mostly not UTC's.
ZONE = "Pacific/Kiritimati"
SIX = "2026-11-23T04:00:00+00:00"
LATE = "2026-11-23T18:00:00+00:00"
Shop = Callable[..., list[UUID]]


@pytest.fixture
def shop(database: Connection) -> Iterator[Shop]:
    """Makes an organisation in ZONE with owners; answers the owners' ids."""
    made: list[UUID] = []

    def make(owners: int = 1, *, zone: str = ZONE, active: bool = True, enabled: bool = True) -> list[UUID]:
        made.append(uuid4())
        database.execute(
            "insert into organizations (id, name, timezone, is_active) values (%s, 'Ilha', %s, %s)",
            [made[-1], zone, active],
        )
        rows = database.execute(
            "insert into owner_numbers (organization_id, aurora_enabled)"
            " select %s, %s from generate_series(1, %s) returning id",
            [made[-1], enabled, owners],
        ).fetchall()
        return [row["id"] for row in rows]

    yield make
    database.execute("delete from organizations where id = any(%s)", [made])


@pytest.fixture
def queue(
    redis_client: redis.Redis, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[JsonQueue]:
    """The queue that a tick in this process puts its jobs on."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    application.cache_clear()
    yield JsonQueue(connection=redis_client)
    application.cache_clear()


def tasks(queue: JsonQueue) -> list[Task]:
    """What waits on the queue."""
    jobs = JsonJob.fetch_many(queue.get_job_ids(), connection=queue.connection)
    return [Task.model_validate({"type": str(job.func_name).split(".")[-2]} | job.kwargs) for job in jobs if job]


def test_every_owner_of_the_zone_gets_one_job_past_the_limit_of_a_thousand_rows(queue: JsonQueue, shop: Shop) -> None:
    owners = shop(1001)
    assert tick.run("daily_summary", ZONE, SIX) == "1001 enqueued"
    found = tasks(queue)
    assert sorted(task.recipient.id for task in found) == sorted(owners)
    assert {task.type for task in found} == {"daily_summary"}
    assert {task.timezone for task in found} == {ZONE}


def test_a_job_is_about_the_local_day_of_its_run_and_due_at_its_instant(queue: JsonQueue, shop: Shop) -> None:
    (owner,) = shop()
    tick.run("daily_summary", ZONE, LATE)
    (task,) = tasks(queue)
    assert task.recipient == Recipient.owner(owner)
    assert task.key == "2026-11-24"
    assert task.scheduled_for == dt.datetime.fromisoformat(LATE)
    assert not task.by_hand


def test_a_type_with_data_gets_its_usual_ones(queue: JsonQueue, shop: Shop) -> None:
    shop()
    tick.run("inactive_clients", ZONE, SIX)
    tick.run("birthdays", ZONE, SIX)
    assert [task.data for task in tasks(queue)] == [{"days": 30}, {}]


def test_disabled_owners_inactive_organisations_and_other_zones_get_nothing(queue: JsonQueue, shop: Shop) -> None:
    owners = shop(2)
    shop(2, enabled=False)
    shop(2, active=False)
    shop(2, zone="Pacific/Apia")
    assert tick.run("birthdays", ZONE, SIX) == "2 enqueued"
    assert sorted(task.recipient.id for task in tasks(queue)) == sorted(owners)


def test_nobody_in_the_zone_is_no_mistake(queue: JsonQueue) -> None:
    assert tick.run("birthdays", "Antarctica/Macquarie", SIX) == "0 enqueued"
    assert queue.count == 0


def test_a_second_tick_of_the_same_run_names_the_same_jobs(queue: JsonQueue, shop: Shop) -> None:
    shop(3)
    tick.run("birthdays", ZONE, SIX)
    once = set(queue.get_job_ids())
    tick.run("birthdays", ZONE, SIX)
    assert set(queue.get_job_ids()) == once
    assert once == {job_id(task) for task in tasks(queue)}
    assert len(once) == 3


def test_the_next_days_tick_names_other_jobs(queue: JsonQueue, shop: Shop) -> None:
    shop(2)
    tick.run("birthdays", ZONE, SIX)
    tick.run("birthdays", ZONE, "2026-11-24T04:00:00+00:00")
    assert len(set(queue.get_job_ids())) == 4


def test_a_tick_that_cannot_read_the_owners_comes_back_until_it_can(
    queue: JsonQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPABASE_URL", "http://127.0.0.1:1")
    application.cache_clear()
    answer = tick.run("birthdays", ZONE, SIX)
    assert isinstance(answer, Retry)
    assert answer.max is not None
    assert answer.max > 1000
    assert answer.intervals == [30]
    assert queue.count == 0


def chosen(
    database: Connection, owner: UUID | None, organization: UUID, type_: str, time: str | None, on: bool
) -> None:
    """Write down what was chosen, as an owner's or (None) as the default."""
    database.execute(
        "insert into aurora_proactive_send_times (organization_id, owner_number_id, message_type, is_on, send_time,"
        " via, since) values (%s, %s, %s, %s, %s, 'page', now())",
        [organization, owner, type_, on, time],
    )


@pytest.fixture
def organization_of(database: Connection) -> Iterator[Callable[[UUID], UUID]]:
    """Finds an owner's organisation; what was chosen in it is forgotten afterwards."""
    found: list[UUID] = []

    def find(owner: UUID) -> UUID:
        row = database.execute("select organization_id as id from owner_numbers where id = %s", [owner]).fetchone()
        assert row is not None
        found.append(row["id"])
        return found[-1]

    yield find
    database.execute("delete from aurora_proactive_send_times where organization_id = any(%s)", [found])


def test_whoever_chose_a_time_gets_a_job_that_waits_for_it_and_the_others_the_same_as_ever(
    queue: JsonQueue, shop: Shop, database: Connection, organization_of: Callable[[UUID], UUID]
) -> None:
    early, late = sorted(shop(2))
    tick.run("daily_summary", ZONE, SIX)
    before = set(queue.get_job_ids())
    queue.empty()
    chosen(database, late, organization_of(late), "daily_summary", "20:00", on=True)
    assert tick.run("daily_summary", ZONE, SIX) == "2 enqueued"
    (task,) = tasks(queue)
    assert (task.recipient.id, task.scheduled_for) == (early, dt.datetime.fromisoformat(SIX))
    registry = queue.scheduled_job_registry.key
    scored = cast("list[tuple[bytes, float]]", queue.connection.zrange(registry, 0, -1, withscores=True))
    waits = {as_text(name): score for name, score in scored}
    moment = dt.datetime.fromisoformat(SIX) + dt.timedelta(hours=2)
    assert {*queue.get_job_ids(), *waits} == before, "ids are those of a day without a choice"
    assert list(waits.values()) == [moment.timestamp()]
    job = JsonJob.fetch(next(iter(waits)), connection=queue.connection)
    assert job.kwargs["scheduled_for"] == moment.isoformat().replace("+00:00", "Z")


def test_who_switched_a_type_off_gets_no_job_of_it_and_every_other_one(
    queue: JsonQueue, shop: Shop, database: Connection, organization_of: Callable[[UUID], UUID]
) -> None:
    off, on = sorted(shop(2))
    organization = organization_of(off)
    chosen(database, None, organization, "birthdays", None, on=False)
    chosen(database, on, organization, "birthdays", None, on=True)
    assert tick.run("birthdays", ZONE, SIX) == "1 enqueued"
    assert [task.recipient.id for task in tasks(queue)] == [on]
    queue.empty()
    assert tick.run("daily_summary", ZONE, SIX) == "2 enqueued"


def test_a_page_of_owners_of_whom_all_switched_it_off_hides_nobody_behind_it(
    queue: JsonQueue, shop: Shop, database: Connection, organization_of: Callable[[UUID], UUID]
) -> None:
    owners = sorted(shop(1001))
    organization = organization_of(owners[0])
    database.cursor().executemany(
        "insert into aurora_proactive_send_times (organization_id, owner_number_id, message_type, is_on, via, since)"
        " values (%s, %s, 'birthdays', false, 'api', now())",
        [[organization, owner] for owner in owners[:1000]],
    )
    assert tick.run("birthdays", ZONE, SIX) == "1 enqueued"
    assert [task.recipient.id for task in tasks(queue)] == [owners[1000]]
