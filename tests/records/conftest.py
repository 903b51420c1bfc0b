"""A business of its own for each test, its records, and entries to write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import redis
from psycopg.types.json import Jsonb

from proactive.model.context import Draft, Receipt
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.recipient import Recipient
from proactive.model.task import Attempt, Task
from proactive.records.entry import RecordEntry
from proactive.records.leases import Lease
from proactive.records.store import Records
from proactive.storage.supabase import Database

Connection = psycopg.Connection[dict[str, Any]]
#: Seconds that a claim is left alone: longer than any test.
LEASE = 600.0
NOON = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Business:
    """An organisation and its owner, by their ids."""

    organization: UUID
    owner: UUID

    def task(self, **changes: Any) -> Task:
        """An occurrence of its own: a campaign, of which there may be any number."""
        task = Task(
            type="custom_campaign",
            organization_id=self.organization,
            recipient=Recipient.owner(self.owner),
            key=str(uuid4()),
            scheduled_for=NOON,
            timezone="America/Sao_Paulo",
            data={"campaign_type": "natal", "target_audience": "vip", "message": None},
        )
        return task.model_copy(update=changes)

    def entry(
        self, task: Task | None = None, text: str | None = "Olá!", attempt: int = 1, reopened: int = 0
    ) -> RecordEntry:
        """An entry of an attempt that read a row which had been opened again so often."""
        draft = None if text is None else Draft(text, {"date": "2026-11-23", "reach": 3})
        return RecordEntry.of(task or self.task(), Attempt(f"job-{attempt}", attempt), draft, reopened)


def new_business(connection: Connection) -> Business:
    business = Business(uuid4(), uuid4())
    connection.execute("insert into organizations (id, name) values (%s, 'Pet shop')", [business.organization])
    connection.execute(
        "insert into owner_numbers (id, organization_id, name) values (%s, %s, 'Ana')",
        [business.owner, business.organization],
    )
    return business


def remove(connection: Connection, business: Business) -> None:
    connection.execute("delete from aurora_proactive_messages where organization_id = %s", [business.organization])
    connection.execute("delete from organizations where id = %s", [business.organization])


@pytest.fixture
def business(database: Connection) -> Iterator[Business]:
    business = new_business(database)
    yield business
    remove(database, business)


@pytest.fixture
def records(supabase: Database, redis_client: redis.Redis) -> Records:
    return Records(supabase, redis_client, LEASE)


def acquire(records: Records, entry: RecordEntry, by: str) -> Lease:
    """One lease alone."""
    (lease,) = records.acquire_leases([(entry, by)])
    return lease


def settle_sent(records: Records, entry: RecordEntry, receipt: Receipt, at: dt.datetime) -> None:
    """Settle one message as sent, in Redis and (where it is there) in Supabase."""
    outcomes = records.outcome_batch()
    outcomes.sent(entry, receipt, at)
    outcomes.write()


def settle_failed(records: Records, entry: RecordEntry, reason: FailureReason = FailureReason.NOT_ON_WHATSAPP) -> None:
    """Settle one message as failed."""
    outcomes = records.outcome_batch()
    outcomes.failed(entry, Failure(reason))
    outcomes.write()


RowOf = Callable[[RecordEntry], dict[str, Any] | None]


@pytest.fixture
def row_of(database: Connection) -> RowOf:
    """The row of an entry as the database has it, None if there is none."""
    query = "select * from aurora_proactive_messages where id = %s"
    return lambda entry: database.execute(query, [entry.occurrence.id]).fetchone()


def sql_claim(
    database: Connection, entry: RecordEntry, by: str | None, lease: float = LEASE, over: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The database's own answer to a claim; its token is the name of whoever claims."""
    claim = {"row": entry.row("pending"), "by": by, "token": by, "over": over}
    row = database.execute("select aurora_proactive_take_leases(%s, %s) as answer", [Jsonb([claim]), lease]).fetchone()
    assert row is not None
    (answer,) = row["answer"]
    return dict(answer)


def sql_settle(database: Connection, row: dict[str, Any]) -> bool:
    """Whether settling changed anything."""
    answer = database.execute("select aurora_proactive_write_record(%s) as changed", [Jsonb(row)]).fetchone()
    assert answer is not None
    return bool(answer["changed"])
