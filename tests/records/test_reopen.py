"""A failed row is opened again by one write; whatever was read before it says nothing to the attempts after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import redis

from proactive.model.context import Receipt
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.task import Task
from proactive.records.entry import Status
from proactive.records.outbox import Outbox
from proactive.records.store import Records
from proactive.storage.redis import lease_key
from tests.records.conftest import (
    NOON,
    Business,
    Connection,
    RowOf,
    acquire,
    business,
    records,
    row_of,
    settle_failed,
    settle_sent,
    sql_settle,
)

__all__ = ["business", "records", "row_of"]  # fixtures
CLOSED = FailureReason.GATEWAY_DISCONNECTED
RECEIPT = Receipt("3EB0", "5511@s.whatsapp.net", NOON)


class Died(BaseException):
    """A process died at this moment."""


@pytest.fixture(params=[True, False], ids=["by itself", "by hand"])
def by_itself(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def failed(records: Records, business: Business) -> Iterator[Task]:
    """A task that failed because its instance was away."""
    task = business.task()
    acquire(records, business.entry(task), "a")
    settle_failed(records, business.entry(task), CLOSED)
    yield task


def test_a_process_that_dies_after_the_row_was_opened_leaves_nothing_behind(
    records: Records, business: Business, failed: Task, by_itself: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise Died

    monkeypatch.setattr(records._leases, "forget", dies)
    try:
        records.reopen(failed.occurrence.id, by_itself=by_itself)
    except Died:
        assert not by_itself
    assert acquire(records, business.entry(failed), "read it before").outcome == "failed"
    assert acquire(records, business.entry(failed, reopened=1), "read it after").outcome == "claimed"


def test_one_that_reads_a_row_which_was_opened_twice_is_told_so(
    records: Records, business: Business, failed: Task, by_itself: bool, row_of: RowOf
) -> None:
    records.reopen(failed.occurrence.id, by_itself=by_itself)
    again = business.entry(failed, reopened=1)
    assert acquire(records, again, "b").outcome == "claimed"
    settle_failed(records, again)
    assert acquire(records, again, "c").outcome == "failed"
    assert records.reopen(failed.occurrence.id) is not None
    assert acquire(records, again, "c").outcome == "busy"
    third = business.entry(failed, reopened=2)
    assert acquire(records, third, "d").outcome == "claimed"
    settle_sent(records, third, RECEIPT, NOON)
    row = row_of(third)
    assert row is not None
    assert (row["status"], row["metadata"]["reopened"]) == ("sent", 2)


@pytest.mark.parametrize("forgets", [False, True])
def test_an_attempt_that_read_the_row_before_reads_it_again(
    records: Records, business: Business, failed: Task, redis_client: redis.Redis, by_itself: bool, forgets: bool
) -> None:
    records.reopen(failed.occurrence.id, by_itself=by_itself)
    again = business.entry(failed, reopened=1)
    lease = acquire(records, again, "b")
    if forgets:
        redis_client.delete(lease_key(failed.occurrence.id))
    assert acquire(records, business.entry(failed), "a").outcome == "busy"
    assert forgets or records.begin(again, lease)


@pytest.mark.parametrize("reason", [CLOSED, FailureReason.UNKNOWN_NOT_SHOWN, FailureReason.NOT_ON_WHATSAPP])
def test_a_failure_from_before_says_nothing_of_an_attempt_that_began_since(
    records: Records, business: Business, failed: Task, redis_client: redis.Redis, by_itself: bool, row_of: RowOf,
    reason: FailureReason,
) -> None:  # fmt: skip
    records.reopen(failed.occurrence.id, by_itself=by_itself)
    again = business.entry(failed, reopened=1)
    lease = acquire(records, again, "b")
    assert records.begin(again, lease)
    held = redis_client.hgetall(lease_key(failed.occurrence.id))
    settle_failed(records, business.entry(failed), reason)
    assert redis_client.hgetall(lease_key(failed.occurrence.id)) == held
    assert len(Outbox(redis_client)) == 0
    row = row_of(again)
    assert row is not None
    assert (row["status"], row["metadata"]["claim"]["token"]) == ("pending", lease.fencing_token)


def test_that_it_was_sent_before_counts_whenever_it_is_told(
    records: Records, business: Business, failed: Task, by_itself: bool, row_of: RowOf
) -> None:
    records.reopen(failed.occurrence.id, by_itself=by_itself)
    again = business.entry(failed, reopened=1)
    acquire(records, again, "b")
    settle_sent(records, business.entry(failed), RECEIPT, NOON)
    assert acquire(records, again, "c").outcome == "sent"
    settle_failed(records, again)
    row = row_of(again)
    assert row is not None
    assert row["status"] == "sent"


@pytest.mark.parametrize("where", ["row", "outbox"])
def test_what_a_failed_row_learns_of_a_doubt_stays_and_it_is_not_opened_by_itself(
    records: Records, business: Business, failed: Task, database: Connection, redis_client: redis.Redis,
    row_of: RowOf, where: str,
) -> None:  # fmt: skip
    pending = business.entry(failed).row("pending") | {"claim": "of old", "content": "another text"}
    pending["metadata"] |= {"doubt": True, "message_ids": ["3EB0AA"]}
    if where == "row":
        sql_settle(database, pending)
    else:
        Outbox(redis_client).keep(pending)
    assert records.reopen(failed.occurrence.id, by_itself=True) is None
    row = row_of(business.entry(failed))
    assert row is not None
    assert (row["status"], row["content"], row["metadata"]["failure"]["code"]) == ("failed", "Olá!", CLOSED)
    assert records.reopen(failed.occurrence.id) is not None
    lease = acquire(records, business.entry(failed, reopened=1), "b")
    assert (lease.outcome, lease.maybe_accepted, lease.earlier_ids) == ("claimed", True, ("3EB0AA",))


@pytest.mark.parametrize("doubt", [False, True])
def test_what_waited_before_a_row_was_opened_changes_only_its_doubt(
    business: Business, failed: Task, records: Records, database: Connection, row_of: RowOf, doubt: bool
) -> None:
    records.reopen(failed.occurrence.id)
    lease = acquire(records, business.entry(failed, reopened=1), "b")
    pending: dict[str, Any] = business.entry(failed).row("pending") | {"claim": "of old", "content": "another text"}
    pending["metadata"] |= {"job_id": "of old"} | ({"doubt": True, "message_ids": ["3EB0AA"]} if doubt else {})
    sql_settle(database, pending)
    row = row_of(business.entry(failed))
    assert row is not None
    known = row["metadata"]
    assert (row["status"], row["content"], known["job_id"], known["reopened"]) == ("pending", "Olá!", "job-1", 1)
    assert known["claim"]["token"] == lease.fencing_token
    assert known.get("message_ids", []) == (["3EB0AA"] if doubt else [])


@pytest.mark.parametrize(
    ("state", "reopened", "kept", "forgotten"),
    [
        ("failed", 0, None, True),
        ("free", 0, None, True),
        ("claimed", 0, None, True),
        ("sent", 0, None, True),
        ("sent", 0, "sent", False),
        ("failed", 1, None, False),
        ("claimed", 1, None, False),
        ("reserved", 1, "pending", False),
    ],
)
def test_a_person_who_opens_a_row_makes_redis_forget_what_was_before_and_nothing_that_came_since(
    records: Records, business: Business, redis_client: redis.Redis, state: str, reopened: int, kept: Status | None,
    forgotten: bool,
) -> None:  # fmt: skip
    task = business.task()
    key = lease_key(task.occurrence.id)
    redis_client.hset(key, mapping={"state": state, "reopened": reopened})
    if kept:
        Outbox(redis_client).keep(business.entry(task).row(kept))
    records._leases.forget(task.occurrence.id, 1)
    assert bool(redis_client.exists(key)) is not forgotten


def test_a_failure_that_redis_alone_has_is_written_before_its_row_is_opened(
    records: Records, business: Business, redis_client: redis.Redis, by_itself: bool
) -> None:
    task = business.task()
    acquire(records, business.entry(task), "a")
    records.outcome_batch().failed(business.entry(task), Failure(CLOSED))  # dies before it writes
    assert records.reopen(task.occurrence.id, by_itself=by_itself) is not None
    assert len(Outbox(redis_client)) == 0
    assert acquire(records, business.entry(task, reopened=1), "b").outcome == "claimed"
