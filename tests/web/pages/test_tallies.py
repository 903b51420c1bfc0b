"""The panel's figures are those of the messages themselves, whatever happens to the messages."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from statistics import fmean
from threading import Barrier, Thread
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import psycopg.rows
import pytest

from sandbox.stack import LocalStack
from tests.support.shops import Shop, make_shop

Connection = psycopg.Connection[dict[str, Any]]
TABLES = ("hours", "timings", "activity")
ZEROS = {"hours": "(pending, sent, failed, answered, timed) <> (0, 0, 0, 0, 0)", "timings": "messages <> 0",
         "activity": "(sent, failed) <> (0, 0)"}  # fmt: skip


def tallies(database: Connection) -> dict[str, list[dict[str, Any]]]:
    """What is counted; a count that fell to nothing may stay as a zero."""
    return {
        table: database.execute(
            f"select t::text from aurora_proactive_{table} t where {ZEROS[table]} order by 1"
        ).fetchall()
        for table in TABLES
    }


def panel(database: Connection, first: dt.date, last: dt.date, shop: Shop) -> dict[str, Any]:
    query = "select aurora_proactive_panel(%s, %s, %s) as panel"
    row = database.execute(query, [first, last, shop.organization]).fetchone()
    assert row
    found: dict[str, Any] = row["panel"]
    return found


def messages(database: Connection, shop: Shop) -> list[dict[str, Any]]:
    query = "select * from aurora_proactive_messages where organization_id = %s"
    return database.execute(query, [shop.organization]).fetchall()


def test_they_are_what_counting_anew_gives_after_anything_that_can_happen(
    stack: LocalStack, database: Connection
) -> None:
    shop, chance = make_shop(stack, "Tallied", days=6), random.Random(5)
    ids = [row["id"] for row in messages(database, shop)]
    for turn in range(120):
        message = chance.choice(ids)
        act = chance.choice(("fail", "send", "reopen", "metadata", "reply", "reply", "unreply", "move", "delete"))
        if act == "delete":
            database.execute("delete from aurora_proactive_messages where id = %s", [message])
        elif act == "reply":
            database.execute(
                "insert into aurora_proactive_replies values ('t', %s, %s, null, now(), (select id from"
                " aurora_proactive_messages where id = %s))", [str(turn), shop.organization, message],
            )  # fmt: skip
        elif act in ("unreply", "move"):
            change = "delete from aurora_proactive_replies" if act == "unreply" else (
                "update aurora_proactive_replies set answers = (select id from aurora_proactive_messages"
                f" where id = '{chance.choice(ids)}')")  # fmt: skip
            database.execute(f"{change} where answers = %s", [message])
        else:
            change = {"fail": "status = 'failed', sent_at = null", "reopen": "status = 'pending', sent_at = null",
                      "send": "status = 'sent', sent_at = scheduled_for + interval '7 s'",
                      "metadata": """metadata = metadata || '{"claim": {}}'"""}[act]  # fmt: skip
            database.execute(f"update aurora_proactive_messages set {change} where id = %s", [message])
    kept = tallies(database)
    database.execute("select aurora_proactive_recount_tallies()")
    assert kept == tallies(database)
    assert kept["hours"] and kept["timings"] and kept["activity"]


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "America/New_York", "Pacific/Tongatapu"])
def test_the_panel_counts_local_days_and_hours(stack: LocalStack, database: Connection, zone: str) -> None:
    shop = make_shop(stack, "Zoned", days=40, zone=zone)
    last = dt.datetime.now(ZoneInfo(zone)).date() - dt.timedelta(days=3)
    first = last - dt.timedelta(days=29)
    local = [
        (row, row["created_at"].replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone))) for row in messages(database, shop)
    ]
    inside = [(row, at) for row, at in local if first <= at.date() <= last]
    sent = [(row, at) for row, at in inside if row["status"] == "sent"]
    found = panel(database, first, last, shop)
    totals = found["totals"]
    assert (totals["sent"], totals["failed"]) == (len(sent), len(inside) - len(sent))
    assert {row["type"]: row["sent"] for row in found["types"]} == Counter(row["message_type"] for row, _ in sent)
    assert {(row["weekday"], row["hour"]): row["sent"] for row in found["heat"]} == Counter(
        (at.isoweekday(), at.hour) for _, at in sent
    )
    assert {row["step"]: row["sent"] for row in found["series"] if row["sent"]} == Counter(
        (at.date() - first).days for _, at in sent
    )
    assert found["before"]["sent"] == sum(
        first - dt.timedelta(days=30) <= at.date() < first and row["status"] == "sent" for row, at in local
    )


def test_times_and_replies_are_those_of_the_messages(stack: LocalStack, database: Connection) -> None:
    shop = make_shop(stack, "Timed", days=60)
    sent = [row for row in messages(database, shop) if row["status"] == "sent"]
    took = sorted((row["sent_at"] - row["scheduled_for"]).total_seconds() for row in sent)
    replied = database.execute(
        "select count(distinct answers) as n from aurora_proactive_replies where organization_id = %s",
        [shop.organization],
    ).fetchone()
    today = dt.datetime.now(dt.UTC).date()
    totals = panel(database, today - dt.timedelta(days=90), today, shop)["totals"]
    assert totals["mean"] == pytest.approx(fmean(took), rel=0.001)
    # a bucket of the histogram is 9 % wide
    assert totals["p95"] == pytest.approx(took[int(0.95 * len(took))], rel=0.12)
    assert replied and totals["answered"] == replied["n"] > 0


def test_two_replies_at_once_count_one_message(stack: LocalStack, database: Connection, ours: Shop) -> None:
    today = dt.datetime.now(dt.UTC).date()
    shop = make_shop(stack, "Answered", days=3)
    database.execute("delete from aurora_proactive_replies where organization_id = %s", [shop.organization])
    start = Barrier(4)

    def reply(message: UUID, name: str) -> None:
        with psycopg.connect(stack.dsn) as connection:
            start.wait()
            connection.execute(
                "insert into aurora_proactive_replies values ('a', %s, %s, null, now(), %s)",
                [name, shop.organization, message],
            )

    for round_, message in enumerate(shop.messages["sent"][:5]):
        threads = [Thread(target=reply, args=(message, f"{round_}-{number}")) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    totals = panel(database, today - dt.timedelta(days=9), today, shop)["totals"]
    assert totals["answered"] == len(shop.messages["sent"][:5])


def test_many_rows_at_once_are_counted_like_single_ones(stack: LocalStack, database: Connection) -> None:
    shop = make_shop(stack, "Bulk", days=1)
    before = len(messages(database, shop))
    database.execute(
        """insert into aurora_proactive_messages (organization_id, message_type, status, created_at)
           select %s, 'birthdays', 'failed', now() at time zone 'UTC' from generate_series(1, 5000)""",
        [shop.organization],
    )
    today = dt.datetime.now(ZoneInfo("America/Sao_Paulo")).date()
    totals = panel(database, today - dt.timedelta(days=1), today, shop)["totals"]
    assert totals["sent"] + totals["failed"] == 5000 + before


def test_nobody_but_the_service_reads_them(database: Connection) -> None:
    database.execute("set role authenticated")
    for table in TABLES:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute(f"select * from aurora_proactive_{table}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.execute("select aurora_proactive_panel(current_date, current_date, null)")


def test_emptied_messages_leave_no_figures_and_nothing_that_points_at_them(
    stack: LocalStack, database: Connection
) -> None:
    shop = make_shop(stack, "Emptied", days=2)
    with psycopg.connect(stack.dsn, row_factory=psycopg.rows.dict_row) as connection:
        (message, *_) = messages(connection, shop)
        connection.execute(
            "insert into aurora_proactive_replies values ('t', 'reply', %s, null, now(), %s)",
            [shop.organization, message["id"]],
        )
        connection.execute("truncate aurora_proactive_messages")
        assert tallies(connection) == {table: [] for table in TABLES}
        pointing = connection.execute("select count(*) as n from aurora_proactive_replies where answers is not null")
        assert pointing.fetchone() == {"n": 0}
        connection.rollback()  # the other tests' messages
