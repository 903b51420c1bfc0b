"""The maintenance that any process does for all: what is due is done, what fails is tried again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from proactive.model.durations import UNSETTLED_AFTER
from proactive.processes.maintenance import Maintenance
from proactive.queue.turn import MaintenanceTurn
from tests.processes.conftest import BuildApp
from tests.records.conftest import Business, new_business, remove

Database = psycopg.Connection[dict[str, Any]]


@pytest.fixture
def business(database: Database) -> Iterator[Business]:
    business = new_business(database)
    yield business
    remove(database, business)


def age(database: Database, message: UUID, seconds: float) -> None:
    """Make a record as old as that."""
    statement = "update aurora_proactive_messages set created_at = created_at - make_interval(secs => %s) where id = %s"
    database.execute(statement, (seconds, message))


def test_a_record_that_lost_its_job_is_given_a_new_one_once(
    build_app: BuildApp, database: Database, business: Business
) -> None:
    app = build_app()
    entry = business.entry()
    app.records.keep_pending([entry])
    maintenance = Maintenance(app, MaintenanceTurn(app.redis, "scheduler"))
    maintenance.resume_unsettled()
    assert not mine(app.queue.get_job_ids(), entry.occurrence.id)  # it may still have one
    age(database, entry.occurrence.id, UNSETTLED_AFTER + 1)
    maintenance.resume_unsettled()
    maintenance.resume_unsettled()
    assert len(mine(app.queue.get_job_ids(), entry.occurrence.id)) == 1


def mine(job_ids: list[str], message: UUID) -> list[str]:
    """The jobs of a message: named after the job that was lost, or after the record."""
    return [job_id for job_id in job_ids if job_id == "job-1" or str(message) in job_id]


def test_what_fails_is_logged_and_keeps_nothing_else_from_being_done(
    build_app: BuildApp, caplog: pytest.LogCaptureFixture
) -> None:
    app = build_app(supabase_url="http://127.0.0.1:1")
    app.redis.zadd("rq:scheduled:aurora-proactive", {"gone": 1.0})
    Maintenance(app, MaintenanceTurn(app.redis, "scheduler")).run_due()
    assert app.redis.zcard("rq:scheduled:aurora-proactive") == 0
    failed = [record for record in caplog.records if record.__dict__.get("action") == "upkeep_failed"]
    assert {record.getMessage() for record in failed} >= {"Could not resume unsettled messages: SupabaseError"}


def test_what_was_just_done_is_not_due_again(build_app: BuildApp) -> None:
    app = build_app()
    maintenance = Maintenance(app, MaintenanceTurn(app.redis, "scheduler"))
    maintenance.run_due()
    app.redis.zadd("rq:scheduled:aurora-proactive", {"gone": 1.0})
    maintenance.run_due()
    assert app.redis.zcard("rq:scheduled:aurora-proactive") == 1
