"""The days, rows and ties that go wrong first, each by its name."""

from __future__ import annotations

import datetime as dt

import pytest
from psycopg.types.json import Jsonb

from proactive.message_types.registry import BY_HAND
from tests.support import oracle
from tests.support.asking import Database, Shop
from tests.support.businesses import insert

UTC = dt.UTC
SUNDAY_EVENING = dt.datetime(2026, 11, 22, 21, tzinfo=UTC)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "born", "celebrated"),
    [
        ("2027-02-28", "2020-02-29", True),
        ("2027-03-01", "2020-02-29", False),
        ("2028-02-28", "2020-02-29", False),
        ("2028-02-29", "2020-02-29", True),
        ("2028-02-28", "2019-02-28", True),
        ("2026-11-22", "2026-11-22", True),
        ("2026-11-22", "2027-11-22", False),
        ("2026-11-22", "2010-11-23", False),
    ],
)
def test_a_birthday_is_celebrated_on_its_day_of_the_year(
    database: Database, today: str, born: str, celebrated: bool
) -> None:
    shop = Shop(utc(f"{today}T12:00"))
    shop.pet(shop.client(), "Rex", birthday=dt.date.fromisoformat(born))
    facts = shop.facts(database, "birthdays")
    assert (facts["birthdays"], facts["fires"]) == (int(celebrated), celebrated)


def test_birthdays_leave_out_blocked_clients_and_pets_that_are_gone(database: Database) -> None:
    shop = Shop(SUNDAY_EVENING)
    birthday = dt.date(2020, 11, 22)
    shop.pet(shop.client(status="blocked"), "Rex", birthday=birthday)
    shop.pet(shop.client(), "Luna", birthday=birthday, is_active=False)
    later = shop.pet(shop.client(name=None, phone=None), "Max", birthday=birthday)
    first = shop.pet(shop.client(), "Bob", birthday=birthday)
    listed = shop.facts(database, "birthdays")["listed"]
    assert [line["id"] for line in listed] == [str(first), str(later)]
    assert listed[1] == {"id": str(later), "pet": "Max", "client": None, "phone": None}


def test_more_than_two_hundred_birthdays_are_counted_all(database: Database) -> None:
    shop = Shop(SUNDAY_EVENING)
    client = shop.client()
    for _ in range(205):
        shop.pet(client, "Rex", birthday=dt.date(2020, 11, 22))
    facts = shop.facts(database, "birthdays")
    assert (facts["birthdays"], len(facts["listed"])) == (205, 200)


def test_a_thousand_and_one_inactive_clients_are_a_thousand_and_one(database: Database) -> None:
    shop = Shop(SUNDAY_EVENING)
    for _ in range(1001):
        shop.client()
    facts = shop.facts(database, "inactive_clients")
    assert (facts["inactive"], len(facts["listed"])) == (1001, 10)
    assert [line["id"] for line in facts["listed"]] == [str(row["id"]) for row in shop.rows.contacts[:10]]


def test_thirty_days_are_thirty_times_24_hours_even_over_a_change_of_the_clocks(database: Database) -> None:
    shop = Shop(utc("2026-03-20T12:00"), zone="America/New_York")
    shop.client(last_contact_at=shop.now - dt.timedelta(hours=720))
    over = shop.client(last_contact_at=shop.now - dt.timedelta(hours=720, microseconds=1))
    listed = shop.facts(database, "inactive_clients")["listed"]
    assert [line["id"] for line in listed] == [str(over)]


@pytest.mark.parametrize(("zone", "day", "hours"), [
    ("America/Havana", "2026-11-01", 25),
    ("America/Havana", "2026-03-08", 23),
    ("Atlantic/Azores", "2026-10-25", 25),
    ("America/Sao_Paulo", "2018-11-04", 23),
    ("America/Sao_Paulo", "2026-11-22", 24),
])  # fmt: skip
def test_the_day_of_a_summary_has_the_hours_that_its_clocks_give_it(
    database: Database, zone: str, day: str, hours: int
) -> None:
    begins = {
        "2026-11-01": "2026-11-01T04:00",
        "2026-03-08": "2026-03-08T05:00",
        "2026-10-25": "2026-10-25T00:00",
        "2018-11-04": "2018-11-04T03:00",
        "2026-11-22": "2026-11-22T03:00",
    }
    start = utc(begins[day])
    shop = Shop(start + dt.timedelta(hours=18), zone=zone)
    for hour in range(-2, 28):
        shop.booking(start + dt.timedelta(hours=hour), status="completed", price="1.00")
    facts = shop.facts(database, "daily_summary")
    assert (facts["date"], facts["bookings"], facts["revenue"]) == (day, hours, f"{hours}.00")


def test_a_booking_over_midnight_belongs_to_the_day_it_starts_in_and_takes_slots_of_the_next(
    database: Database,
) -> None:
    hours = {"mon": [["00:00", "04:00"]]}
    shop = Shop(SUNDAY_EVENING, business_hours=hours)
    shop.booking(utc("2026-11-23T02:30"), end_time=utc("2026-11-23T04:30"))
    assert shop.facts(database, "daily_summary")["bookings"] == 1
    low = shop.facts(database, "low_occupancy")
    assert (low["bookings"], low["free_hours"]) == (0, ["02:00", "03:00"])


def test_a_stay_of_weeks_takes_every_slot(database: Database) -> None:
    shop = Shop(SUNDAY_EVENING)
    shop.booking(SUNDAY_EVENING - dt.timedelta(days=20), end_time=SUNDAY_EVENING + dt.timedelta(days=20))
    facts = shop.facts(database, "opportunities")
    assert (facts["free_slots"], facts["emptiest"], facts["fires"]) == (0, None, True)


@pytest.mark.parametrize(
    ("length", "service", "taken"),
    [(60, None, 1), (45, None, 2), (60, 15, 1), (60, 60, 1), (60, 61, 2)],
)
def test_a_booking_without_an_end_lasts_its_service_or_one_slot(
    database: Database, length: int, service: int | None, taken: int
) -> None:
    shop = Shop(SUNDAY_EVENING, business_hours={"mon": [["08:00", "14:00"]]})
    known = shop.service("Banho", minutes=service) if service else None
    at = utc("2026-11-23T13:00")  # 10:00 in São Paulo
    shop.booking(at, service_id=known)
    all_slots = 6 * 60 // length
    facts = shop.facts(database, "opportunities", slot_minutes=length)
    assert facts["free_slots"] == all_slots - taken


def test_an_interval_is_cut_from_its_opening_as_far_as_slots_fit(database: Database) -> None:
    shop = Shop(SUNDAY_EVENING, business_hours={"mon": [["08:30", "12:00"], ["13:15", "15:20"]], "sun": []})
    facts = shop.facts(database, "low_occupancy")
    assert facts["free_hours"] == ["08:30", "10:30", "14:15"]
    assert shop.facts(database, "opportunities")["free_slots"] == 5


@pytest.mark.parametrize(
    ("intervals", "free"),
    [
        ([["08:00", "18:00"], ["08:00", "18:00"]], 10),
        ([["08:00", "12:00"], ["12:00", "18:00"]], 10),
        ([["12:00", "18:00"], ["08:00", "13:30"]], 10),
        ([["08:00", "18:00"], ["09:00", "10:00"]], 10),
        ([["08:00", "08:30"], ["08:30", "09:00"]], 1),
        ([["08:00", "08:30"], ["08:31", "09:01"]], 0),
        ([["08:00", "09:00"], ["09:30", "10:30"], ["08:30", "09:40"]], 2),
        ([["00:00", "24:00"], ["08:00", "18:00"]], 24),
        ([["8:00", "9:00"], ["08:00:00", "10:00"]], 2),
        ([["08:00", "12:00"], ["12:00", "18:00"], ["10:00", "14:00"]], 10),
    ],
)
def test_hours_that_overlap_or_touch_are_merged_before_they_are_cut(
    database: Database, intervals: list[object], free: int
) -> None:
    shop = Shop(SUNDAY_EVENING, business_hours={"mon": intervals})
    assert shop.facts(database, "opportunities")["free_slots"] == free
    assert shop.facts(database, "opportunities") == oracle.opportunities(shop.business())


def test_where_the_clocks_jump_hours_that_come_to_overlap_are_merged(database: Database) -> None:
    hours = [["00:00", "00:30"], ["01:00", "03:00"]]
    shop = Shop(utc("2018-11-03T15:00"), business_hours={"sun": hours})  # on Sunday 00:00 was 01:00
    assert shop.facts(database, "opportunities", slot_minutes=30)["free_slots"] == 4


@pytest.mark.parametrize(
    "hours",
    ["8h-18h", "", 5, 1.5, True, [], ["mon"], [["08:00", "18:00"]], {"segunda": [["08:00", "12:00"]]},
     {"Mon": [], "TUE": []}, {"0": [["08:00", "12:00"]]}],
)  # fmt: skip
def test_hours_of_another_shape_close_every_day(database: Database, hours: object) -> None:
    shop = Shop(SUNDAY_EVENING, business_hours=hours)
    low = shop.facts(database, "low_occupancy")
    assert (low["fires"], low["free_hours"]) == (False, [])
    assert shop.facts(database, "opportunities")["fires"] is False


@pytest.mark.parametrize(
    "spoilt",
    [["18:00", "09:00"], ["08:00", "08:00"], None, "09:00-20:00", [], ["13:00"], ["13:00", "14:00", "15:00"],
     ["13:00", "14:00", None], ["13", "14"], [13, 14], ["13:00", "25:00"], ["24:00", "24:00"], ["13:60", "14:00"],
     {"0": "13:00", "1": "14:00"}],
)  # fmt: skip
def test_one_malformed_pair_closes_its_day_and_no_other(database: Database, spoilt: object) -> None:
    shop = Shop(SUNDAY_EVENING, business_hours={"mon": [["08:00", "12:00"], spoilt], "tue": [["08:00", "10:00"]]})
    facts = shop.facts(database, "opportunities")
    assert (facts["free_slots"], facts["fires"]) == (2, True)
    assert shop.facts(database, "low_occupancy")["fires"] is False
    assert facts == oracle.opportunities(shop.business())
    assert malformed(database, shop.rows.organizations[0]["business_hours"]) == ["mon"]


@pytest.mark.parametrize(
    ("hours", "days"),
    [(None, 0), ({}, 0), ({"mon": None, "tue": []}, 0), ({"mon": [["00:00", "24:00"]]}, 0), ({"sun": "9h"}, 1),
     ({"segunda": []}, 7), ("9h-18h", 7), ([], 7), (0, 7), (False, 7)],
)  # fmt: skip
def test_malformed_hours_are_named_by_weekday_and_only_null_is_not_configured(
    database: Database, hours: object, days: int
) -> None:
    assert len(malformed(database, hours)) == days
    assert malformed(database, None) == []


def malformed(database: Database, hours: object) -> list[str]:
    row = database.execute("select aurora_proactive_malformed_days(%s) as days", [Jsonb(hours)]).fetchone()
    assert row is not None
    found: list[str] = row["days"]
    return found


@pytest.mark.parametrize(
    "hours",
    [{}, {"mon": []}, {"mon": [["18:00", "08:00"]]}, {"mon": [["8h", "12h"], ["08:00"], "08:00", 5, None]},
     {"mon": "08:00-18:00"}, {"mon": None}],
)  # fmt: skip
def test_hours_that_say_nothing_usable_are_closed(database: Database, hours: dict[str, object]) -> None:
    shop = Shop(SUNDAY_EVENING, business_hours=hours)
    low = shop.facts(database, "low_occupancy")
    assert (low["fires"], low["free_hours"]) == (False, [])
    assert shop.facts(database, "opportunities")["fires"] is False


def test_without_hours_a_business_is_open_monday_to_saturday_from_8_to_18(database: Database) -> None:
    saturday = Shop(utc("2026-11-21T20:00"))
    assert saturday.facts(database, "low_occupancy")["fires"] is False
    assert saturday.facts(database, "opportunities")["free_slots"] == 20
    sunday = Shop(SUNDAY_EVENING).facts(database, "low_occupancy")
    assert (sunday["fires"], sunday["free_hours"]) == (True, ["08:00", "13:00", "17:00"])


@pytest.mark.parametrize(("bookings", "fires"), [(0, True), (2, True), (3, False)])
def test_tomorrow_is_low_below_three_live_bookings(database: Database, bookings: int, fires: bool) -> None:
    shop = Shop(SUNDAY_EVENING)
    for _ in range(bookings):
        shop.booking(utc("2026-11-23T13:00"), status="pending")
    shop.booking(utc("2026-11-23T14:00"), status="cancelled")
    facts = shop.facts(database, "low_occupancy")
    assert (facts["bookings"], facts["fires"]) == (bookings, fires)


def test_two_organisations_with_the_same_names_do_not_mix(database: Database) -> None:
    shop, other = Shop(SUNDAY_EVENING), Shop(SUNDAY_EVENING)
    for one, price in ((shop, "10.00"), (other, "99.00")):
        client, service = one.client(), one.service("Banho", price)
        one.pet(client, "Rex", birthday=dt.date(2020, 11, 22))
        one.booking(utc("2026-11-22T13:00"), contact_id=client, service_id=service, status="completed")
    stolen = shop.booking(
        utc("2026-11-22T14:00"),
        contact_id=other.rows.contacts[0]["id"],
        pet_id=other.rows.pets[0]["id"],
        service_id=other.rows.services[0]["id"],
        status="completed",
    )
    with database.transaction(force_rollback=True):
        insert(database, other.rows)
        facts = shop.facts(database, "daily_summary")
        assert (facts["bookings"], facts["revenue"]) == (2, "10.00")
        names = {"pet": None, "client": None, "service": None}
        assert facts["listed"][1] == names | {"id": str(stolen), "at": "11:00"}
        assert shop.facts(database, "birthdays")["birthdays"] == 1
        assert [c["id"] for c in shop.facts(database, "custom_campaign")["listed"]] == [
            str(shop.rows.contacts[0]["id"])
        ]


def test_everything_may_be_missing_from_a_booking(database: Database) -> None:
    shop = Shop(SUNDAY_EVENING)
    free = shop.service("Conversa")
    shop.booking(utc("2026-11-22T13:00"), status="completed")
    shop.booking(utc("2026-11-22T14:00"), status="completed", service_id=free)
    facts = shop.facts(database, "daily_summary")
    assert (facts["revenue"], [line["service"] for line in facts["listed"]]) == ("0.00", [None, "Conversa"])


def test_a_business_without_anything_has_facts(database: Database) -> None:
    shop = Shop(SUNDAY_EVENING)
    for type_ in BY_HAND:
        assert shop.facts(database, type_)["listed"] == []
    assert shop.facts(database, "daily_summary")["fires"] is True
    assert shop.facts(database, "inactive_clients")["fires"] is False


@pytest.mark.parametrize(
    ("ahead", "reason"),
    [((5, 20, 30), "last_minute"), ((5, 24, 30), "last_contact"), ((5, 5), "last_contact")],
)
def test_who_books_less_than_a_day_ahead_books_at_the_last_minute(
    database: Database, ahead: tuple[int, ...], reason: str
) -> None:
    shop = Shop(SUNDAY_EVENING)
    client = shop.client(last_contact_at=utc("2026-11-20T02:59"))  # the 19th, in São Paulo
    for number, hours in enumerate(ahead):
        start = SUNDAY_EVENING - dt.timedelta(days=10 * number)
        made = start - dt.timedelta(hours=hours)
        shop.booking(start, contact_id=client, status="pending", created_at=made)
    (line,) = shop.facts(database, "low_occupancy")["listed"]
    assert (line["reason"], line["done_bookings"], line["days_since_contact"]) == (reason, 0, 3)


@pytest.mark.parametrize(
    ("days", "rhythm"),
    [(5, None), (6, "weekly"), (8, "weekly"), (9, None), (12, None), (13, "fortnightly"), (16, "fortnightly"),
     (17, None), (26, None), (27, "monthly"), (33, "monthly"), (34, None)],
)  # fmt: skip
def test_the_median_of_days_between_visits_names_the_rhythm(database: Database, days: int, rhythm: str | None) -> None:
    shop = Shop(SUNDAY_EVENING)
    client = shop.client()
    for visit in (1, 2, 3):
        start = SUNDAY_EVENING - dt.timedelta(days=days * visit)
        shop.booking(start, contact_id=client, status="completed")
    (line,) = shop.facts(database, "opportunities")["listed"]
    assert (line["reason"], line["rhythm"]) == ("rhythm" if rhythm else "last_visit", rhythm)


@pytest.mark.parametrize(("since", "listed"), [(17, 0), (18, 1)])
def test_nine_tenths_of_the_usual_time_are_enough(database: Database, since: int, listed: int) -> None:
    shop = Shop(SUNDAY_EVENING)
    client = shop.client()
    for visit in range(3):
        shop.booking(SUNDAY_EVENING - dt.timedelta(days=since + 20 * visit), contact_id=client, status="completed")
    assert len(shop.facts(database, "opportunities")["listed"]) == listed


@pytest.mark.parametrize(("tuesdays", "others", "reason"), [(3, 2, "vip_weekday"), (4, 3, "last_visit")])
def test_a_vip_with_six_tenths_of_the_visits_on_a_weekday_has_that_weekday(
    database: Database, tuesdays: int, others: int, reason: str
) -> None:
    shop = Shop(SUNDAY_EVENING)
    client, bath = shop.client(), shop.service("Banho")
    tuesday = utc("2026-11-03T15:00")
    starts = [tuesday - dt.timedelta(weeks=3 * week) for week in range(tuesdays)]
    starts += [tuesday - dt.timedelta(weeks=3 * week, days=(2, 5, 6)[week]) for week in range(others)]
    for start in starts:
        shop.booking(start, contact_id=client, service_id=bath, status="completed")
    (line,) = shop.facts(database, "opportunities")["listed"]
    assert (line["reason"], line["weekday"]) == (reason, 2 if reason == "vip_weekday" else None)
    assert (line["service"], line["days_since"]) == ("Banho", 19)


def test_a_campaign_reaches_only_clients_with_a_phone_who_are_not_blocked(database: Database) -> None:
    shop = Shop(SUNDAY_EVENING)
    shop.client(phone=None)
    shop.client(phone="  ")
    shop.client(status="blocked")
    reached = shop.client(name=None)
    facts = shop.facts(database, "custom_campaign", message="Olá!")
    assert (facts["reach"], facts["message"], facts["fires"]) == (1, "Olá!", True)
    assert facts["listed"] == [{"id": str(reached), "name": None, "phone": "11999998888", "pets": []}]


def test_the_best_moment_is_when_most_bookings_were_made_outside_quiet_hours(database: Database) -> None:
    shop = Shop(SUNDAY_EVENING)
    made = ["2026-11-20T13:10", "2026-11-13T13:50", "2026-11-18T18:00", "2026-11-19T02:00", "2026-11-12T02:10"]
    for moment in [*made, "2026-11-05T02:10", *["2026-08-20T18:00"] * 4]:
        shop.booking(SUNDAY_EVENING, created_at=utc(moment))
    facts = shop.facts(database, "custom_campaign")
    assert (facts["best_weekday"], facts["best_hour"]) == (5, 10)
