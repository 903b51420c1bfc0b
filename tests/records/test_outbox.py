"""The outbox: one kept row an occurrence, written when Supabase is there, the newest one only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
import redis

from proactive.errors import SupabaseError
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.records.entry import Status
from proactive.records.outbox import Outbox
from proactive.records.store import Records
from proactive.storage.redis import OUTBOX, OUTBOX_REFUSED
from proactive.storage.storable import storable
from tests.records.conftest import NOON, Business, RowOf

FAILURE = Failure(FailureReason.NOT_ON_WHATSAPP)
NOWHERE = UUID(int=0)
#: A text that the database of these tests never takes.
REFUSED = "REFUSED"


@pytest.fixture(autouse=True)
def refusing(database: psycopg.Connection[dict[str, Any]]) -> Iterator[None]:
    """A table that takes no row with that text."""
    table, name = "aurora_proactive_messages", "test_refuses"
    database.execute(f"alter table {table} add constraint {name} check (content <> '{REFUSED}')")
    yield
    database.execute(f"alter table {table} drop constraint {name}")


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


@pytest.mark.parametrize(
    ("kept", "comes", "stays"),
    [
        (("failed", 0), ("pending", 0), 0),
        (("failed", 0), ("pending", 1), 1),
        (("failed", 0), ("failed", 1), 1),
        (("pending", 1), ("failed", 0), 0),
        (("pending", 1), ("failed", 1), 1),
        (("failed", 2), ("pending", 1), 0),
        (("sent", 0), ("failed", 1), 0),
        (("sent", 0), ("pending", 9), 0),
        (("failed", 9), ("sent", 0), 1),
        (("pending", 9), ("sent", 0), 1),
    ],
)
def test_what_was_written_after_a_row_was_opened_again_is_the_newer_row(
    redis_client: redis.Redis, business: Business, kept: tuple[Status, int], comes: tuple[Status, int], stays: int
) -> None:
    task = business.task()
    rows = [business.entry(task, reopened=reopened).row(status) for status, reopened in (kept, comes)]
    outbox = Outbox(redis_client)
    for row in rows:
        outbox.keep(row)
    assert outbox.get(task.occurrence.id) == rows[stays]


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


@pytest.mark.parametrize(
    "text",
    [
        "half an emoji \ud83d",
        "\udc36",
        "NUL \x00",
        "\ufffe\uffff",
        "🐶" * 3,
        "\\ud83d as written",
        "x" * 2_000_000,
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_words_of_others_are_made_storable_and_their_row_is_written(
    records: Records, redis_client: redis.Redis, business: Business, row_of: RowOf, text: str
) -> None:
    outbox, entry = Outbox(redis_client), business.entry(text=text)
    outbox.keep(entry.row("pending"))
    outbox.remember(entry.row("sent", at=NOON))
    assert records.flush() == 1
    row = row_of(entry)
    assert row is not None
    assert row["status"] == "sent"
    assert row["content"] == storable(text)
    assert len(outbox) == 0


@pytest.mark.parametrize("broken", [b"not json", b"", b"\xff", b'{"status":', b"null", b"7", b'{"id": "half \\ud83d"}'])
def test_a_kept_row_that_cannot_be_read_is_laid_aside_and_gives_way_to_a_newer_one(
    records: Records, redis_client: redis.Redis, business: Business, row_of: RowOf, broken: bytes
) -> None:
    outbox, good, newer = Outbox(redis_client), business.entry(), business.entry()
    for name in (str(NOWHERE), str(newer.occurrence.id)):
        redis_client.hset(OUTBOX, name, broken)
    outbox.keep(good.row("sent", at=NOON))
    outbox.remember(newer.row("failed", failure=FAILURE))
    records.flush()
    assert row_of(good) is not None
    assert row_of(newer) is not None
    assert (redis_client.hlen(OUTBOX), redis_client.hkeys(OUTBOX_REFUSED)) == (0, [str(NOWHERE).encode()])


class Picky:
    """A write that Supabase answers with a no, for now, where one of the rows is among those."""

    def __init__(self, refuses: set[str]) -> None:
        self.refuses, self.calls = refuses, 0
        self.written: set[str] = set()

    def __call__(self, rows: list[dict[str, Any]]) -> None:
        self.calls += 1
        ids = {row["id"] for row in rows}
        if ids & self.refuses:
            raise SupabaseError("no", answered=True)
        self.written |= ids


def test_rows_that_supabase_answers_with_a_no_hold_up_no_other_and_stay(redis_client: redis.Redis) -> None:
    outbox = Outbox(redis_client)
    rows = [Business(NOWHERE, NOWHERE).entry().row("sent", at=NOON) | {"id": str(UUID(int=n))} for n in range(120)]
    for row in rows:
        outbox.keep(row)
    picky = Picky({rows[3]["id"], rows[60]["id"], rows[110]["id"]})
    for _ in range(5):
        outbox.flush(picky)
    assert len(outbox) == 3
    assert len(picky.written) == 117
    assert redis_client.hlen(OUTBOX_REFUSED) == 0


def test_a_supabase_that_answers_everything_with_a_no_is_not_asked_for_every_row(redis_client: redis.Redis) -> None:
    outbox = Outbox(redis_client)
    rows = [Business(NOWHERE, NOWHERE).entry().row("sent", at=NOON) | {"id": str(UUID(int=n))} for n in range(120)]
    for row in rows:
        outbox.keep(row)
    picky = Picky({row["id"] for row in rows})
    assert outbox.flush(picky) == 0
    assert picky.calls <= 6
    assert len(outbox) == 120
