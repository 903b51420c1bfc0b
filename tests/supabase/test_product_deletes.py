"""What the product could delete before the worker came, it can delete afterwards; what we wrote stays, and is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from proactive.facts.organizations import Organizations
from proactive.records.panel_queries import PanelQueries
from proactive.records.pauses import Pauses
from proactive.records.queries import MessageFilter, MessageQueries
from proactive.records.retention import RecordRetention
from proactive.records.store import Records
from proactive.storage.supabase import Database
from sandbox.database import migrate
from sandbox.stack import LocalStack
from tests.records.conftest import NOON, Business, acquire, new_business, settle_failed, sql_settle

Connection = psycopg.Connection[dict[str, Any]]


@pytest.fixture
def deleted(database: Connection, supabase: Database) -> Iterator[Business]:
    """A business with a sent message, an answer to it and a pause, whose owner and organisation are deleted then."""
    business = new_business(database)
    sent = business.entry().row("sent", at=NOON)
    sql_settle(database, sent)
    database.execute(
        "insert into aurora_proactive_replies values (%s, %s, %s, %s, %s, %s)",
        ["shop", str(uuid4()), business.organization, business.owner, NOON, sent["id"]],
    )
    Pauses(supabase).pause(business.organization, None, "holidays")
    database.execute("delete from owner_numbers where id = %s", [business.owner])
    database.execute("delete from organizations where id = %s", [business.organization])
    yield business
    for table in ("replies", "messages", "pauses"):
        database.execute(f"delete from aurora_proactive_{table} where organization_id = %s", [business.organization])


def test_the_message_of_a_deleted_owner_stays_with_its_ids_and_its_answer(
    deleted: Business, supabase: Database
) -> None:
    queries = MessageQueries(supabase)
    (row,) = queries.messages(MessageFilter(deleted.organization), None, 10)
    assert (row["organization_id"], row["owner_number_id"]) == (str(deleted.organization), str(deleted.owner))
    assert (row["organization"], row["owner"], row["timezone"]) == (None, None, "America/Sao_Paulo")
    whole = queries.message(row["id"])
    assert whole is not None
    assert (whole["content"], len(whole["replies"])) == ("Olá!", 1)


def test_a_deleted_organisation_is_paused_no_more_and_cannot_be_paused(deleted: Business, supabase: Database) -> None:
    pauses = Pauses(supabase)
    assert deleted.organization not in {entry.organization_id for entry in pauses.listed()}
    with pytest.raises(Exception, match="aurora_proactive_pause was refused: code 23503"):
        pauses.pause(deleted.organization, None, "again")


def test_a_deleted_organisation_counts_in_the_panel_without_a_name(deleted: Business, supabase: Database) -> None:
    today = dt.datetime.now(dt.UTC).date()
    around = (today - dt.timedelta(days=1), today + dt.timedelta(days=1))
    assert PanelQueries(supabase).panel(*around, deleted.organization)["totals"]["sent"] == 1
    assert PanelQueries(supabase).panel(*around, None)["totals"]["sent"] >= 1


def test_the_outcome_of_a_message_whose_owner_was_deleted_meanwhile_is_written(
    database: Connection, supabase: Database, redis_client: Any
) -> None:
    business = new_business(database)
    records, entry = Records(supabase, redis_client, 600), business.entry()
    assert acquire(records, entry, "job-1").outcome == "claimed"
    database.execute("delete from organizations where id = %s", [business.organization])
    settle_failed(records, entry)
    row = MessageQueries(supabase).message(entry.occurrence.id)
    assert row is not None
    assert row["status"] == "failed"
    database.execute("delete from aurora_proactive_messages where id = %s", [entry.occurrence.id])


def test_what_was_written_to_a_deleted_owner_is_forgotten_and_what_to_others_is_not(
    database: Connection, supabase: Database, redis_client: Any, deleted: Business
) -> None:
    other = new_business(database)
    sql_settle(database, other.entry().row("sent", at=NOON))
    retention = RecordRetention(redis_client, supabase, 0)
    assert retention.forget_deleted() >= 1
    assert retention.forget_deleted() == 0
    query = "select owner_number_id, status, content from aurora_proactive_messages where owner_number_id = any(%s)"
    rows = database.execute(query, [[deleted.owner, other.owner]]).fetchall()
    assert {row["owner_number_id"]: (row["status"], row["content"]) for row in rows} == {
        deleted.owner: ("sent", None),
        other.owner: ("sent", "Olá!"),
    }
    database.execute("delete from aurora_proactive_messages where organization_id = %s", [other.organization])


def test_the_calendar_of_a_deleted_organisation_goes_and_that_of_others_stays(
    database: Connection, supabase: Database, redis_client: Any, deleted: Business
) -> None:
    other = new_business(database)
    tables = ("places", "exceptions", "feeds", "feed_events")
    try:
        for organization in (deleted.organization, other.organization):
            database.execute("insert into aurora_proactive_places (organization_id) values (%s)", [organization])
            database.execute(
                "insert into aurora_proactive_exceptions (organization_id, first_day, last_day, says)"
                " values (%s, '2026-12-24', '2026-12-26', 'closed')", [organization],
            )  # fmt: skip
            database.execute(
                "with feed as (insert into aurora_proactive_feeds (organization_id, purpose, address)"
                " values (%(id)s, 'closures', 'sealed') returning id)"
                " insert into aurora_proactive_feed_events (feed_id, organization_id, all_day, first_day, last_day)"
                " select id, %(id)s, true, '2026-12-24', '2026-12-24' from feed", {"id": organization},
            )  # fmt: skip
        RecordRetention(redis_client, supabase, 0).forget_deleted()
        for table in tables:
            kept = database.execute(f"select organization_id as id from aurora_proactive_{table}").fetchall()
            assert kept == [{"id": other.organization}]
    finally:
        for table in tables:
            database.execute(f"delete from aurora_proactive_{table}")


def test_a_product_that_shows_nobody_at_all_makes_nothing_forgotten(
    database: Connection, supabase: Database, redis_client: Any, deleted: Business
) -> None:
    with database.transaction(force_rollback=True):
        database.execute("delete from owner_numbers")
        (answer,) = database.execute("select public.aurora_proactive_forget_deleted(10) as forgotten").fetchall()
    assert answer["forgotten"] == 0


def test_a_table_that_the_product_made_with_references_loses_them(stack: LocalStack, database: Connection) -> None:
    for column, table in (("organization_id", "organizations"), ("owner_number_id", "owner_numbers")):
        database.execute(
            f"alter table aurora_proactive_messages add foreign key ({column}) references {table} (id) not valid"
        )
    migrate(stack.dsn)
    left = database.execute(
        "select conname from pg_constraint where contype = 'f' and conrelid = 'aurora_proactive_messages'::regclass"
    ).fetchall()
    assert left == []


def test_an_organisation_that_was_deleted_is_none(supabase: Database, deleted: Business) -> None:
    assert Organizations(supabase).owners(deleted.organization) is None
