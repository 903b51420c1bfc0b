"""The database's own functions: one row an occurrence, one claim at a time, and what is sent stays sent."""

from __future__ import annotations

import datetime as dt

import pytest

from proactive.model.context import Receipt
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.records.store import Records
from tests.records.conftest import NOON, Business, Connection, RowOf, sql_claim, sql_settle

FAILURE = Failure(FailureReason.NOT_ON_WHATSAPP)
RECEIPT = Receipt("3EB0", "5511@s.whatsapp.net", NOON)


def test_the_first_claim_writes_the_row_and_holds_it(database: Connection, business: Business, row_of: RowOf) -> None:
    entry = business.entry()
    assert sql_claim(database, entry, "a")["outcome"] == "claimed"
    row = row_of(entry)
    assert row is not None
    assert (row["status"], row["content"], row["message_type"]) == ("pending", "Olá!", "custom_campaign")
    assert row["scheduled_for"] == NOON.replace(tzinfo=None)
    assert row["metadata"]["claim"]["by"] == "a"


def test_a_second_claim_is_told_how_long_the_first_may_take(database: Connection, business: Business) -> None:
    entry = business.entry()
    sql_claim(database, entry, "a", 30)
    answer = sql_claim(database, entry, "b", 30)
    assert answer["outcome"] == "busy"
    assert 25 < answer["seconds"] <= 30


def test_a_claim_that_ran_out_is_unknown_and_keeps_the_text_that_may_be_out(
    database: Connection, business: Business, row_of: RowOf
) -> None:
    task = business.task()
    sql_claim(database, business.entry(task, "first text"), "a")
    answer = sql_claim(database, business.entry(task, "second text", 2), "b", 0)
    assert (answer["outcome"], answer["content"]) == ("unknown", "first text")
    row = row_of(business.entry(task))
    assert row is not None
    assert row["content"] == "first text"
    assert row["metadata"]["claim"]["by"] == "b"
    assert sql_claim(database, business.entry(task), "c")["outcome"] == "busy"


def test_a_row_that_only_waits_is_written_and_held_by_nobody(
    database: Connection, business: Business, row_of: RowOf
) -> None:
    task = business.task()
    assert sql_claim(database, business.entry(task, "early"), None)["outcome"] == "claimed"
    assert sql_claim(database, business.entry(task, "late", 2), "a")["outcome"] == "claimed"
    row = row_of(business.entry(task))
    assert row is not None
    assert (row["content"], row["metadata"]["attempts"]) == ("late", 2)


@pytest.mark.parametrize("status", ["sent", "failed"])
def test_a_settled_occurrence_cannot_be_claimed(database: Connection, business: Business, status: str) -> None:
    entry = business.entry()
    sql_settle(database, entry.row("sent", at=NOON) if status == "sent" else entry.row("failed", failure=FAILURE))
    for by in ("a", None):
        assert sql_claim(database, entry, by, 0) == {"outcome": status}


def test_settling_works_whether_or_not_the_row_was_there(
    database: Connection, business: Business, row_of: RowOf
) -> None:
    for before in (True, False):
        entry = business.entry()
        if before:
            sql_claim(database, entry, "a")
        assert sql_settle(database, entry.row("sent", at=NOON, receipt=RECEIPT))
        row = row_of(entry)
        assert row is not None
        assert (row["status"], row["sent_at"]) == ("sent", NOON.replace(tzinfo=None))
        assert row["metadata"]["gateway_message_id"] == "3EB0"
        assert "claim" not in row["metadata"]


def test_what_is_sent_never_changes_again(database: Connection, business: Business, row_of: RowOf) -> None:
    entry = business.entry()
    sql_settle(database, entry.row("sent", at=NOON, receipt=RECEIPT))
    before = row_of(entry)
    later = business.entry(business.task(key=entry.occurrence.key), "another text", 3)
    assert later.occurrence.id == entry.occurrence.id
    sent = later.row("sent", at=NOON + dt.timedelta(1))
    for row in (later.row("failed", failure=FAILURE), later.row("pending"), sent):
        assert not sql_settle(database, row)
    assert row_of(entry) == before


def test_what_failed_may_turn_out_to_be_sent_and_nothing_else(
    database: Connection, business: Business, row_of: RowOf
) -> None:
    entry = business.entry()
    assert sql_settle(database, entry.row("failed", failure=FAILURE))
    assert not sql_settle(database, entry.row("failed", failure=FAILURE))
    assert not sql_settle(database, entry.row("pending"))
    assert sql_settle(database, entry.row("sent", at=NOON, receipt=RECEIPT))
    row = row_of(entry)
    assert row is not None
    assert (row["status"], row["error_message"]) == ("sent", None)


def test_a_claim_given_back_can_be_taken_again_at_once(database: Connection, business: Business) -> None:
    entry = business.entry()
    sql_claim(database, entry, "a")
    assert sql_settle(database, entry.row("pending") | {"claim": "a"})
    assert sql_claim(database, entry, "b")["outcome"] == "claimed"


def test_settling_without_a_text_keeps_the_one_there_is(
    database: Connection, business: Business, row_of: RowOf
) -> None:
    task = business.task()
    sql_claim(database, business.entry(task, "the text"), "a")
    sql_settle(database, business.entry(task, None).row("failed", failure=FAILURE))
    row = row_of(business.entry(task))
    assert row is not None
    assert (row["content"], row["error_message"]) == ("the text", FAILURE.text)
    assert row["metadata"]["facts"] == {"date": "2026-11-23", "reach": 3}


def test_unsettled_are_the_pending_ones_that_are_old_enough_oldest_first(
    database: Connection, business: Business, records: Records
) -> None:
    tasks = [business.task() for _ in range(4)]
    for age, task in enumerate(tasks):
        sql_claim(database, business.entry(task), "a")
        database.execute(
            "update aurora_proactive_messages set created_at = timestamp '2020-01-01' - make_interval(hours => %s)"
            " where id = %s", [age, task.occurrence.id],
        )  # fmt: skip
    sql_settle(database, business.entry(tasks[1]).row("sent", at=NOON))
    fresh = business.task()
    sql_claim(database, business.entry(fresh), "a")
    mine = [found for found in records.unsettled(60) if found[0].organization_id == business.organization]
    assert mine == [(tasks[3], "job-1"), (tasks[2], "job-1"), (tasks[0], "job-1")]
    assert len(records.unsettled(60, limit=2)) == 2


def test_only_a_failed_occurrence_can_be_reopened(
    database: Connection, business: Business, records: Records, row_of: RowOf
) -> None:
    task, sent, waiting = business.task(by_hand=True), business.task(), business.task()
    sql_settle(database, business.entry(task).row("failed", failure=FAILURE))
    sql_settle(database, business.entry(sent).row("sent", at=NOON))
    sql_claim(database, business.entry(waiting), "a")
    for other in (sent, waiting, business.task()):
        assert records.reopen(other.occurrence.id) is None
    assert records.reopen(task.occurrence.id) == task
    row = row_of(business.entry(task))
    assert row is not None
    assert (row["status"], row["error_message"]) == ("pending", None)
    assert row["metadata"]["reopened"] == 1
    assert sql_claim(database, business.entry(task), "a")["outcome"] == "busy"  # it read the row before
    assert sql_claim(database, business.entry(task, reopened=1), "b")["outcome"] == "claimed"


def test_a_gateway_message_belongs_to_one_occurrence_of_its_organisation(
    database: Connection, business: Business, records: Records
) -> None:
    first, second = business.entry(), business.entry()
    sql_settle(database, first.row("sent", at=NOON, receipt=RECEIPT))
    sql_claim(database, second, "a")
    free = Receipt("3EB1", "5511@s.whatsapp.net", NOON)
    assert records.unowned(second, [RECEIPT, free]) == free
    assert records.unowned(second, [RECEIPT]) is None
    assert records.unowned(first, [RECEIPT]) == RECEIPT
    assert records.unowned(second, []) is None


def nothing_sent(database: Connection, seconds: float) -> bool:
    row = database.execute("select aurora_proactive_nothing_sent_for(%s) as answer", [seconds]).fetchone()
    assert row is not None
    return bool(row["answer"])


def test_nothing_was_sent_for_a_while_only_if_nothing_is_being_sent_either(
    database: Connection, business: Business
) -> None:
    with database.transaction(force_rollback=True):
        database.execute("delete from aurora_proactive_messages")
        now = database.execute("select now() as now").fetchone()
        assert now is not None
        assert nothing_sent(database, 3600)
        sql_settle(database, business.entry().row("sent", at=now["now"]))
        assert not nothing_sent(database, 3600)
        assert nothing_sent(database, 0)
        sql_claim(database, business.entry(), "a")
        assert not nothing_sent(database, 0)


def test_the_schedule_ran_before_where_it_wrote_to_somebody_by_itself(database: Connection, business: Business) -> None:
    query = "select aurora_proactive_ran_before('birthdays', 'Antarctica/Vostok') as answer"

    def ran() -> bool:
        row = database.execute(query).fetchone()
        assert row is not None
        return bool(row["answer"])

    birthdays = {"type": "birthdays", "timezone": "Antarctica/Vostok", "data": {}}
    sql_claim(database, business.entry(business.task(**birthdays, by_hand=True, key="2026-11-22")), "a")
    assert not ran()
    entry = business.entry(business.task(**birthdays, key="2026-11-23"))
    sql_claim(database, entry, "a")
    assert ran()
    database.execute(
        "update aurora_proactive_messages set created_at = created_at - interval '9 days' where id = %s",
        [entry.occurrence.id],
    )
    assert not ran()
