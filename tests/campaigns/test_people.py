"""The rights of clients: out by phone and client, lists whole or not at all, a log that nobody rewrites, erasure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID, uuid4

import psycopg
import pytest
import redis
from postgrest.exceptions import APIError
from psycopg.types.json import Jsonb
from supabase import Client

from proactive.campaigns.halts import Halts
from proactive.campaigns.people import People
from proactive.campaigns.reading import CampaignReading, OptOutFilter
from proactive.errors import SupabaseError
from proactive.storage.redis import recipient_halt_key
from proactive.storage.supabase import Database
from tests.support.mailing import Mailing

NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
KEY = "551177776666"
BY = "key:erp"


@pytest.fixture
def mailing(database: psycopg.Connection[dict[str, Any]]) -> Mailing:
    return Mailing(database)


@pytest.fixture
def people(supabase: Database, redis_client: redis.Redis) -> People:
    return People(supabase, Halts(redis_client))


def out(mailing: Mailing) -> dict[str, tuple[str, bool]]:
    """The opt-outs by key: level, and whether it ends."""
    query = "select * from aurora_proactive_opt_outs where organization_id = %s"
    rows = mailing.connection.execute(query, [mailing.organization])
    return {row["key"]: (row["level"], row["until"] is not None) for row in rows}


def log(people: People, organization: UUID, key: str = KEY) -> list[str]:
    return [row["kind"] for row in people.consents(organization, key)]


def reason(mailing: Mailing, contact: UUID) -> str | None:
    """Why a client is left out of a campaign to everybody."""
    query = "select reason from aurora_proactive_campaign_audience(%s, %s, %s, %s, %s, '{}') where contact_id = %s"
    rule = Jsonb({"audience": "all"})
    row = mailing.connection.execute(
        query, [uuid4(), mailing.organization, rule, mailing.instance, NOW, contact]
    ).fetchone()
    assert row is not None
    reason: str | None = row["reason"]
    return reason


def key_of(mailing: Mailing, place: int = 0) -> str:
    query = "select phone_key from aurora_proactive_campaign_recipients where id = %s"
    row = mailing.connection.execute(query, [mailing.recipients[place]]).fetchone()
    assert row is not None
    return str(row["phone_key"])


def test_who_opts_out_by_hand_is_out_by_phone_and_client_and_halted(
    mailing: Mailing, people: People, redis_client: redis.Redis
) -> None:
    key, contact = key_of(mailing), mailing.contacts[0]
    first = people.opt_out(mailing.organization, key, "api", "pediu no balcão", BY, NOW)
    assert people.opt_out(mailing.organization, key, "api", None, BY, NOW) == first
    assert redis_client.exists(recipient_halt_key(mailing.recipients[0]))
    assert log(people, mailing.organization, key) == ["objection"]
    mailing.connection.execute("update contacts set phone = '11944443333' where id = %s", [contact])
    assert reason(mailing, contact) == "opted_out"


def test_an_opt_out_is_confirmed_or_ended_and_that_is_no_consent(
    mailing: Mailing, people: People, supabase: Database
) -> None:
    keep(mailing, "probable", NOW + dt.timedelta(days=90))
    id_ = ids(mailing, supabase)[0]
    confirmed = people.confirm(mailing.organization, id_, "page", "user:1", NOW)
    assert confirmed is not None and (confirmed["level"], confirmed["until"]) == ("sure", None)
    assert people.confirm(mailing.organization, id_, "page", "user:1", NOW) == confirmed
    assert people.end(mailing.organization, id_, "page", "user:1", NOW)
    assert not people.end(mailing.organization, id_, "page", "user:1", NOW)
    assert people.confirm(mailing.organization, id_, "page", "user:1", NOW) is None
    assert out(mailing) == {} and log(people, mailing.organization) == ["objection", "objection", "unlisted"]
    assert not people.end(uuid4(), id_, "page", "user:1", NOW)


def ids(mailing: Mailing, supabase: Database) -> list[UUID]:
    reading = CampaignReading(supabase)
    return [UUID(row["id"]) for row in reading.opt_outs(OptOutFilter(mailing.organization), None, 50, NOW)]


def keep(mailing: Mailing, level: str, until: dt.datetime | None = None, key: str = KEY) -> None:
    change = {
        "organization_id": str(mailing.organization), "key": key, "level": level, "source": "reply",
        "since": NOW.isoformat(), "until": until.isoformat() if until else None,
    }  # fmt: skip
    mailing.connection.execute("select aurora_proactive_opt_out(%s)", [Jsonb(change)])


LATER, OVER = NOW + dt.timedelta(days=90), NOW - dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("before", "until", "after"),
    [
        (None, None, ("block_list", False)),
        ("sure", None, ("sure", False)),
        ("probable", LATER, ("probable", False)),
        ("probable", OVER, ("block_list", False)),
        ("block_list", None, ("block_list", False)),
    ],
)
def test_a_block_list_weakens_nothing_and_never_ends(
    mailing: Mailing, people: People, before: str | None, until: dt.datetime | None, after: tuple[str, bool]
) -> None:
    if before:
        keep(mailing, before, until)
    people.import_block_list(mailing.organization, [KEY, KEY], "Procon", "page", BY, NOW)
    assert out(mailing) == {KEY: after}


@pytest.mark.parametrize(
    ("before", "until", "now", "after"),
    [
        ("block_list", None, ("probable", LATER), ("probable", False)),
        ("block_list", None, ("sure", None), ("sure", False)),
        ("probable", OVER, ("probable", LATER), ("probable", True)),
        ("probable", LATER, ("sure", None), ("sure", False)),
        ("sure", None, ("probable", LATER), ("sure", False)),
    ],
)
def test_a_newer_word_never_shortens_what_was_for_good(
    mailing: Mailing, before: str, until: dt.datetime | None, now: tuple[str, dt.datetime | None],
    after: tuple[str, bool],
) -> None:  # fmt: skip
    keep(mailing, before, until)
    keep(mailing, *now)
    assert out(mailing) == {KEY: after}


@pytest.mark.parametrize(
    ("days", "message", "ends", "logged"),
    [
        (60, "second", 150, 2),  # the 90 days begin anew
        (60, "first", 90, 1),  # the same message, told again
        (0, "second", 90, 1),
    ],
)
def test_who_probably_leaves_again_stays_out_for_longer(
    mailing: Mailing, people: People, days: int, message: str, ends: int, logged: int
) -> None:
    for at, id_ in ((NOW, "first"), (NOW + dt.timedelta(days=days), message)):
        change = {
            "organization_id": str(mailing.organization), "key": KEY, "level": "probable", "source": "reply",
            "since": at.isoformat(), "until": (at + dt.timedelta(days=90)).isoformat(),
            "evidence": {"gateway_message_id": id_},
        }  # fmt: skip
        mailing.connection.execute("select aurora_proactive_opt_out(%s)", [Jsonb(change)])
    query = "select since, until from aurora_proactive_opt_outs where organization_id = %s"
    row = mailing.connection.execute(query, [mailing.organization]).fetchone()
    assert row == {"since": NOW, "until": NOW + dt.timedelta(days=ends)}
    assert log(people, mailing.organization) == ["objection"] * logged


def test_a_list_of_thousands_is_one_call_and_counts_only_the_new_ones(
    mailing: Mailing, people: People, redis_client: redis.Redis
) -> None:
    keys = [f"5511{number:08d}" for number in range(20_000)] + [key_of(mailing)]
    assert people.import_block_list(mailing.organization, keys, "Procon", "page", BY, NOW) == len(keys)
    assert people.import_block_list(mailing.organization, keys, "Procon", "page", BY, NOW) == 0
    assert redis_client.exists(recipient_halt_key(mailing.recipients[0]))
    assert reason(mailing, mailing.contacts[0]) == "on_block_list"


class Unwritten:
    """A database that is away whenever something is to be written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def call(self, function: str, *arguments: Any) -> Any:
        if function in ("aurora_proactive_waiting_for", "aurora_proactive_opt_out_found"):
            return self._database.call(function, *arguments)
        raise SupabaseError(f"{function}: away")


@pytest.mark.parametrize("how", ["opt_out", "confirm", "import", "erase"])
@pytest.mark.parametrize("claimed", [False, True])
def test_nobody_begins_before_it_is_written_down(
    mailing: Mailing, supabase: Database, redis_client: redis.Redis, how: str, claimed: bool
) -> None:
    key = key_of(mailing)
    if how == "confirm":
        keep(mailing, "probable", LATER, key)
    if claimed:
        query = "update aurora_proactive_campaign_recipients set metadata = metadata || '{\"claim\": {}}' where id = %s"
        mailing.connection.execute(query, [mailing.recipients[0]])
    people = People(cast("Database", Unwritten(supabase)), Halts(redis_client))
    organization = mailing.organization
    acts: dict[str, Callable[[], object]] = {
        "opt_out": lambda: people.opt_out(organization, key, "api", None, BY, NOW),
        "confirm": lambda: people.confirm(organization, ids(mailing, supabase)[0], "page", BY, NOW),
        "import": lambda: people.import_block_list(organization, [KEY, key], "Procon", "page", BY, NOW),
        "erase": lambda: people.erase(organization, key, NOW),
    }
    with pytest.raises(SupabaseError):
        acts[how]()
    halted = [bool(redis_client.exists(recipient_halt_key(each))) for each in mailing.recipients]
    assert halted == [True, False]


def test_who_gave_a_consent_is_not_halted_by_a_list_and_who_comes_back_not_any_more(
    mailing: Mailing, people: People, supabase: Database, redis_client: redis.Redis
) -> None:
    key, halt = key_of(mailing), recipient_halt_key(mailing.recipients[0])
    people.consent(mailing.organization, key, "api", "ficha", BY, NOW)
    people.import_block_list(mailing.organization, [key], "Procon", "page", BY, NOW)
    assert not redis_client.exists(halt)
    people.opt_out(mailing.organization, key, "api", None, BY, NOW)
    assert redis_client.exists(halt)
    people.consent(mailing.organization, key, "api", "voltou", BY, NOW)
    assert not redis_client.exists(halt) and out(mailing) == {key: ("block_list", False)}
    people.opt_out(mailing.organization, key, "api", None, BY, NOW)
    people.end(mailing.organization, ids(mailing, supabase)[0], "page", BY, NOW)
    assert not redis_client.exists(halt) and out(mailing) == {key: ("block_list", False)}
    assert reason(mailing, mailing.contacts[0]) == "on_block_list"  # the last word was an objection


@pytest.mark.parametrize("level", ["sure", "probable"])
@pytest.mark.parametrize("first", ["list", "word"])
@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("reply", [("block_list", False)]),  # a client's VOLTAR, said twice, is not the list's
        ("page", [("block_list", False), None]),
        ("api", [("block_list", False), None]),
    ],
)
def test_who_opted_out_and_is_listed_stays_listed_when_the_word_is_taken_back(
    mailing: Mailing, people: People, supabase: Database, level: str, first: str, source: str,
    after: list[tuple[str, bool] | None],
) -> None:  # fmt: skip
    until = LATER if level == "probable" else None
    if first == "word":
        keep(mailing, level, until)
    assert people.import_block_list(mailing.organization, [KEY], "Procon", "page", BY, NOW) == 1
    if first == "list":
        keep(mailing, level, until)
    assert people.import_block_list(mailing.organization, [KEY], "Procon 2", "page", BY, LATER) == 0
    assert out(mailing) == {KEY: (level, False)}
    keep(mailing, "sure", None)  # a later word does not forget the list either
    for left in (*after, after[-1]):
        opt_in(mailing, source)
        assert out(mailing) == ({KEY: left} if left else {})
        if left:
            row = mailing.connection.execute(
                "select source, evidence, since from aurora_proactive_opt_outs where key = %s and organization_id = %s",
                [KEY, mailing.organization],
            ).fetchone()
            assert row == {"source": "import", "evidence": {"list": "Procon"}, "since": NOW}
    kinds = log(people, mailing.organization)
    assert kinds.count("listed") == 1 and kinds.count("given" if source == "reply" else "unlisted") == len(after)


def opt_in(mailing: Mailing, source: str) -> None:
    query = "select aurora_proactive_opt_in(%s, %s, %s, '{}', %s)"
    mailing.connection.execute(query, [mailing.organization, KEY, source, BY])


def test_only_a_consent_given_to_this_business_overrides_a_block_list(mailing: Mailing, people: People) -> None:
    key, contact = key_of(mailing), mailing.contacts[0]
    people.import_block_list(mailing.organization, [key], "Procon", "page", BY, NOW)
    people.consent(uuid4(), key, "api", "ficha", BY, NOW)
    assert reason(mailing, contact) == "on_block_list"
    kept = people.consent(mailing.organization, key, "api", "ficha assinada", BY, NOW)
    assert (kept["kind"], kept["basis"], kept["recorded_by"]) == ("given", "consent", BY)
    assert reason(mailing, contact) is None
    people.opt_out(mailing.organization, key, "api", None, BY, NOW)
    assert reason(mailing, contact) == "opted_out"
    people.consent(mailing.organization, key, "api", "voltou", BY, NOW)
    assert log(people, mailing.organization, key) == ["listed", "given", "objection", "given"]


@pytest.mark.parametrize(
    "change",
    ["update aurora_proactive_consents set kind = 'given'", "delete from aurora_proactive_consents"],
)
def test_the_log_of_consents_is_never_rewritten(mailing: Mailing, people: People, change: str) -> None:
    people.consent(mailing.organization, KEY, "api", "ficha", BY, NOW)
    with pytest.raises(psycopg.errors.RestrictViolation):
        mailing.connection.execute(change)
    assert log(people, mailing.organization) == ["given"]


def test_the_service_role_may_only_add_to_the_log(supabase_client: Client, mailing: Mailing, people: People) -> None:
    people.consent(mailing.organization, KEY, "api", "ficha", BY, NOW)
    table = supabase_client.table("aurora_proactive_consents")
    for query in (table.update({"kind": "withdrawn"}), table.delete()):
        with pytest.raises(APIError) as caught:
            query.eq("phone_key", KEY).execute()
        assert caught.value.code == "42501"


def test_who_is_erased_is_not_found_any_more_and_the_counts_stay(mailing: Mailing, people: People) -> None:
    key, contact, recipient = key_of(mailing), mailing.contacts[0], mailing.recipients[0]
    run = mailing.connection.execute
    run(
        "update aurora_proactive_campaign_recipients set status = 'sent', sent_at = now() - interval '1 day',"
        " answered_at = now(), metadata = metadata || %s where id = %s",
        [Jsonb({"remote_jid": "x@s.whatsapp.net", "delivery": "read"}), recipient],
    )
    run(
        "insert into bookings (organization_id, contact_id, start_time, status, price, created_at)"
        " values (%s, %s, now() + interval '1 day', 'confirmed', 80, now())",
        [mailing.organization, contact],
    )
    run(
        "insert into aurora_proactive_identities (instance_name, lid, phone_key) values (%s, 'l', %s)",
        [mailing.instance, key],
    )
    people.opt_out(mailing.organization, key, "api", None, BY, dt.datetime.now(dt.UTC))
    figures = "select aurora_proactive_campaign_figures(%s, now()) as f"
    before = run(figures, [mailing.campaign]).fetchone()
    erased = people.erase(mailing.organization, key, dt.datetime.now(dt.UTC))
    assert (erased.erased, erased.open) == (1, 0)
    assert run(figures, [mailing.campaign]).fetchone() == before
    assert before is not None and (before["f"]["booked"], before["f"]["opted_out"]) == (1, 1)
    row = run("select * from aurora_proactive_campaign_recipients where id = %s", [recipient]).fetchone()
    assert row is not None and row["status"] == "sent"
    assert [row[name] for name in ("phone", "content", "contact_id", "pets")] == [None, None, None, []]
    assert key not in str(row) and str(contact) not in str(row) and "whatsapp.net" not in str(row)
    for table in ("heard", "identities"):
        assert run(f"select 1 from aurora_proactive_{table} where phone_key = %s", [key]).fetchone() is None
    assert out(mailing) == {key: ("sure", False)}
    assert people.erase(mailing.organization, key, NOW).erased == 0


def test_who_waits_is_erased_and_skipped_and_who_is_in_a_workers_hand_later(
    mailing: Mailing, people: People, redis_client: redis.Redis
) -> None:
    keys = [key_of(mailing, place) for place in (0, 1)]
    mailing.connection.execute(
        "update aurora_proactive_campaign_recipients set metadata = metadata || '{\"claim\": {}}' where id = %s",
        [mailing.recipients[0]],
    )
    first, second = (people.erase(mailing.organization, key, NOW) for key in keys)
    assert ((first.erased, first.open), (second.erased, second.open)) == ((0, 1), (1, 0))
    assert redis_client.exists(recipient_halt_key(mailing.recipients[0]))
    # nor is it handed over anew when that worker gives it up
    why = "select aurora_proactive_recipient_reason(%s, 1, 3, %s) as reason"
    assert mailing.connection.execute(why, [mailing.recipients[0], NOW]).fetchone() == {"reason": "deleted"}
    row = mailing.connection.execute(
        "select status, reason from aurora_proactive_campaign_recipients where id = %s", [mailing.recipients[1]]
    ).fetchone()
    assert row == {"status": "skipped", "reason": "deleted"}


def test_recipients_are_forgotten_after_their_days(mailing: Mailing, people: People) -> None:
    mailing.connection.execute(
        "update aurora_proactive_campaign_recipients set created_at = %s, status = 'sent' where id = %s",
        [NOW - dt.timedelta(days=181), mailing.recipients[0]],
    )
    mailing.connection.execute(
        "update aurora_proactive_campaign_recipients set created_at = %s where id = %s",
        [NOW - dt.timedelta(days=179), mailing.recipients[1]],
    )
    assert (people.forget(180, 500, NOW), people.forget(180, 500, NOW)) == (1, 0)
