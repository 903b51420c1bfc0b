"""The id under which a message is handed over is kept with its lease before that, until its outcome is known."""

from __future__ import annotations

import random
import re
from uuid import uuid4

import pytest
import redis

from proactive.gateways.breaker import BreakerRules, judge, stop_for
from proactive.gateways.send_memory import SendMemory, Sign, Told
from proactive.records.leases import Leases
from proactive.records.store import Records
from proactive.storage.supabase import Database
from tests.records.conftest import Business, RowOf, acquire, business, records, row_of

__all__ = ["business", "records", "row_of"]  # fixtures


@pytest.fixture
def impatient(supabase: Database, redis_client: redis.Redis) -> Records:
    """Records whose leases run out at once."""
    return Records(supabase, redis_client, 0)


@pytest.fixture(autouse=True)
def checked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proactive.records.leases.CHECK_AGAIN", 0.0)


def test_an_id_is_in_redis_and_in_the_row_before_anything_is_handed_over(
    records: Records, business: Business, redis_client: redis.Redis, row_of: RowOf
) -> None:
    entry = business.entry()
    lease = acquire(records, entry, "a")
    assert re.fullmatch(r"3EB0[0-9A-F]{18}", lease.message_id)
    kept = redis_client.hget(f"aurora:handover:{entry.occurrence.id}", "message")
    row = row_of(entry)
    assert row is not None
    assert kept == lease.message_id.encode()
    assert row["metadata"]["claim"]["message_id"] == lease.message_id
    assert lease.earlier_ids == ()


@pytest.mark.parametrize("forgets", [False, True])
def test_whoever_takes_over_what_was_begun_knows_its_id_again_and_again(
    impatient: Records, business: Business, redis_client: redis.Redis, forgets: bool
) -> None:
    entry = business.entry()
    first = acquire(impatient, entry, "a")
    assert impatient.begin(entry, first) == "begun"
    for by in ("b", "c", "d"):
        if forgets:
            redis_client.delete(f"aurora:handover:{entry.occurrence.id}")
        found = acquire(impatient, entry, by)
        assert found.outcome == "unknown"
        assert found.earlier_ids == found.handed_over == (first.message_id,)


def test_what_redis_forgot_and_the_row_knew_is_in_redis_again(
    impatient: Records, business: Business, redis_client: redis.Redis
) -> None:
    entry = business.entry()
    first = acquire(impatient, entry, "a")
    impatient.begin(entry, first)
    redis_client.delete(f"aurora:handover:{entry.occurrence.id}")
    acquire(impatient, entry, "b")
    found = acquire(impatient, entry, "c")  # Redis answers alone
    assert (found.outcome, found.earlier_ids) == ("unknown", (first.message_id,))


def test_an_id_that_was_surely_not_handed_over_is_forgotten(
    impatient: Records, business: Business, row_of: RowOf
) -> None:
    entry = business.entry()
    first = acquire(impatient, entry, "a")  # ran out before it was begun
    second = acquire(impatient, entry, "b")
    assert impatient.begin(entry, second) == "begun"
    impatient.release(entry, second, maybe_accepted=False)
    third = acquire(impatient, entry, "c")
    assert (third.outcome, third.earlier_ids) == ("claimed", ())
    assert len({lease.message_id for lease in (first, second, third)}) == 3
    row = row_of(entry)
    assert row is not None
    assert "message_ids" not in row["metadata"]


@pytest.mark.parametrize("forgets", [False, True])
def test_ids_that_may_have_been_accepted_add_up(
    impatient: Records, business: Business, redis_client: redis.Redis, row_of: RowOf, forgets: bool
) -> None:
    entry, ids = business.entry(), list[str]()
    for by in ("a", "b"):
        lease = acquire(impatient, entry, by)
        assert lease.earlier_ids == tuple(ids)
        assert impatient.begin(entry, lease) == "begun"
        impatient.release(entry, lease, maybe_accepted=True)
        ids.append(lease.message_id)
        if forgets:
            redis_client.delete(f"aurora:handover:{entry.occurrence.id}")
    third = acquire(impatient, entry, "c")
    assert (third.outcome, third.maybe_accepted, third.earlier_ids) == ("claimed", True, tuple(ids))
    assert third.handed_over == (*ids, third.message_id)
    row = row_of(entry)
    assert row is not None
    assert row["metadata"]["message_ids"] == ids


def test_another_run_of_redis_knows_the_id_of_what_may_have_begun(
    impatient: Records, business: Business, redis_client: redis.Redis
) -> None:
    entry = business.entry()
    first = acquire(impatient, entry, "a")
    redis_client.hset(f"aurora:handover:{entry.occurrence.id}", "run", "0" * 40)
    found = acquire(impatient, entry, "b")
    assert (found.outcome, found.earlier_ids) == ("unknown", (first.message_id,))


def test_an_outcome_of_the_row_ends_no_lease_that_another_has_taken_over(
    impatient: Records, business: Business, redis_client: redis.Redis
) -> None:
    entry = business.entry()
    first = acquire(impatient, entry, "a")
    second = acquire(impatient, entry, "b")
    leases = Leases(redis_client, 0)
    leases.mark_settled(entry.occurrence.id, "failed", first.fencing_token)
    assert impatient.begin(entry, second)
    leases.mark_settled(entry.occurrence.id, "failed", second.fencing_token)
    assert acquire(impatient, entry, "c").outcome == "failed"


RULES, NOW = BreakerRules(), 1_795_000_000.0
_SIGNS: list[list[Sign]] = [[], ["server"], ["server", "phone"], ["refused"], ["server", "refused", "phone"]]


def begun(leases: Leases, memory: SendMemory, instance: str) -> tuple[str, str]:
    """What beginning a new lease for the instance says, and what it says once its sends were judged."""
    message_id = uuid4()
    (lease,) = leases.acquire([(message_id, "a", 0)])
    harmless = memory.harmless(instance, min(RULES.refusals, RULES.silences))
    return (
        leases.begin(message_id, lease.fencing_token, harmless=harmless),
        leases.begin(message_id, lease.fencing_token),
    )


@pytest.mark.parametrize("seed", range(60))
def test_what_begins_at_once_is_what_the_breaker_lets_pass(redis_client: redis.Redis, seed: int) -> None:
    chance, memory = random.Random(seed), SendMemory(redis_client, RULES.window)
    leases, instance = Leases(redis_client, 600), f"org-{uuid4().hex}"
    for n in range(chance.choice((0, 1, 2, 3, 5, 12))):
        memory.accepted(instance, f"n{n}", NOW - 500 + chance.uniform(0, 500))
        signs = chance.choice(_SIGNS[:: chance.choice((1, 2))])
        memory.heard([Told(instance, {f"n{n}": signs}, chance.random() < 0.3)], NOW - chance.uniform(0, 400))
    for _ in range(chance.choice((0, 0, 0, 1, 3))):
        memory.throttled(instance, NOW - chance.uniform(0, 500))
    if chance.random() < 0.2:
        memory.stop(instance, stop_for("refused", NOW, RULES), NOW)
    remembered = memory.recall(instance)
    verdict = remembered.stop or judge(remembered.sends, remembered.hearing, NOW, RULES)
    first, second = begun(leases, memory, instance)
    assert second == "begun"
    assert first == "to_be_judged" if verdict else first in ("begun", "to_be_judged")


@pytest.mark.parametrize(("fate", "first"), [("phone", "begun"), ("server", "begun"), ("refused", "to_be_judged")])
def test_only_sends_in_trouble_make_a_judge_needed(redis_client: redis.Redis, fate: Sign, first: str) -> None:
    memory, leases, instance = SendMemory(redis_client, RULES.window), Leases(redis_client, 600), f"org-{uuid4().hex}"
    assert begun(leases, memory, instance) == ("begun", "begun")
    for n in range(12):
        memory.accepted(instance, f"n{n}", NOW + n)
    assert begun(leases, memory, instance) == ("begun", "begun")  # nothing is ever heard of it
    memory.heard([Told(instance, {f"n{n}": [fate] for n in range(12)}, True)], NOW)
    assert begun(leases, memory, instance) == (first, "begun")


def test_what_stops_a_client_counts_beside_the_sends_of_the_instance(redis_client: redis.Redis) -> None:
    memory, leases, instance = SendMemory(redis_client, RULES.window), Leases(redis_client, 600), f"org-{uuid4().hex}"
    message_id, halt = uuid4(), f"halt-{uuid4().hex}"
    (lease,) = leases.acquire([(message_id, "a", 0)])
    redis_client.set(halt, 1, ex=60)
    harmless = memory.harmless(instance, 3)
    assert leases.begin(message_id, lease.fencing_token, [halt], harmless) == "halted"
    redis_client.delete(halt)
    assert leases.begin(message_id, lease.fencing_token, [halt], harmless) == "begun"
