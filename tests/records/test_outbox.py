"""The outbox: one kept row an occurrence, written when Supabase is there, the newest one only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import redis

from proactive.errors import SupabaseError
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.records.outbox import Outbox
from proactive.records.store import Records
from tests.records.conftest import NOON, Business, RowOf

FAILURE = Failure(FailureReason.NOT_ON_WHATSAPP)
NOWHERE = UUID(int=0)
#: A text that PostgreSQL never takes.
REFUSED = "NUL \x00"


class Away:
    """A write that Supabase does not take after the first few pages."""

    def __init__(self, takes: int = 0) -> None:
        self.takes = takes
        self.written: list[dict[str, Any]] = []

    def __call__(self, rows: list[dict[str, Any]]) -> None:
        if not self.takes:
            raise SupabaseError("away")
        self.takes -= 1
        self.written += rows


def test_the_outbox_keeps_the_newer_row_of_an_occurrence(redis_client: redis.Redis) -> None:
    outbox, entry = Outbox(redis_client), Business(NOWHERE, NOWHERE).entry()
    outbox.keep(entry.row("pending"))
    outbox.keep(entry.row("failed", failure=FAILURE))
    outbox.keep(entry.row("sent", at=NOON))
    outbox.keep(entry.row("pending"))
    kept = outbox.get(entry.occurrence.id)
    assert kept is not None
    assert kept["status"] == "sent"
    assert len(outbox) == 1


def test_the_outbox_forgets_only_what_was_written(redis_client: redis.Redis) -> None:
    outbox, entry = Outbox(redis_client), Business(NOWHERE, NOWHERE).entry()
    pending, sent = entry.row("pending"), entry.row("sent", at=NOON)
    outbox.keep(pending)
    outbox.keep(sent)
    outbox.done([pending])
    assert outbox.get(entry.occurrence.id) == sent
    outbox.done([sent])
    assert outbox.get(entry.occurrence.id) is None


def test_a_row_that_comes_while_its_older_self_is_written_is_not_lost(redis_client: redis.Redis) -> None:
    outbox, entry = Outbox(redis_client), Business(NOWHERE, NOWHERE).entry()
    outbox.keep(entry.row("pending"))
    assert outbox.flush(lambda rows: outbox.keep(entry.row("sent", at=NOON))) == 1
    kept = outbox.get(entry.occurrence.id)
    assert kept is not None
    assert kept["status"] == "sent"


def test_what_cannot_be_written_stays_in_the_outbox(redis_client: redis.Redis) -> None:
    outbox = Outbox(redis_client)
    for _ in range(120):
        outbox.keep(Business(NOWHERE, NOWHERE).entry().row("pending"))
    assert outbox.flush(Away(takes=2)) == 100
    assert len(outbox) == 20
    assert outbox.flush(Away()) == 0
    assert outbox.flush(Away(takes=9)) == 20
    assert len(outbox) == 0


def test_a_patient_flush_leaves_alone_what_was_not_there_when_it_looked_before(redis_client: redis.Redis) -> None:
    outbox, old, new = Outbox(redis_client), Business(NOWHERE, NOWHERE).entry(), Business(NOWHERE, NOWHERE).entry()
    write = Away(takes=9)
    outbox.keep(old.row("pending"))
    assert outbox.flush(write, patient=True) == 0
    outbox.keep(new.row("pending"))
    assert outbox.flush(write, patient=True) == 1
    assert [row["id"] for row in write.written] == [str(old.occurrence.id)]
    assert outbox.flush(write, patient=True) == 1
    assert len(outbox) == 0


def test_a_row_that_supabase_refuses_for_good_holds_up_no_other(
    records: Records, redis_client: redis.Redis, business: Business, row_of: RowOf
) -> None:
    outbox, good = Outbox(redis_client), [business.entry() for _ in range(20)]
    outbox.keep(business.entry(text=REFUSED).row("sent", at=NOON))
    for entry in good:
        outbox.keep(entry.row("sent", at=NOON))
    records.flush()
    assert all(row_of(entry) for entry in good)
