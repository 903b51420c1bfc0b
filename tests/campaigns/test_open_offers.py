"""What messages of the last days offer: open ones only, each once, and taken up without anything being sent."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from psycopg.types.json import Jsonb

from proactive.campaigns.open_offers import OpenOffers
from proactive.campaigns.store import CampaignStore
from proactive.campaigns.terms import Terms
from proactive.storage.supabase import Database
from tests.support.mailing import Connection, Mailing

#: A Wednesday at noon in São Paulo.
NOON = dt.datetime(2026, 11, 25, 15, 0, tzinfo=dt.UTC)


@pytest.fixture
def shop(database: Connection) -> Mailing:
    return Mailing(database, number=0, status="done")


def message(shop: Mailing, type_: str, sent_at: dt.datetime, *, status: str = "sent", **more: Any) -> UUID:
    day = sent_at.astimezone(ZoneInfo("America/Sao_Paulo")).date().isoformat()
    given: dict[str, Any] = {"key": day, "facts": {"date": day}, "content": 'Olá! "Sentimos sua falta!" Sim?'} | more
    id_, at = uuid4(), sent_at.replace(tzinfo=None)
    metadata = {"occurrence": given["key"], "facts": given["facts"], "data": given.get("data", {})}
    shop.connection.execute(
        "insert into aurora_proactive_messages (id, organization_id, owner_number_id, message_type, content,"
        " scheduled_for, status, sent_at, created_at, metadata) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [id_, shop.organization, given.get("owner", shop.owner), type_, given["content"], at, status, at, at,
         Jsonb(metadata)],
    )  # fmt: skip
    return id_


def found(shop: Mailing, supabase: Database, now: dt.datetime = NOON) -> list[tuple[str, int]]:
    store = CampaignStore(supabase)
    terms = Terms(store.terms(shop.organization, now, 14), now)
    return [
        (each.row["source"], each.row["option"]) for each in OpenOffers(supabase, store).of(shop.organization, terms)
    ]


@pytest.mark.parametrize(
    ("type_", "hours", "open_"),
    [
        ("birthdays", 3, True), ("birthdays", 24, False),
        ("inactive_clients", 71, True), ("inactive_clients", 73, False),
        ("custom_campaign", 71, True), ("custom_campaign", 73, False),
        ("daily_summary", 1, False), ("campaign_answer", 1, False),
    ],
)  # fmt: skip
def test_an_offer_is_open_until_its_end(shop: Mailing, supabase: Database, type_: str, hours: int, open_: bool) -> None:
    data = {"campaign_type": "natal", "target_audience": "vip", "message": "Venha!"}
    message(shop, type_, NOON - dt.timedelta(hours=hours), data=data if type_ == "custom_campaign" else {})
    assert found(shop, supabase) == ([(type_, 0)] if open_ else [])


@pytest.mark.parametrize("status", ["failed", "pending"])
def test_what_was_not_sent_offers_nothing(shop: Mailing, supabase: Database, status: str) -> None:
    message(shop, "inactive_clients", NOON - dt.timedelta(hours=1), status=status)
    assert found(shop, supabase) == []


def test_two_owners_were_offered_one_campaign(shop: Mailing, supabase: Database) -> None:
    for owner in (shop.owner, uuid4()):
        message(shop, "inactive_clients", NOON - dt.timedelta(hours=1), owner=owner)
    assert found(shop, supabase) == [("inactive_clients", 0)]


def test_a_text_that_was_erased_offers_nothing(shop: Mailing, supabase: Database) -> None:
    message(shop, "custom_campaign", NOON - dt.timedelta(hours=1), content=None)
    assert found(shop, supabase) == []


def test_an_offer_that_is_taken_up_is_a_campaign_and_no_offer_any_more(shop: Mailing, supabase: Database) -> None:
    id_ = message(shop, "inactive_clients", NOON - dt.timedelta(hours=1))
    store = CampaignStore(supabase)
    offers = OpenOffers(supabase, store)
    terms = Terms(store.terms(shop.organization, NOON, 14), NOON)
    (offer,) = offers.of(shop.organization, terms)
    campaign = offers.take_up(offer)
    assert (campaign.id, campaign.status, campaign.message_id) == (offer.id, "offered", id_)
    assert campaign.text == offer.row["text"] and campaign.revision == 0 and campaign.counts is None
    assert offers.take_up(offer) == campaign and found(shop, supabase) == []


def test_nothing_of_another_organisation_is_offered(shop: Mailing, supabase: Database, database: Connection) -> None:
    message(Mailing(database, number=0, status="done"), "inactive_clients", NOON - dt.timedelta(hours=1))
    assert found(shop, supabase) == []
