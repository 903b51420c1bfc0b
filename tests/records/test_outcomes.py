"""Outcomes: in Redis at once, in Supabase together, and never lost in between."""

from __future__ import annotations

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from proactive.gateways.send_memory import SendMemory, send_note
from proactive.model.context import Receipt
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.records.outbox import Outbox
from proactive.records.store import Records
from proactive.storage.supabase import Database
from tests.records.conftest import LEASE, NOON, Business, RowOf, acquire, settle_failed, settle_sent

RECEIPT = Receipt("3EB0", "5511@s.whatsapp.net", NOON)


def test_what_is_settled_together_is_remembered_at_once_and_written_at_the_end(
    records: Records, business: Business, redis_client: redis.Redis, row_of: RowOf
) -> None:
    sent, failed = business.entry(), business.entry()
    claims = records.acquire_leases([(sent, "a"), (failed, "a")])
    assert [claim.outcome for claim in claims] == ["claimed"] * 2
    outcomes = records.outcome_batch()
    outcomes.sent(sent, RECEIPT, NOON)
    outcomes.failed(failed, Failure(FailureReason.NOT_ON_WHATSAPP))
    assert [lease.outcome for lease in records.acquire_leases([(sent, "b"), (failed, "b")])] == ["sent", "failed"]
    assert len(Outbox(redis_client)) == 2
    assert [(row or {}).get("status") for row in map(row_of, (sent, failed))] == ["pending"] * 2
    outcomes.write()
    assert [(row or {}).get("status") for row in map(row_of, (sent, failed))] == ["sent", "failed"]
    assert len(Outbox(redis_client)) == 0


def test_a_settled_message_leaves_nothing_in_the_outbox(
    records: Records, redis_client: redis.Redis, business: Business, row_of: RowOf
) -> None:
    entry = business.entry()
    acquire(records, entry, "a")
    settle_failed(records, entry)
    row = row_of(entry)
    assert row is not None
    assert row["metadata"]["failure"] == {"code": "not_on_whatsapp"}
    assert (row["status"], row["error_message"]) == ("failed", "the number is not on WhatsApp")
    assert len(Outbox(redis_client)) == 0
    assert records.flush() == 0


def test_without_redis_an_outcome_is_still_recorded(supabase: Database, business: Business, row_of: RowOf) -> None:
    entry = business.entry()
    settle_sent(Records(supabase, redis.Redis(port=1, retry=Retry(NoBackoff(), 0)), LEASE), entry, RECEIPT, NOON)
    row = row_of(entry)
    assert row is not None
    assert row["status"] == "sent"


def test_the_breaker_of_its_instance_knows_of_a_message_as_soon_as_its_outcome_is_remembered(
    records: Records, business: Business, redis_client: redis.Redis
) -> None:
    instance, outcomes = f"org-{business.organization}", records.outcome_batch()
    for n in range(2):
        entry = business.entry()
        acquire(records, entry, "a")
        outcomes.sent(entry, RECEIPT, NOON, send_note(instance, f"n{n}", NOON.timestamp() + n))
    assert [send.at for send in SendMemory(redis_client, 10).recall(instance).sends] == [
        NOON.timestamp(), NOON.timestamp() + 1
    ]  # fmt: skip
