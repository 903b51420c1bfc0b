"""The claim of a campaign's recipient: everything is looked at again, and doubt is never a sending."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis
from psycopg.types.json import Jsonb

from proactive.errors import SupabaseError
from proactive.model.context import Receipt
from proactive.model.failure_reasons import FailureReason
from proactive.records.store import Records
from proactive.storage.redis import campaign_halt_key, recipient_halt_key
from proactive.storage.supabase import Database
from tests.records.conftest import Connection, acquire, settle_failed, settle_sent
from tests.support.mailing import Mailing, now

LEASE = 600.0


@pytest.fixture
def mailing(database: Connection) -> Mailing:
    return Mailing(database)


def test_a_recipient_is_claimed_begun_and_sent_in_its_own_row(mailing: Mailing, records: Records) -> None:
    entry = mailing.entry()
    lease = acquire(records, entry, "job-1")
    assert lease.outcome == "claimed"
    assert mailing.row()["metadata"]["claim"]["message_id"] == lease.message_id
    assert acquire(records, entry, "job-2").outcome == "busy"
    assert records.begin(entry, lease) == "begun"
    settle_sent(records, entry, Receipt(lease.message_id, "55119@s.whatsapp.net"), now())
    row = mailing.row()
    assert (row["status"], row["metadata"]["gateway_message_id"]) == ("sent", lease.message_id)
    assert row["metadata"]["delivery"] == "accepted" and "claim" not in row["metadata"]
    assert not {"data", "facts", "occurrence"} & set(row["metadata"])
    assert acquire(records, entry, "job-3").outcome == "sent"
    rows = mailing.connection.execute("select 1 from aurora_proactive_messages where id = %s", [mailing.recipients[0]])
    assert rows.fetchall() == []
    assert mailing.health()["sent"] == 1


def test_a_failure_has_its_reason_and_is_never_reopened(mailing: Mailing, records: Records) -> None:
    entry = mailing.entry()
    acquire(records, entry, "job-1")
    settle_failed(records, entry, FailureReason.NOT_ON_WHATSAPP)
    assert (mailing.row()["status"], mailing.row()["reason"]) == ("failed", "not_on_whatsapp")
    assert records.reopen(mailing.recipients[0]) is None
    assert acquire(records, entry, "job-2").outcome == "failed"


def _out(mailing: Mailing, **columns: Any) -> None:
    names = ", ".join(columns)
    marks = ", ".join(["%s"] * len(columns))
    query = f"insert into aurora_proactive_opt_outs (organization_id, source, {names}) values (%s, 'reply', {marks})"
    mailing.connection.execute(query.encode(), [mailing.organization, *columns.values()])


def _book(mailing: Mailing) -> None:
    mailing.connection.execute(
        "insert into bookings (organization_id, contact_id, start_time, status) values (%s, %s, %s, 'confirmed')",
        [mailing.organization, mailing.contacts[0], now() + dt.timedelta(days=2)],
    )


def _written_by_another(mailing: Mailing, status: str = "sent", **metadata: Any) -> None:
    mailing.connection.execute(
        "insert into aurora_proactive_campaign_recipients (id, campaign_id, organization_id, revision, position,"
        " phone_key, warmth, status, sent_at, reason, metadata) values (%s, %s, %s, 1, 0, %s, 'warm', %s, %s, %s, %s)",
        [
            uuid4(), uuid4(), mailing.organization, mailing.row()["phone_key"], status,
            now() - dt.timedelta(days=6) if status == "sent" else None,
            "delivery_unknown_not_shown" if status == "failed" else None,
            Jsonb({"touched": now().timestamp()} | metadata),
        ],
    )  # fmt: skip


def _update(mailing: Mailing, query: str) -> None:
    mailing.connection.execute(query.encode(), [mailing.contacts[0]])


def _key(mailing: Mailing) -> str:
    return str(mailing.row()["phone_key"])


REASONS: dict[str, tuple[str, Callable[[Mailing], object]]] = {
    "gone": ("deleted", lambda m: _update(m, "delete from contacts where id = %s")),
    "blocked": ("blocked", lambda m: _update(m, "update contacts set status = 'blocked' where id = %s")),
    "another number": (
        "number_changed",
        lambda m: _update(m, "update contacts set phone = '21955554444' where id = %s"),
    ),
    "no number": ("number_changed", lambda m: _update(m, "update contacts set phone = null where id = %s")),
    "SAIR": ("opted_out", lambda m: _out(m, key=_key(m), level="sure")),
    "SAIR, from another number": ("opted_out", lambda m: _out(m, key="x", contact_id=m.contacts[0], level="sure")),
    "probably out": ("opted_out", lambda m: _out(m, key=_key(m), level="probable", until=now() + dt.timedelta(1))),
    "listed": ("on_block_list", lambda m: _out(m, key=_key(m), level="block_list")),
    "luto of the client": ("mourning", lambda m: _out(m, key=f"contact:{m.contacts[0]}", level="luto")),
    "sent by another campaign": ("recent_message", lambda m: _written_by_another(m)),
    "begun by another campaign": ("recent_message", lambda m: _written_by_another(m, "pending", claim={"by": "x"})),
    "perhaps sent by another": ("recent_message", lambda m: _written_by_another(m, "failed")),
    "booked since": ("already_booked", _book),
    "one who shares the phone is gone": ("deleted", lambda m: _share(m, uuid4())),
    "one who shares the phone moved": ("number_changed", lambda m: _share(m, _moved(m, "21955554444"))),
    "one who shares the phone is blocked": ("blocked", lambda m: _share(m, _moved(m, _key(m), "blocked"))),
    "one who shares the phone is out": ("opted_out", lambda m: _out_and_sharing(m)),
    "an owner's number by now": ("own_number", lambda m: _own(m, "owner_numbers", "phone")),
    "the shop's own number by now": ("own_number", lambda m: _own(m, "whatsapp_instances", "phone_number")),
    "its pet is no longer there": ("pet_gone", lambda m: _with_pet(m, is_active=False)),
    "its pet died": ("mourning", lambda m: _out(m, key=f"pet:{_with_pet(m)}", level="luto")),
}


def _moved(mailing: Mailing, phone: str, status: str = "active") -> UUID:
    """Another client of the business, with that number."""
    contact = uuid4()
    mailing.connection.execute(
        "insert into contacts (id, organization_id, name, phone, status) values (%s, %s, 'Rui', %s, %s)",
        [contact, mailing.organization, phone, status],
    )
    return contact


def _share(mailing: Mailing, other: UUID) -> None:
    mailing.connection.execute(
        "update aurora_proactive_campaign_recipients set other_contacts = %s where id = %s",
        [[other], mailing.recipients[0]],
    )


def _out_and_sharing(mailing: Mailing) -> None:
    """A client who opted out under another number has this one now, and is in no audience."""
    _out(mailing, key="552130001111", level="sure", contact_id=_moved(mailing, _key(mailing)))


def _own(mailing: Mailing, table: str, column: str) -> None:
    query = f"update {table} set {column} = %s where organization_id = %s"
    mailing.connection.execute(query.encode(), [_key(mailing), mailing.organization])


def _with_pet(mailing: Mailing, *, is_active: bool = True) -> UUID:
    pet = uuid4()
    mailing.connection.execute(
        "insert into pets (id, organization_id, contact_id, name, is_active) values (%s, %s, %s, 'Rex', %s)",
        [pet, mailing.organization, mailing.contacts[0], is_active],
    )
    mailing.connection.execute(
        "update aurora_proactive_campaign_recipients set pets = %s where id = %s", [[pet], mailing.recipients[0]]
    )
    mailing.change(text="Saudades do {pet}!")
    return pet


@pytest.mark.parametrize("what", REASONS)
def test_who_must_not_get_it_any_more_is_skipped_with_the_reason(mailing: Mailing, records: Records, what: str) -> None:
    reason, happens = REASONS[what]
    happens(mailing)
    assert acquire(records, mailing.entry(), "job-1").outcome == "skipped"
    assert (mailing.row()["status"], mailing.row()["reason"]) == ("skipped", reason)
    assert mailing.health()["sent"] == 0
    mailing.sick(handed=mailing.recipients[1])
    assert acquire(records, mailing.entry(1), "job-2").outcome == "claimed"


def _birthday_and_hour(mailing: Mailing) -> None:
    mailing.change(audience=Jsonb({"birthday_on": "2026-11-26"}))
    _book(mailing)


def _cool_and_enough(mailing: Mailing) -> None:
    mailing.connection.execute("delete from aurora_proactive_heard")
    mailing.sick(sent_cool=20)


PASSED: dict[str, Callable[[Mailing], object]] = {
    "an opt-out that is over": lambda m: _out(m, key=_key(m), level="probable", until=now() - dt.timedelta(1)),
    "another's opt-out": lambda m: _out(m, key="551100000000", level="sure"),
    "a failure of another campaign": lambda m: _written_by_another(m, "skipped"),
    "a birthday of one with an hour": _birthday_and_hour,
    "the other pet of one that died": lambda m: (
        _out(m, key=f"pet:{uuid4()}", level="luto", contact_id=m.contacts[0]) if _with_pet(m) else None
    ),
    "one who moved away": lambda m: _out(m, key=_key(m)[::-1], level="sure", contact_id=_moved(m, "21955554444")),
}


@pytest.mark.parametrize("what", PASSED)
def test_what_speaks_against_nobody_keeps_nobody_out(mailing: Mailing, records: Records, what: str) -> None:
    PASSED[what](mailing)
    assert acquire(records, mailing.entry(), "job-1").outcome == "claimed"


CLOSED: dict[str, tuple[Callable[[Mailing], object], dict[str, Any]]] = {
    "paused": (lambda m: m.change(status="paused"), {}),
    "only confirmed": (lambda m: m.change(status="confirmed"), {}),
    "another revision": (lambda m: m.change(revision=2), {}),
    "asked for an older revision": (lambda m: None, {"revision": 0}),
    "after the window": (lambda m: None, {"closes_at": "2020-01-01T00:00:00+00:00"}),
    "too late": (lambda m: m.change(send_until=now() - dt.timedelta(minutes=1)), {}),
    "the cap": (lambda m: m.sick(sent=40), {}),
    "the cap of the cool": (_cool_and_enough, {}),
    "a breaker": (lambda m: m.sick(paused_until=now() + dt.timedelta(hours=1)), {}),
    "another's turn": (lambda m: m.sick(handed=m.recipients[1]), {}),
    "yesterday's task": (lambda m: None, {"day": "2026-01-01"}),
    "no terms": (lambda m: m.connection.execute("delete from aurora_proactive_campaign_settings"), {}),
}  # fmt: skip


@pytest.mark.parametrize("what", CLOSED)
def test_what_may_pass_leaves_the_recipient_pending(mailing: Mailing, records: Records, what: str) -> None:
    happens, data = CLOSED[what]
    happens(mailing)
    assert acquire(records, mailing.entry(**data), "job-1").outcome == "closed"
    row = mailing.row()
    assert row["status"] == "pending" and "claim" not in row["metadata"]
    if what == "another's turn":
        mailing.sick(handed=mailing.recipients[0])
        assert acquire(records, mailing.entry(), "job-2").outcome == "claimed"  # at once: nothing holds it


@pytest.mark.parametrize(("ended_by", "reason"), [("owner", "stopped"), ("too_late", "too_late")])
def test_of_a_campaign_that_is_over_nobody_is_left_waiting(
    mailing: Mailing, records: Records, ended_by: str, reason: str
) -> None:
    mailing.change(status="stopped", ended_by=ended_by)
    assert acquire(records, mailing.entry(), "job-1").outcome == "skipped"
    assert mailing.row()["reason"] == reason


def test_what_the_gateway_may_have_taken_is_asked_about_whatever_speaks_against_it(
    mailing: Mailing, records: Records
) -> None:
    entry = mailing.entry()
    lease = acquire(records, entry, "job-1")
    records.begin(entry, lease)
    records.release(entry, lease, maybe_accepted=True)  # a 5xx
    mailing.change(status="stopped")
    mailing.connection.execute("select 1")
    records._leases.forget(mailing.recipients[0], 1)  # and Redis without its data
    again = acquire(records, entry, "job-2")
    assert (again.outcome, again.earlier_ids) == ("unknown", (lease.message_id,))


def test_a_claim_that_was_begun_is_asked_about_though_the_campaign_is_paused(
    mailing: Mailing, supabase: Database, redis_client: redis.Redis
) -> None:
    records, entry = Records(supabase, redis_client, 0.0), mailing.entry()
    lease = acquire(records, entry, "job-1")
    assert records.begin(entry, lease) == "begun"
    mailing.change(status="paused")
    assert acquire(records, entry, "job-2").outcome == "unknown"


@pytest.mark.parametrize("whom", ["campaign", "recipient"])
def test_after_a_halt_nobody_begins(mailing: Mailing, records: Records, redis_client: redis.Redis, whom: str) -> None:
    entry = mailing.entry()
    lease = acquire(records, entry, "job-1")
    key = campaign_halt_key(str(mailing.campaign)) if whom == "campaign" else recipient_halt_key(mailing.recipients[0])
    redis_client.set(key, "x")
    assert records.begin(entry, lease) == "halted"
    records.release(entry, lease, maybe_accepted=False)
    assert "claim" not in mailing.row()["metadata"]
    redis_client.delete(key)
    assert records.begin(entry, lease) == "taken_over"
    assert records.begin(entry, acquire(records, entry, "job-2")) == "begun"


@pytest.mark.parametrize(("ended_by", "reason"), [("owner", "stopped"), ("too_late", "too_late")])
def test_a_recipient_given_up_after_its_campaign_has_ended_is_skipped(
    mailing: Mailing, records: Records, ended_by: str, reason: str
) -> None:
    entry = mailing.entry()
    lease = acquire(records, entry, "job-1")
    mailing.change(status="stopped", ended_by=ended_by)
    records.release(entry, lease, maybe_accepted=False)
    assert (mailing.row()["status"], mailing.row()["reason"]) == ("skipped", reason)


def test_what_may_have_been_accepted_is_still_asked_about_after_its_campaign_has_ended(
    mailing: Mailing, records: Records
) -> None:
    entry = mailing.entry()
    lease = acquire(records, entry, "job-1")
    mailing.change(status="stopped", ended_by="owner")
    records.release(entry, lease, maybe_accepted=True)
    assert (mailing.row()["status"], mailing.row()["metadata"]["doubt"]) == ("pending", True)


def test_a_lease_of_an_earlier_run_of_redis_does_not_begin(
    mailing: Mailing, records: Records, redis_client: redis.Redis
) -> None:
    entry = mailing.entry()
    lease = acquire(records, entry, "job-1")
    redis_client.hset(f"aurora:handover:{mailing.recipients[0]}", "run", "another")
    assert records.begin(entry, lease) == "taken_over"


def test_while_supabase_is_away_no_client_is_written_to(mailing: Mailing, redis_client: redis.Redis) -> None:
    class Away(Database):
        def __init__(self) -> None:
            pass

        def call(self, function: str, *_: Any) -> Any:
            raise SupabaseError("away")

    records = Records(Away(), redis_client, LEASE)
    assert acquire(records, mailing.entry(), "job-1").outcome == "closed"
    assert redis_client.hlen("aurora:outbox") == 0


def test_what_counted_in_the_day_counts_once(mailing: Mailing, records: Records) -> None:
    entry = mailing.entry(cap=1)
    lease = acquire(records, entry, "job-1")
    records.release(entry, lease, maybe_accepted=False)
    assert acquire(records, entry, "job-2").outcome == "claimed"
    assert mailing.health()["sent"] == 1
    mailing.sick(handed=mailing.recipients[1])
    assert acquire(records, mailing.entry(1, cap=1), "job-3").outcome == "closed"


def test_what_troubled_an_instance_is_kept_as_an_event(mailing: Mailing, records: Records) -> None:
    entry = mailing.entry()
    lease = acquire(records, entry, "job-1")
    records.release(entry.troubled("overlimit"), lease, maybe_accepted=False)
    query = "select kind from aurora_proactive_number_events where instance_name = %s"
    assert [row["kind"] for row in mailing.connection.execute(query, [mailing.instance])] == ["overlimit"]
    assert "trouble" not in mailing.row()["metadata"]


def test_receipts_find_the_recipient_before_and_after_its_row_is_written(mailing: Mailing, records: Records) -> None:
    entry = mailing.entry()
    lease = acquire(records, entry, "job-1")

    def told(receipt: str) -> None:
        mailing.connection.execute(
            "select aurora_proactive_keep_receipts(%s)",
            [Jsonb([{"instance": mailing.instance, "id": lease.message_id, "receipt": receipt, "at": str(now())}])],
        )

    told("server_ack_at")
    settle_sent(records, entry, Receipt(lease.message_id, "x"), now())
    assert mailing.row()["metadata"]["delivery"] == "on_its_way"
    told("error_at")
    assert set(mailing.row()["metadata"]["receipts"]) == {"server_ack_at", "error_at", "error"}
    told("delivered_at")
    assert "delivered_at" in mailing.row()["metadata"]["receipts"]


def test_owners_and_clients_are_claimed_in_one_request(mailing: Mailing, records: Records, business: Any) -> None:
    owners = business.entry()
    leases = records.acquire_leases([(mailing.entry(), "job-1"), (owners, "job-2"), (mailing.entry(1), "job-3")])
    assert [lease.outcome for lease in leases] == ["claimed", "claimed", "closed"]


def test_who_is_in_doubt_is_not_taken_out_of_the_list(mailing: Mailing, records: Records) -> None:
    entry = mailing.entry()
    lease = acquire(records, entry, "job-1")
    records.begin(entry, lease)
    records.release(entry, lease, maybe_accepted=True)
    query = "select aurora_proactive_campaign_remove(%s, %s) as number"
    row = mailing.connection.execute(query, [mailing.campaign, mailing.contacts]).fetchone()
    assert row == {"number": 1}
    assert [mailing.row(place)["status"] for place in (0, 1)] == ["pending", "skipped"]
