"""What the API and the pages read of campaigns: no number of anybody, and nothing of another organisation."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from proactive.campaigns.reading import CampaignReading, OptOutFilter, RecipientFilter
from proactive.storage.supabase import Database
from tests.support.mailing import Connection, Mailing, now

ANY = RecipientFilter()


@pytest.fixture
def reading(supabase: Database) -> CampaignReading:
    return CampaignReading(supabase)


@pytest.fixture
def mailing(database: Connection) -> Mailing:
    return Mailing(database, number=7)


def opt_out(mailing: Mailing, key: str, level: str = "sure", **columns: Any) -> None:
    given = {"source": "reply", "since": now(), "until": None, "evidence": Jsonb({}), "contact_id": None} | columns
    mailing.connection.execute(
        "insert into aurora_proactive_opt_outs (organization_id, key, level, source, since, until, evidence,"
        " contact_id) values (%s, %s, %s, %s, %s, %s, %s, %s)",
        [mailing.organization, key, level, given["source"], given["since"], given["until"], given["evidence"],
         given["contact_id"]],
    )  # fmt: skip


def settle(mailing: Mailing, place: int, **columns: Any) -> None:
    sets = ", ".join(f"{name} = %s" for name in columns)
    query = f"update aurora_proactive_campaign_recipients set {sets} where id = %s"
    mailing.connection.execute(query.encode(), [*columns.values(), mailing.recipients[place]])


def test_a_list_has_every_campaign_once_newest_first_and_of_one_organisation(
    reading: CampaignReading, mailing: Mailing, database: Connection
) -> None:
    Mailing(database, number=1)
    for days in range(1, 5):
        database.execute(
            "insert into aurora_proactive_campaigns (id, organization_id, source, source_key, status, valid_until,"
            " created_at) values (%s, %s, 'inactive_clients', %s, 'done', now(), %s)",
            [uuid4(), mailing.organization, str(days), now() - dt.timedelta(days=days)],
        )
    seen: list[dict[str, Any]] = []
    after = None
    while page := reading.campaigns(mailing.organization, None, after, 2):
        seen += page
        after = (dt.datetime.fromisoformat(page[-1]["created_at"]), UUID(page[-1]["id"]))
    assert seen[0]["id"] == str(mailing.campaign) and seen[0]["counts"] == {"pending": 7}
    assert seen[0]["organization"] == "Patas & Cia" and seen[0]["timezone"] == "America/Sao_Paulo"
    assert [row["source_key"] for row in seen[1:]] == ["1", "2", "3", "4"]
    assert len(reading.campaigns(mailing.organization, ["done"], None, 50)) == 4
    assert reading.campaigns(mailing.organization, ["paused", "stopped"], None, 50) == []
    assert len(reading.campaigns(None, ["running"], None, 200)) >= 2
    assert reading.campaigns(uuid4(), None, None, 50) == []


def test_a_campaign_is_read_whole(reading: CampaignReading, mailing: Mailing) -> None:
    at = now() - dt.timedelta(minutes=5)
    receipts = Jsonb({"receipts": {"server_ack_at": at.isoformat(), "read_at": at.isoformat()}})
    settle(mailing, 0, status="sent", sent_at=at, metadata=receipts, answered_at=now())
    settle(mailing, 1, status="sent", sent_at=at)
    settle(mailing, 2, status="skipped", reason="already_booked")
    settle(mailing, 3, status="failed", reason="number_not_on_whatsapp")
    settle(mailing, 4, status="failed", reason="delivery_unknown")
    opt_out(mailing, mailing.row(1)["phone_key"])
    mailing.connection.execute(
        "insert into bookings (organization_id, contact_id, start_time, status, price) values (%s, %s, %s, %s, 80)",
        [mailing.organization, mailing.contacts[0], now() + dt.timedelta(days=2), "confirmed"],
    )
    mailing.change(
        confirmation=Jsonb({"reply_id": "3EB0", "via": "whatsapp", "heard": "yes"}), left_out=Jsonb({"no_phone": 2})
    )
    whole = reading.campaign(mailing.campaign, now())
    assert whole is not None
    assert (whole["confirmed_by_name"], whole["via"], whole["heard"]) == ("Ana", "whatsapp", "yes")
    figures = whole["figures"]
    assert (figures["sent"], figures["pending"], figures["unknown"]) == (2, 2, 1)
    assert figures["reasons"] == {"already_booked": 1, "number_not_on_whatsapp": 1}
    assert (figures["answered"], figures["opted_out"], figures["booked"], figures["value"]) == (1, 1, 1, "80.00")
    assert whole["deliveries"] == {"read": 1, "accepted": 1} and whole["left_out"] == {"no_phone": 2}
    assert [each["recipient_id"] for each in whole["examples"]] == [str(mailing.recipients[n]) for n in (0, 3, 6)]
    assert all(each["text"].startswith("Oi, Cliente! Aqui é Patas & Cia") for each in whole["examples"])
    assert reading.campaign(uuid4(), now()) is None


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_there_are_as_many_examples_as_recipients_up_to_three(
    reading: CampaignReading, database: Connection, number: int
) -> None:
    whole = reading.campaign(Mailing(database, number=number).campaign, now())
    assert whole is not None
    assert len(whole["examples"]) == number == len({each["recipient_id"] for each in whole["examples"]})


def test_recipients_are_paged_and_filtered_and_show_no_number(reading: CampaignReading, mailing: Mailing) -> None:
    at = now() - dt.timedelta(minutes=5)
    settle(mailing, 2, status="sent", sent_at=at, metadata=Jsonb({"receipts": {"delivered_at": at.isoformat()}}))
    settle(mailing, 5, status="skipped", reason="recent_message")
    seen: list[dict[str, Any]] = []
    after = None
    while page := reading.recipients(mailing.campaign, ANY, after, 3, now()):
        seen += page
        after = (page[-1]["position"], UUID(page[-1]["id"]))
    assert [UUID(row["id"]) for row in seen] == mailing.recipients
    assert seen[2]["delivery"] == "delivered" and seen[2]["name"] == "Cliente 2"
    for wanted, places in (
        (RecipientFilter(status="sent"), [2]), (RecipientFilter(delivery="delivered"), [2]),
        (RecipientFilter(delivery="read"), []), (RecipientFilter(reason="recent_message"), [5]),
        (RecipientFilter(status="pending"), [0, 1, 3, 4, 6]), (RecipientFilter("sent", "recent_message"), []),
    ):  # fmt: skip
        found = reading.recipients(mailing.campaign, wanted, None, 50, now())
        assert [row["position"] for row in found] == places, wanted
    whole = json.dumps([seen, reading.campaign(mailing.campaign, now())])
    for place in range(7):
        row = mailing.row(place)
        assert row["phone"] not in whole and row["phone_key"] not in whole
        assert seen[place]["phone"] == f"(11) •••• {row['phone'][-4:]}"


def test_only_the_present_revision_is_read(reading: CampaignReading, mailing: Mailing) -> None:
    settle(mailing, 0, revision=0)
    assert len(reading.recipients(mailing.campaign, ANY, None, 50, now())) == 6
    whole = reading.campaign(mailing.campaign, now())
    assert whole is not None and whole["counts"] == {"pending": 6}


def test_opt_outs_are_listed_by_level_and_found_by_phone_but_show_none(
    reading: CampaignReading, mailing: Mailing
) -> None:
    pet = uuid4()
    mailing.connection.execute(
        "insert into pets (id, organization_id, contact_id, name) values (%s, %s, %s, 'Rex')",
        [pet, mailing.organization, mailing.contacts[1]],
    )
    key = mailing.row(0)["phone_key"]
    opt_out(mailing, key, "probable", evidence=Jsonb({"rule": "nao_quero", "gateway_message_id": "3EB0"}),
            since=now() - dt.timedelta(hours=2), until=now() + dt.timedelta(days=90))  # fmt: skip
    opt_out(mailing, f"pet:{pet}", "luto", since=now() - dt.timedelta(hours=1))
    opt_out(mailing, "lid:987654321012", since=now() - dt.timedelta(minutes=3))
    opt_out(mailing, f"contact:{mailing.contacts[2]}", "luto", since=now() - dt.timedelta(minutes=2))
    opt_out(mailing, "551133334444", "block_list", source="import", until=now() - dt.timedelta(minutes=1))
    everything = OptOutFilter(mailing.organization)
    found = reading.opt_outs(everything, None, 50, now())
    assert [(row["kind"], row["name"], row["pet"], row["phone"], row["over"]) for row in found] == [
        ("phone", None, None, "(11) •••• 4444", True), ("client", "Cliente 2", None, None, False),
        ("hidden", None, None, None, False), ("pet", "Cliente 1", "Rex", None, False),
        ("phone", "Cliente 0", None, f"(11) •••• {key[-4:]}", False),
    ]  # fmt: skip
    assert found[-1]["rule"] == "nao_quero"
    first = reading.opt_outs(everything, None, 2, now())[-1]
    rest = reading.opt_outs(everything, (dt.datetime.fromisoformat(first["since"]), UUID(first["id"])), 50, now())
    assert [row["id"] for row in rest] == [row["id"] for row in found[2:]]
    assert [row["kind"] for row in reading.opt_outs(OptOutFilter(mailing.organization, "luto"), None, 9, now())] == [
        "client", "pet",
    ]  # fmt: skip
    for written in (mailing.row(0)["phone"], f"+{key}", f"({key[2:4]}) {key[4:8]}-{key[8:]}"):
        by_phone = reading.opt_outs(OptOutFilter(mailing.organization, phone=written), None, 9, now())
        assert [row["id"] for row in by_phone] == [found[-1]["id"]], written
    assert reading.opt_outs(OptOutFilter(mailing.organization, phone="11900000000"), None, 9, now()) == []
    assert key not in json.dumps(found) and "987654321012" not in json.dumps(found)
    assert reading.opt_out_counts(mailing.organization, now()) == {"probable": 1, "luto": 2, "sure": 1}
    one = reading.opt_out(mailing.organization, UUID(found[-1]["id"]), now())
    assert one is not None and one["key"] == key
    assert reading.opt_out(uuid4(), UUID(found[-1]["id"]), now()) is None


def test_an_opt_out_of_a_client_is_found_by_any_number_that_the_client_has(
    reading: CampaignReading, mailing: Mailing
) -> None:
    """Who changes the number stays out, and is found by the new one too."""
    opt_out(mailing, "551199990000", contact_id=mailing.contacts[0])
    found = reading.opt_outs(OptOutFilter(mailing.organization, phone=mailing.row(0)["phone"]), None, 9, now())
    assert [row["name"] for row in found] == ["Cliente 0"]


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("11987654321", "(11) •••• 4321"), ("+55 (11) 98765-4321", "(11) •••• 4321"),
        ("551133334444", "(11) •••• 4444"), ("+1 415 555 2671", "•••• 2671"), ("12345", "•••• 45"), ("1", "•••• "),
        ("", None), ("sem telefone", None), (None, None),
    ],
)  # fmt: skip
def test_a_number_is_shown_by_its_area_and_its_end(database: Connection, phone: str | None, shown: str | None) -> None:
    query = "select aurora_proactive_masked_phone(aurora_proactive_phone_key(%s)) as shown"
    row = database.execute(query, [phone]).fetchone()
    assert row is not None and row["shown"] == shown
