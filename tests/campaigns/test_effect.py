"""What campaigns bring: counted when a window has closed, told when it can be, and as Python computes it."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from proactive.campaigns.effect import MeasuredCampaign, effect_of
from proactive.campaigns.effects import CampaignEffects
from proactive.model.author import Author
from proactive.model.chance import endless_interval, event_process, score, tuning
from proactive.storage.supabase import Database

NOW = dt.datetime(2026, 11, 26, 15, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


class Shop:
    """An organisation with measured campaigns."""

    def __init__(self, connection: psycopg.Connection[dict[str, Any]], database: Database) -> None:
        self.run, self.effects, self.organization = connection.execute, CampaignEffects(database), uuid4()
        self.database = database
        self.run("insert into organizations (id, name) values (%s, 'Loja')", [self.organization])
        self.run(
            "insert into aurora_proactive_campaign_settings (organization_id, accepted_by, legal_basis)"
            " values (%s, 'Ana', 'consent')", [self.organization],
        )  # fmt: skip

    def campaign(self, begins: dt.datetime | None, p: float = 0.9, m: float = 0.1, worth: float = 50.0,
                 written: int = 0, held: int = 0) -> list[tuple[UUID, str, UUID]]:  # fmt: skip
        """A campaign with so many units; their ids, arms and clients."""
        id_, units = uuid4(), []
        self.run(
            "insert into aurora_proactive_campaigns (id, organization_id, source, source_key, status, valid_until)"
            " values (%s, %s, 'custom_campaign', %s, 'done', now())", [id_, self.organization, str(id_)],
        )  # fmt: skip
        for arm in ["written"] * written + ["held_back"] * held:
            units.append((uuid4(), arm, uuid4()))
            self.run("insert into contacts (id, organization_id) values (%s, %s)", [units[-1][2], self.organization])
            self.run(
                "insert into aurora_proactive_campaign_people (campaign_id, recipient_id, organization_id, contact_id,"
                " arm, p, m, worth, begins_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [id_, units[-1][0], self.organization, units[-1][2], arm, p, m, worth, begins],
            )
        return units

    def booking(self, client: UUID, at: dt.datetime, price: float = 60, status: str = "confirmed") -> None:
        self.run(
            "insert into bookings (organization_id, contact_id, status, price, start_time, created_at)"
            " values (%s, %s, %s, %s, %s, %s)", [self.organization, client, status, price, at + 20 * DAY, at],
        )  # fmt: skip

    def units(self) -> list[dict[str, Any]]:
        query = "select * from aurora_proactive_campaign_people where organization_id = %s"
        return self.run(query, [self.organization]).fetchall()


@pytest.fixture
def shop(database: psycopg.Connection[dict[str, Any]], supabase: Database) -> Shop:
    return Shop(database, supabase)


def test_a_unit_counts_when_its_window_has_closed_and_never_changes_again(shop: Shop) -> None:
    begins = NOW - 14 * DAY
    (first, second, third, fourth, fifth), late = (
        shop.campaign(begins, written=3, held=2), shop.campaign(begins + dt.timedelta(seconds=1), written=1),
    )  # fmt: skip
    shop.booking(first[2], begins)  # not after the start
    shop.booking(second[2], begins + 14 * DAY, price=70)  # its last moment
    shop.booking(second[2], begins + DAY, price=30)
    shop.booking(third[2], begins + DAY, status="cancelled")
    shop.booking(fourth[2], begins + DAY, price=55)
    shop.booking(fifth[2], begins + 14 * DAY + dt.timedelta(seconds=1))
    shop.booking(late[0][2], begins + DAY)
    found = shop.effects.of(shop.organization, NOW)
    assert (found.written, found.written_booked, found.held, found.held_booked, found.open) == (3, 1, 2, 1, 1)
    kept = {unit["recipient_id"]: (unit["booked"], unit["value"]) for unit in shop.units()}
    assert kept[second[0]] == (True, 100) and kept[fourth[0]] == (True, 55) and kept[fifth[0]] == (False, 0)
    assert kept[late[0][0]] == (None, None)
    shop.run("update bookings set status = 'cancelled' where organization_id = %s", [shop.organization])
    assert shop.effects.of(shop.organization, NOW).written_booked == 1


def test_the_sums_of_the_database_are_those_of_python(shop: Shop) -> None:
    chance, expected = random.Random(3), []
    for number in range(3):
        p, m, worth, begins = (0.9, 0.8, 0.9)[number], 0.07 + number / 30, 43.21 * number, NOW - (30 - number) * DAY
        u = s = value_u = value_s = 0.0
        for _, arm, client in shop.campaign(begins, p, m, worth, written=25, held=6):
            price = chance.choice([0, 0, 39.9, 120.55])
            if price:
                shop.booking(client, begins + DAY, price)
            psi = score(float(price > 0), m, p, one=arm == "written")
            value = score(price, m * worth, p, one=arm == "written")
            u, s, value_u, value_s = u + psi, s + psi**2, value_u + value, value_s + value**2
        expected.append((u, s, value_u, value_s))
    answer = shop.database.call(
        "aurora_proactive_campaign_effect", {"p_organization": str(shop.organization), "p_now": NOW.isoformat()}, dict
    )
    for found, wanted in zip(answer["campaigns"], expected, strict=True):
        sums = tuple(found[name] for name in ("u", "s", "value_u", "value_s"))
        assert sums == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_what_did_not_begin_is_no_unit(shop: Shop) -> None:
    shop.campaign(None, written=5, held=3)
    found = shop.effects.of(shop.organization, NOW)
    assert (found.campaigns, found.held, found.verdict) == (0, 0, "not_yet")


def test_the_maintenance_counts_for_every_business_and_forgets_who_they_were(shop: Shop) -> None:
    begins = NOW - 14 * DAY
    (first,) = shop.campaign(begins, written=1)
    shop.booking(first[2], begins + DAY)
    assert shop.effects.settle(NOW) >= 1
    assert [unit["booked"] for unit in shop.units()] == [True]
    assert shop.effects.settle(NOW) == 0
    shop.run("update contacts set phone = '11955554444' where id = %s", [first[2]])
    shop.run("select aurora_proactive_erase_person(%s, '551155554444', %s)", [shop.organization, NOW])
    assert [(unit["contact_id"], unit["booked"]) for unit in shop.units()] == [(None, True)]


def test_who_was_held_back_is_forgotten_with_the_campaign(shop: Shop) -> None:
    shop.campaign(NOW - 181 * DAY, held=1)
    shop.campaign(NOW - 20 * DAY, held=1)
    shop.campaign(None, held=1)  # never began, and is over
    shop.run("select aurora_proactive_forget_campaigns(180, 100, %s)", [NOW])
    assert sorted(unit["contact_id"] is None for unit in shop.units()) == [False, True]


def measured(**given: Any) -> MeasuredCampaign:
    sums = {"n": 60, "written": 54, "booked": 7, "booked_written": 6, "u": 1.0, "s": 70.0, "value_u": 90.0,
            "value_s": 300_000.0, "m": 0.1, "worth": 60.0, "assigned": 60, "assigned_written": 54}  # fmt: skip
    return MeasuredCampaign.model_validate({"id": uuid4(), "p": 0.9, "begins_at": NOW} | sums | given)


def test_points_and_reais_are_told_only_with_enough_clients_and_bookings_held_back() -> None:
    few = effect_of([measured() for _ in range(16)], 0.9, 0)
    assert (few.held, few.held_booked, few.points, few.reais) == (96, 16, None, None)
    assert (few.clients_missing, few.bookings_missing) == (4, 0)
    seldom = effect_of([measured(booked=6) for _ in range(30)], 0.9, 0)
    assert (seldom.points, seldom.bookings_missing) == (None, 10)
    told = effect_of([measured() for _ in range(17)], 0.9, 0)
    h = tuning(60, 0.1, 0.9)
    assert told.points == endless_interval(17.0, 17 * 70.0, 17 * 60, h)
    assert told.reais is not None and told.reais.effect == pytest.approx(90 / 60 * 17 * 54)
    assert effect_of([measured(worth=0.0) for _ in range(17)], 0.9, 0).reais is None


def test_a_verdict_is_the_event_processs_and_stays(shop: Shop) -> None:
    brings = [measured(booked=12, booked_written=12) for _ in range(3)]
    assert event_process(36, 36, 0.9) < 20 < event_process(60, 60, 0.9)
    assert effect_of(brings, 0.9, 0).verdict == "not_yet"
    more = effect_of(brings * 2, 0.9, 0)
    assert more.verdict == "more" and more.processes[0].low > 1
    worse = [measured(booked=12, booked_written=6) for _ in range(6)]
    assert effect_of(worse, 0.9, 0).verdict == "less"
    # what was reached once is not taken back; another p begins another process
    assert (
        effect_of([*brings * 2, *(measured(booked=20, booked_written=14) for _ in range(2))], 0.9, 0).verdict
        != "not_yet"
    )
    assert effect_of([*brings * 2, measured(p=0.8)], 0.8, 0).verdict == "not_yet"


def test_a_split_that_is_not_the_planned_one_is_worth_nothing() -> None:
    found = effect_of([measured(assigned_written=40) for _ in range(20)], 0.9, 0)
    assert (found.verdict, found.points, found.valid) == ("not_valid", None, False)


def test_measuring_is_switched_by_somebody_who_is_written_down(shop: Shop) -> None:
    author = Author("user:1", "api")
    assert shop.effects.measure(shop.organization, 0.8, author) and shop.effects.measure(shop.organization, 0.8, author)
    assert shop.effects.of(shop.organization, NOW).share == 0.8
    assert shop.effects.measure(shop.organization, None, author)
    log = shop.run(
        "select * from aurora_proactive_changes where organization_id = %s order by at", [shop.organization]
    ).fetchall()
    assert [(row["action"], row["after"]) for row in log] == [
        ("effect_measured", {"written_share": 0.8}), ("effect_measured", {"written_share": None}),
    ]  # fmt: skip
    assert not shop.effects.measure(uuid4(), 0.9, author)
