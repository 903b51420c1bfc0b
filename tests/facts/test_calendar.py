"""What a business' calendar does to its days and facts, each rule by its name; without one, nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from proactive.message_types.registry import BY_HAND
from tests.support import oracle
from tests.support.asking import Database, Shop
from tests.support.businesses import CALENDAR, insert

UTC = dt.UTC
#: Wednesday, 3 June 2026, 17:00 in São Paulo; the next day was Corpus Christi.
WEDNESDAY = dt.datetime(2026, 6, 3, 20, tzinfo=UTC)
THURSDAY = dt.date(2026, 6, 4)
HOURS = {day: [["08:00", "12:00"], ["13:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
CORPUS = {"day": THURSDAY, "scope": "national", "slug": "corpus-christi", "name": "Corpus Christi", "kind": "optional"}


class Place(Shop):
    """A shop in São Paulo that follows holidays, unless `place` says otherwise; None: nothing is said."""

    def __init__(self, place: dict[str, Any] | None = {}, now: dt.datetime = WEDNESDAY, **columns: Any) -> None:  # noqa: B006
        super().__init__(now, business_hours=columns.pop("business_hours", HOURS))
        said = {
            "state": "SP", "municipality": 3550308, "confirmed_at": WEDNESDAY, "follows_holidays": True,
            "open_holidays": [], "open_kinds": [], "summary_on_closed_days": True,
        }  # fmt: skip
        if place is not None:
            self.rows.places.append({"organization_id": self.organization} | said | place)

    def holiday(self, **columns: Any) -> Place:
        self.rows.holidays.append(CORPUS | {"source": "a decree"} | columns)
        return self

    def say(self, says: str, first: dt.date = THURSDAY, days: int = 1, **columns: Any) -> Place:
        last, count = first + dt.timedelta(days - 1), len(self.rows.exceptions)
        row = {"id": self._id(), "says": says, "hours": None, "said_at": WEDNESDAY + dt.timedelta(minutes=count)}
        of = {"organization_id": self.organization, "first_day": first, "last_day": last}
        self.rows.exceptions.append(row | of | columns)
        return self

    def feed(self, purpose: str, **columns: Any) -> Place:
        id_ = self._id()
        self.rows.feeds.append(
            {"id": id_, "organization_id": self.organization, "purpose": purpose, "address": "sealed"}
        )
        event = {"all_day": True, "first_day": THURSDAY, "last_day": THURSDAY, "starts_at": None, "ends_at": None}
        self.rows.feed_events.append({"feed_id": id_, "organization_id": self.organization} | event | columns)
        return self

    def days(self, database: Database, first: dt.date = THURSDAY, days: int = 1) -> list[dict[str, Any]]:
        with database.transaction(force_rollback=True):
            insert(database, self.rows)
            asked = "select * from aurora_proactive_days(%s, %s, %s)"
            return database.execute(asked, [self.organization, first, days]).fetchall()

    def day(self, database: Database, first: dt.date = THURSDAY) -> tuple[str, str, str | None]:
        """State, source and reason of a day."""
        (found,) = self.days(database, first)
        assert self.business().day(first).state == found["state"]
        assert self.business().day(first).reason == found["reason"]
        return found["state"], found["source"], found["reason"]


def noon(day: dt.date = THURSDAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(15), UTC)


def test_an_optional_holiday_makes_the_day_doubtful_and_one_of_the_state_closes_it(database: Database) -> None:
    assert Place().day(database) == ("open", "hours", None)
    assert Place().holiday().day(database) == ("doubtful", "holiday", "Corpus Christi")
    assert Place().holiday(kind="holiday").day(database) == ("closed", "holiday", "Corpus Christi")
    both = Place().holiday().holiday(scope="SP", slug="dia", name="Dia de SP", kind="holiday")
    assert both.day(database) == ("closed", "holiday", "Dia de SP")


def test_of_two_holidays_of_a_kind_the_wider_one_is_named(database: Database) -> None:
    city = {"scope": "3550308", "slug": "a", "name": "A da cidade", "kind": "holiday"}
    state = {"scope": "SP", "slug": "b", "name": "B do estado", "kind": "holiday"}
    assert Place().holiday(**city).day(database)[2] == "A da cidade"
    assert Place().holiday(**city).holiday(**state).day(database)[2] == "B do estado"
    assert Place().holiday(**city).holiday(**state).holiday(kind="holiday").day(database)[2] == "Corpus Christi"


@pytest.mark.parametrize("scope", ["RJ", "3304557"])
def test_a_holiday_of_another_place_is_none(database: Database, scope: str) -> None:
    assert Place().holiday(scope=scope, kind="holiday").day(database) == ("open", "hours", None)


@pytest.mark.parametrize(
    "place", [{"follows_holidays": False}, {"confirmed_at": None}, {"state": None}, None],
    ids=["switched off", "not confirmed", "no state", "nothing said"],
)  # fmt: skip
def test_without_the_switch_or_a_confirmed_place_no_holiday_counts(
    database: Database, place: dict[str, Any] | None
) -> None:
    for said in ("closed", None):
        shop = Place(place).holiday(kind="holiday")
        if said:  # it uses the calendar all the same
            shop.say(said, THURSDAY + dt.timedelta(5))
        assert shop.day(database) == ("open", "hours", None)


@pytest.mark.parametrize(
    ("says", "state"),
    [({"open_holidays": ["corpus-christi"]}, "open"), ({"open_kinds": ["holiday"]}, "open"),
     ({"open_kinds": ["optional"]}, "closed"), ({"open_holidays": ["natal"]}, "closed")],
)  # fmt: skip
def test_a_business_that_opens_on_a_holiday_or_a_kind_says_so(
    database: Database, says: dict[str, Any], state: str
) -> None:
    assert Place(says).holiday(kind="holiday").day(database)[0] == state


@pytest.mark.parametrize(("status", "state"), [("pending", "doubtful"), ("cancelled", "closed"), ("no_show", "closed")])
def test_a_live_booking_makes_a_holiday_doubtful(database: Database, status: str, state: str) -> None:
    shop = Place().holiday(kind="holiday")
    shop.booking(noon(), status=status)
    assert shop.day(database) == (state, "holiday", "Corpus Christi")
    before = Place().holiday(kind="holiday")
    before.booking(dt.datetime(2026, 6, 4, 2, tzinfo=UTC), end_time=noon())  # Wednesday at 23:00
    assert before.day(database)[0] == "closed"


def test_a_booking_does_not_open_what_an_exception_or_a_feed_closed(database: Database) -> None:
    for shop in (Place().say("closed"), Place().feed("closures")):
        shop.booking(noon())
        assert shop.day(database)[0] == "closed"


def test_the_newest_exception_speaks_before_everything_else(database: Database) -> None:
    shop = Place().holiday(kind="holiday").feed("closures").say("closed", days=3)
    assert shop.day(database) == ("closed", "exception", "você marcou")
    assert shop.say("open").day(database) == ("open", "exception", "você marcou")
    assert shop.day(database, THURSDAY + dt.timedelta(1)) == ("closed", "exception", "você marcou")
    shop.say("hours", hours=[["09:00", "11:00"]])
    (day,) = shop.days(database)
    assert (day["state"], day["hours"]) == ("open", [["09:00", "11:00"]])


def test_open_as_usual_on_a_day_without_hours_stays_closed(database: Database) -> None:
    sunday = dt.date(2026, 6, 7)
    assert Place().say("open", sunday).day(database, sunday) == ("closed", "exception", "você marcou")
    assert Place().say("hours", sunday, hours=[["09:00", "10:00"]]).day(database, sunday)[0] == "open"


def test_malformed_hours_of_an_exception_close_the_day_and_are_named(database: Database) -> None:
    for hours in ([["09:00", "08:00"]], "9h", [["09:00", "10:00"], ["11h", "12h"]], 7):
        (day,) = Place().say("hours", hours=hours).days(database)
        assert (day["state"], day["hours"], day["is_malformed"]) == ("closed", [], True)
    (empty,) = Place().say("hours", hours=[]).days(database)
    assert (empty["state"], empty["is_malformed"]) == ("closed", False)
    (weekly,) = Place(business_hours=HOURS | {"thu": [["8h", "18h"]]}).say("closed", dt.date(2026, 7, 1)).days(database)
    assert (weekly["state"], weekly["source"], weekly["is_malformed"]) == ("closed", "hours", True)


def test_only_whole_days_of_a_closures_feed_close(database: Database) -> None:
    hours = {"all_day": False, "first_day": None, "last_day": None, "starts_at": noon(), "ends_at": noon(dt.date.max)}
    assert Place().feed("closures").day(database) == ("closed", "feed", "sua agenda")
    assert Place().feed("closures", **hours).day(database)[0] == "open"
    assert Place().feed("busy").day(database)[0] == "open"
    long = Place().feed("closures", first_day=dt.date(2026, 3, 1), last_day=dt.date(2026, 6, 4))
    assert long.day(database)[0] == "closed"
    assert long.day(database, THURSDAY + dt.timedelta(1))[0] == "open"


def test_a_day_that_the_weekly_hours_close_is_theirs_whatever_else_holds(database: Database) -> None:
    sunday = dt.date(2026, 6, 7)
    assert Place().holiday(day=sunday, kind="holiday").day(database, sunday) == ("closed", "hours", None)


def test_busy_events_take_slots_as_bookings_do_and_count_as_nothing_else(database: Database) -> None:
    events = {"all_day": False, "first_day": None, "last_day": None}
    shop = Place().feed("busy", **events, starts_at=noon(), ends_at=noon() + dt.timedelta(minutes=90))
    facts = shop.facts(database, "opportunities")
    assert (facts["free_slots"], facts["confirmed"]) == (17, 0)  # Thursday from 12:00 to 13:30
    assert shop.facts(database, "low_occupancy")["bookings"] == 0
    assert facts == oracle.opportunities(shop.business())
    whole = Place().feed("busy")
    assert whole.facts(database, "opportunities")["free_slots"] == 9
    assert whole.facts(database, "low_occupancy")["fires"] is False  # open, and nothing to sell


@pytest.mark.parametrize(
    ("shop", "fires"),
    [
        (Place(), True),
        (Place().holiday(), False),
        (Place().holiday(kind="holiday"), False),
        (Place({"open_kinds": ["optional"]}).holiday(), True),
        (Place().say("closed"), False),
        (Place().holiday(kind="holiday").say("open"), True),
        (Place(None).holiday(kind="holiday"), True),
    ],
)
def test_nothing_alarms_about_a_closed_or_doubtful_day(database: Database, shop: Place, fires: bool) -> None:
    facts = shop.facts(database, "low_occupancy")
    assert facts["fires"] is fires
    assert facts == oracle.low_occupancy(shop.business())


@pytest.mark.parametrize(
    ("hours", "booked", "fires"),
    [([["08:00", "13:00"]], 2, True), ([["08:00", "12:00"]], 2, False), ([["08:00", "11:00"]], 1, True),
     ([["08:00", "10:00"]], 1, False), ([["08:00", "10:00"]], 0, True), ([["08:00", "20:00"]], 2, True),
     ([["10:00", "12:00"], ["11:00", "13:00"]], 2, False)],
)  # fmt: skip
def test_a_shortened_day_is_low_below_half_of_its_own_slots(
    database: Database, hours: list[list[str]], booked: int, fires: bool
) -> None:
    shop = Place().say("hours", hours=hours)
    for _ in range(booked):
        shop.booking(noon() - dt.timedelta(hours=4))
    facts = shop.facts(database, "low_occupancy")
    assert facts["fires"] is fires
    assert facts == oracle.low_occupancy(shop.business())


def test_a_full_day_alarms_where_no_calendar_is_used_and_not_where_one_is(database: Database) -> None:
    for place, fires in ((None, True), ({}, False)):
        shop = Place(place)
        shop.booking(noon() - dt.timedelta(hours=10), end_time=noon() + dt.timedelta(hours=12))
        assert shop.facts(database, "low_occupancy")["fires"] is fires


def test_closed_days_that_the_weekly_hours_would_open_are_named_in_opportunities(database: Database) -> None:
    shop = Place().holiday(kind="holiday").say("closed", dt.date(2026, 6, 5), days=3)
    facts = shop.facts(database, "opportunities")
    assert facts["closed"] == [
        {"date": "2026-06-04", "reason": "Corpus Christi"},
        {"date": "2026-06-05", "reason": "você marcou"},
    ]
    assert (facts["fires"], facts["free_slots"], facts["emptiest"]) == (False, 0, None)
    assert Place().feed("closures").facts(database, "opportunities")["closed"][0]["reason"] == "sua agenda"
    doubtful = Place().holiday().facts(database, "opportunities")
    assert "closed" not in doubtful
    assert doubtful["free_slots"] == 18


@pytest.mark.parametrize(
    ("closed", "date", "weekday"),
    [([], None, 4), ([4], "2026-06-11", 4), ([4, 11], "2026-06-18", 4), ([4, 11, 18], None, None), ([11], None, 4)],
)
def test_the_best_moment_names_a_date_where_the_next_such_weekday_is_closed(
    database: Database, closed: list[int], date: str | None, weekday: int | None
) -> None:
    shop = Place()
    for day in closed:
        shop.say("closed", dt.date(2026, 6, day))
    for week in range(1, 4):
        shop.booking(WEDNESDAY, created_at=noon() - dt.timedelta(weeks=week))
    facts = shop.facts(database, "custom_campaign")
    assert (facts.get("best_date"), facts["best_weekday"], facts["best_hour"]) == (date, weekday, 12)
    assert ("best_date" in facts) is (date is not None)


@pytest.mark.parametrize(("switch", "says", "fires"), [(True, "closed", True), (False, "closed", False),
                                                       (False, "open", True)])  # fmt: skip
def test_the_summary_goes_out_on_closed_days_unless_the_business_switched_that_off(
    database: Database, switch: bool, says: str, fires: bool
) -> None:
    shop = Place({"summary_on_closed_days": switch}).say(says, WEDNESDAY.date())
    assert shop.facts(database, "daily_summary")["fires"] is fires
    unused = Place({"summary_on_closed_days": switch, "follows_holidays": False}, business_hours={})
    assert unused.facts(database, "daily_summary")["fires"] is True


@pytest.mark.parametrize(("quiet", "due"), [(False, True), (True, False)])
def test_a_summary_that_the_business_does_not_want_today_is_not_missed(
    database: Database, quiet: bool, due: bool
) -> None:
    shop = Place({"summary_on_closed_days": not quiet}).say("closed", WEDNESDAY.date())
    shop.rows.organizations[0]["created_at"] = shop.rows.owner_numbers[0]["created_at"] = dt.datetime(
        2026, 1, 1, tzinfo=UTC
    )
    evening = WEDNESDAY + dt.timedelta(hours=2)
    with database.transaction(force_rollback=True):
        insert(database, shop.rows)
        database.execute(
            "insert into aurora_proactive_messages (id, status, created_at)"
            " values (gen_random_uuid(), 'sent', '2026-05-01')"
        )
        row = database.execute(
            "select aurora_proactive_anything_due(%s, %s, 'daily_summary', '18:00') as due",
            [evening - dt.timedelta(hours=20), evening],
        ).fetchone()
    assert row == {"due": due}


@pytest.mark.parametrize("type_", BY_HAND)
@pytest.mark.parametrize("day", [THURSDAY, dt.date(2026, 12, 25)])
def test_who_does_not_use_the_calendar_has_the_facts_of_before_on_holidays_too(
    database: Database, type_: str, day: dt.date
) -> None:
    """Whatever stands in the tables: of the nation, of other businesses, of a place that nobody confirmed."""
    now = noon(day - dt.timedelta(1))
    plain = Place(None, now)
    client = plain.client(last_contact_at=now - dt.timedelta(days=40))
    for week in range(1, 7):
        plain.booking(now - dt.timedelta(weeks=week), contact_id=client, status="completed")
    before = plain.facts(database, type_)
    for unconfirmed in ({"confirmed_at": None}, {"follows_holidays": False}):
        plain.rows.places = Place(unconfirmed).rows.places
        plain.rows.places[0]["organization_id"] = plain.organization
        plain.holiday(day=day, kind="holiday").holiday(day=day, scope="SP")
        neighbour = Place().say("closed", day).feed("closures", first_day=day, last_day=day).feed("busy")
        for table in ("exceptions", "feeds", "feed_events"):
            setattr(plain.rows, table, getattr(neighbour.rows, table))
        assert plain.facts(database, type_) == before
        plain.rows.holidays.clear()


def test_days_are_a_year_long_and_in_order(database: Database) -> None:
    shop = Place().holiday(kind="holiday").say("closed", dt.date(2026, 12, 24), days=9).feed("closures")
    days = shop.days(database, dt.date(2026, 6, 1), 365)
    assert [day["day"] for day in days] == [dt.date(2026, 6, 1) + dt.timedelta(n) for n in range(365)]
    assert sum(day["source"] == "exception" for day in days) == 9


def test_an_organisation_that_is_gone_has_no_days(database: Database) -> None:
    gone = Place()
    assert (
        database.execute("select * from aurora_proactive_days(%s, '2026-06-04', 3)", [gone.organization]).rowcount == 0
    )


def test_the_terms_of_campaigns_have_the_calendars_hours_and_the_national_holidays(database: Database) -> None:
    shop = Place().say("hours", hours=[["10:00", "12:00"], ["11:00", "13:00"]]).say("closed", dt.date(2026, 6, 5))
    shop.holiday(day=dt.date(2026, 6, 8), kind="holiday").holiday().holiday(scope="SP", slug="x", kind="holiday")
    with database.transaction(force_rollback=True):
        insert(database, shop.rows)
        database.execute(
            "insert into aurora_proactive_holiday_years (scope, year, days, made_from) values"
            " ('national', 2026, 2, 'test'), ('national', 2027, 0, 'test'), ('SP', 2028, 1, 'test')"
        )
        row = database.execute(
            "select aurora_proactive_campaign_terms(%s, %s, 7) as terms", [shop.organization, WEDNESDAY]
        ).fetchone()
    assert row is not None
    assert row["terms"]["holidays"] == {"days": ["2026-06-08"], "years": [2026]}
    usual = [["08:00", "12:00"], ["13:00", "18:00"]]
    assert row["terms"]["hours"] == {
        "2026-06-03": usual, "2026-06-04": [["10:00", "13:00"]], "2026-06-09": usual,
    }  # fmt: skip


def test_holidays_are_written_as_whole_years_and_leave_others_alone(database: Database) -> None:
    write = "select aurora_proactive_write_holidays(%s, %s, %s) as days"
    day = {"scope": "SP", "slug": "a", "name": "A", "kind": "holiday", "law": None, "source": "x", "checked_on": None}
    years = [{"scope": "SP", "year": 2026, "days": 1, "checked_on": "2026-01-02"}]

    def rows() -> list[tuple[str, str]]:
        found = database.execute("select day::text, scope from aurora_proactive_holidays order by 1, 2").fetchall()
        return [(row["day"], row["scope"]) for row in found]

    with database.transaction(force_rollback=True):
        for made, kept in (("2026-07-09", 1), ("2026-07-10", 1)):
            row = database.execute(write, ["v1", Jsonb(years), Jsonb([day | {"day": made}])]).fetchone()
            assert row == {"days": kept}
        database.execute(write, ["v2", Jsonb([years[0] | {"year": 2027}]), Jsonb([day | {"day": "2027-07-09"}])])
        assert rows() == [("2026-07-10", "SP"), ("2027-07-09", "SP")]
        database.execute(write, ["v2", Jsonb([years[0] | {"days": 0}]), Jsonb([])])
        assert rows() == [("2027-07-09", "SP")]
        for table in CALENDAR:
            assert database.execute(sql.SQL("select from {}").format(sql.Identifier(f"aurora_proactive_{table}")))
