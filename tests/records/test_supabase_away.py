"""Supabase away for minutes: messages still go out once, and no record is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from proactive.errors import SupabaseError
from proactive.model.context import Receipt
from proactive.records.outbox import Outbox
from proactive.records.store import Records
from proactive.storage.supabase import Database
from sandbox.stack import LocalStack
from tests.records.conftest import LEASE, NOON, Business, RowOf, acquire, settle_failed, settle_sent

Away = Callable[[], AbstractContextManager[None]]
RECEIPT = Receipt("3EB0", "5511@s.whatsapp.net", NOON)


@pytest.fixture
def away(stack: LocalStack) -> Iterator[Away]:
    """A context in which PostgREST is stopped; it serves again afterwards, whatever happens."""

    @contextmanager
    def stopped() -> Iterator[None]:
        stack.services["postgrest"].stop()
        try:
            yield
        finally:
            stack.services["postgrest"].start()

    yield stopped
    stack.services["postgrest"].start()


def test_a_message_that_goes_out_meanwhile_is_recorded_when_supabase_is_back(
    records: Records, redis_client: redis.Redis, business: Business, row_of: RowOf, away: Away
) -> None:
    sent, failed, waiting = business.entry(), business.entry(), business.entry()
    with away():
        for entry in (sent, failed):
            assert acquire(records, entry, "a").outcome == "claimed"
            assert acquire(records, entry, "b").outcome == "busy"
        settle_sent(records, sent, RECEIPT, NOON)
        settle_failed(records, failed)
        records.keep_pending([waiting])
        assert [acquire(records, entry, "c").outcome for entry in (sent, failed)] == ["sent", "failed"]
        assert records.kept_text(sent.occurrence.id) == "Olá!"
        assert records.flush() == 0
        assert len(Outbox(redis_client)) == 3
    assert [row_of(entry) for entry in (sent, failed, waiting)] == [None] * 3
    assert records.flush() == 3
    assert len(Outbox(redis_client)) == 0
    rows = [row_of(entry) for entry in (sent, failed, waiting)]
    assert [row["status"] if row else None for row in rows] == ["sent", "failed", "pending"]
    assert rows[0] is not None
    assert rows[0]["metadata"]["gateway_message_id"] == "3EB0"
    assert rows[0]["sent_at"] == NOON.replace(tzinfo=None)


def test_a_kept_row_never_overwrites_what_was_settled_by_another(
    records: Records, supabase: Database, redis_client: redis.Redis, business: Business, row_of: RowOf, away: Away
) -> None:
    entry = business.entry()
    with away():
        acquire(records, entry, "a")
        settle_failed(records, entry)
    without_redis = Records(supabase, redis.Redis(port=1, retry=Retry(NoBackoff(), 0)), LEASE)
    settle_sent(without_redis, entry, RECEIPT, NOON)
    records.flush()
    row = row_of(entry)
    assert row is not None
    assert row["status"] == "sent"
    assert len(Outbox(redis_client)) == 0


def test_what_must_be_read_says_that_it_cannot(records: Records, business: Business, away: Away) -> None:
    entry = business.entry()
    with away():
        said = r"^aurora_proactive_\w+ (was refused|could not be called)"
        for ask in (
            lambda: records.unsettled(60),
            lambda: records.reopen(entry.occurrence.id),
            lambda: records.nothing_sent_for(60),
            lambda: records.unowned(entry, [RECEIPT]),
        ):
            with pytest.raises(SupabaseError, match=said) as error:
                ask()
            assert not error.value.permanent


def test_without_supabase_and_redis_an_outcome_that_cannot_be_kept_is_told(
    supabase: Database, business: Business, away: Away
) -> None:
    with away(), pytest.raises(SupabaseError):
        settle_sent(
            Records(supabase, redis.Redis(port=1, retry=Retry(NoBackoff(), 0)), LEASE), business.entry(), RECEIPT, NOON
        )
