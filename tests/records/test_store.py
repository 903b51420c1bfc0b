"""Two keepers of one truth: whoever asks, only one attempt may hand an occurrence over."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from proactive.model.context import Receipt
from proactive.records.entry import RecordEntry
from proactive.records.outbox import Outbox
from proactive.records.store import Records
from proactive.storage.supabase import Database, connect
from sandbox.stack import LocalStack
from tests.records.conftest import LEASE, NOON, Business, Connection, RowOf, acquire, settle_failed, settle_sent

RECEIPT = Receipt("3EB0", "5511@s.whatsapp.net", NOON)
#: A text that the database of these tests never takes.
REFUSED = "REFUSED"


@pytest.fixture(autouse=True)
def refusing(database: psycopg.Connection[dict[str, Any]]) -> Iterator[None]:
    """A table that takes no row with that text."""
    table, name = "aurora_proactive_messages", "test_refuses"
    database.execute(f"alter table {table} add constraint {name} check (content <> '{REFUSED}')")
    yield
    database.execute(f"alter table {table} drop constraint {name}")


def claim_together(stack: LocalStack, entry: RecordEntry, redis_urls: list[str]) -> list[str]:
    """Let one worker a Redis address claim the same occurrence at the same moment; their outcomes, sorted."""
    together = threading.Barrier(len(redis_urls))
    outcomes: list[str] = []

    def claim(place: int, url: str) -> None:
        database = Database(connect(stack.supabase_url, stack.service_role_key, 10))
        records = Records(database, redis.Redis.from_url(url), LEASE)
        together.wait()
        outcomes.append(acquire(records, entry, f"worker-{place}").outcome)

    threads = [threading.Thread(target=claim, args=asked) for asked in enumerate(redis_urls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_of_several_that_claim_at_once_exactly_one_may_go_on(
    stack: LocalStack, redis_client: redis.Redis, business: Business
) -> None:
    assert claim_together(stack, business.entry(), [stack.redis_url] * 4) == ["busy"] * 3 + ["claimed"]


def test_where_redis_forgot_everything_the_row_alone_lets_one_through(
    stack: LocalStack, redis_client: redis.Redis, business: Business
) -> None:
    separate = [f"{stack.redis_url.removesuffix('/0')}/{number}" for number in (1, 2, 3, 4)]
    assert claim_together(stack, business.entry(), separate) == ["busy"] * 3 + ["claimed"]


def test_what_was_begun_and_never_ended_is_unknown_and_never_claimable_again(
    supabase: Database, redis_client: redis.Redis, business: Business
) -> None:
    impatient = Records(supabase, redis_client, 0)
    entry = business.entry()
    claim = acquire(impatient, entry, "a")
    assert claim.outcome == "claimed"
    assert impatient.begin(entry, claim) == "begun"
    look = acquire(impatient, entry, "b")
    assert (look.outcome, look.checks) == ("unknown", 1)
    assert acquire(impatient, entry, "c").outcome in ("unknown", "busy")


def test_what_was_never_begun_is_taken_up_by_the_next_however_many_die_before_it_begins(
    supabase: Database, redis_client: redis.Redis, business: Business
) -> None:
    impatient, entry = Records(supabase, redis_client, 0), business.entry()
    claims = [acquire(impatient, entry, by) for by in ("a", "b", "c")]
    assert [claim.outcome for claim in claims] == ["claimed"] * 3
    assert impatient.begin(entry, claims[0]) == "taken_over"
    assert impatient.begin(entry, claims[2]) == "begun"
    assert acquire(impatient, entry, "d").outcome == "unknown"


def test_what_was_given_up_is_free_at_once_and_its_row_with_it(records: Records, business: Business) -> None:
    entry = business.entry()
    first = acquire(records, entry, "a")
    assert acquire(records, entry, "b").outcome == "busy"
    records.void([(entry, first)])
    assert records.begin(entry, first) == "taken_over"
    second = acquire(records, entry, "b")
    assert second.outcome == "claimed"
    assert records.begin(entry, second) == "begun"


def test_what_was_begun_cannot_be_given_up(records: Records, business: Business) -> None:
    entry = business.entry()
    claim = acquire(records, entry, "a")
    records.begin(entry, claim)
    records.void([(entry, claim)])
    assert acquire(records, entry, "b").outcome == "busy"


def test_another_run_of_redis_may_have_forgotten_that_it_began(
    supabase: Database, redis_client: redis.Redis, business: Business
) -> None:
    impatient, entry = Records(supabase, redis_client, 0), business.entry()
    acquire(impatient, entry, "a")
    redis_client.hset(f"aurora:handover:{entry.occurrence.id}", "run", "0" * 40)
    assert acquire(impatient, entry, "b").outcome == "unknown"


def test_a_row_that_is_being_found_out_is_not_freed_by_a_claim_that_never_began(
    supabase: Database, redis_client: redis.Redis, business: Business
) -> None:
    impatient, entry = Records(supabase, redis_client, 0), business.entry()
    sent = acquire(impatient, entry, "a")
    impatient.begin(entry, sent)  # and handed over, and killed
    redis_client.flushall()
    assert acquire(impatient, entry, "b").outcome == "unknown"
    redis_client.flushall()
    assert acquire(impatient, entry, "c").outcome == "unknown"
    assert acquire(impatient, entry, "d").outcome == "unknown"


def test_several_are_claimed_at_once_each_with_its_own_answer(records: Records, business: Business) -> None:
    new, held, sent, waiting = (business.entry() for _ in range(4))
    acquire(records, held, "a")
    acquire(records, sent, "a")
    settle_sent(records, sent, RECEIPT, NOON)
    records.keep_pending([waiting])
    claims = records.acquire_leases([(entry, "b") for entry in (new, held, sent, waiting)])
    assert [claim.outcome for claim in claims] == ["claimed", "busy", "sent", "claimed"]


def test_one_row_that_cannot_be_written_spoils_no_other(
    records: Records, business: Business, redis_client: redis.Redis, row_of: RowOf
) -> None:
    good, refused = business.entry(), business.entry(text=REFUSED)
    claims = records.acquire_leases([(good, "a"), (refused, "a")])
    assert [claim.outcome for claim in claims] == ["claimed", "claimed"]
    assert row_of(good) is not None
    assert Outbox(redis_client).get(refused.occurrence.id) is not None


def test_a_busy_claim_says_when_to_come_back(records: Records, business: Business) -> None:
    entry = business.entry()
    acquire(records, entry, "a")
    claim = acquire(records, entry, "b")
    assert claim.outcome == "busy"
    assert LEASE - 60 < claim.seconds <= LEASE


@pytest.mark.parametrize("maybe_accepted", [False, True])
def test_a_claim_given_back_remembers_whether_a_failure_may_hide_a_yes(
    records: Records, business: Business, maybe_accepted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = business.entry()
    records.release(entry, acquire(records, entry, "a"), maybe_accepted=maybe_accepted)
    if maybe_accepted:  # the gateway is given time to show what it may have accepted
        assert 5 < acquire(records, entry, "b").seconds <= 10
        monkeypatch.setattr("proactive.records.leases.CHECK_AGAIN", 0.0)
    claim = acquire(records, entry, "b")
    assert (claim.outcome, claim.maybe_accepted) == ("claimed", maybe_accepted)


def test_a_claim_that_was_begun_and_taken_over_can_be_neither_begun_again_nor_given_back(
    supabase: Database, redis_client: redis.Redis, business: Business
) -> None:
    impatient, entry = Records(supabase, redis_client, 0.0), business.entry()
    claim = acquire(impatient, entry, "a")
    assert impatient.begin(entry, claim) == "begun"
    assert acquire(impatient, entry, "b").outcome == "unknown"
    assert impatient.begin(entry, claim) == "taken_over"
    impatient.release(entry, claim, maybe_accepted=False)
    assert acquire(impatient, entry, "c").outcome in ("unknown", "busy")
    settle_failed(impatient, entry)
    impatient.release(entry, claim, maybe_accepted=False)
    assert acquire(impatient, entry, "d").outcome == "failed"


@pytest.mark.parametrize("outcome", ["sent", "failed"])
@pytest.mark.parametrize("forgetful", ["nobody", "redis"])
def test_a_settled_occurrence_is_settled_for_everybody(
    records: Records, redis_client: redis.Redis, business: Business, outcome: str, forgetful: str
) -> None:
    entry = business.entry()
    acquire(records, entry, "a")
    if outcome == "sent":
        settle_sent(records, entry, RECEIPT, NOON)
    else:
        settle_failed(records, entry)
    if forgetful == "redis":
        redis_client.flushall()
    assert [acquire(records, entry, "b").outcome for _ in range(2)] == [outcome] * 2


def test_a_row_that_was_lost_is_still_settled_in_redis(
    records: Records, database: Connection, business: Business
) -> None:
    entry = business.entry()
    acquire(records, entry, "a")
    settle_sent(records, entry, RECEIPT, NOON)
    database.execute("delete from aurora_proactive_messages where id = %s", [entry.occurrence.id])
    assert acquire(records, entry, "b").outcome == "sent"


def test_a_reopened_occurrence_may_be_claimed_again_and_has_no_failure_any_more(
    records: Records, business: Business, row_of: RowOf
) -> None:
    task = business.task()
    entry = business.entry(task)
    acquire(records, entry, "a")
    settle_failed(records, entry)
    assert acquire(records, entry, "b").outcome == "failed"
    assert records.reopen(entry.occurrence.id) is not None
    row = row_of(entry)
    assert row is not None
    assert "failure" not in row["metadata"]
    assert acquire(records, business.entry(task, reopened=1), "c").outcome == "claimed"


def test_a_waiting_message_is_seen_waiting(records: Records, business: Business, row_of: RowOf) -> None:
    entry = business.entry()
    records.keep_pending([entry])
    row = row_of(entry)
    assert row is not None
    assert (row["status"], row["content"]) == ("pending", "Olá!")
    assert acquire(records, entry, "a").outcome == "claimed"


def test_without_redis_nothing_may_be_handed_over(supabase: Database, business: Business) -> None:
    away = redis.Redis(port=1, retry=Retry(NoBackoff(), 0))
    with pytest.raises(redis.ConnectionError):
        acquire(Records(supabase, away, LEASE), business.entry(), "a")
