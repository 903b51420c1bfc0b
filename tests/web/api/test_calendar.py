"""The calendar through the API: days with why, what is said of them by hand, and clear answers to what cannot be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.support.calendars import add_holiday, ahead, changes_of, open_every_day, said_of
from tests.support.world import Business, World
from tests.web.conftest import Client, assert_problem

Connection = psycopg.Connection[dict[str, Any]]


@pytest.fixture
def shop(world: World, database: Connection) -> Business:
    """A business that is open every day."""
    business = world.business()
    open_every_day(database, business.organization)
    return business


@pytest.fixture
def user(as_user: Callable[..., Client], shop: Business) -> Client:
    return as_user(shop)


def put(user: Client, day: dt.date, **body: Any) -> Any:
    answer = user.send("PUT", f"/calendar/days/{day}", body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_year_from_today_is_shown_unless_it_is_asked_otherwise(user: Client, shop: Business) -> None:
    whole = user.get("/calendar").json()
    assert whole["days"][0]["date"] == whole["today"] and len(whole["days"]) == 365
    assert (whole["organizationId"], whole["timezone"]) == (str(shop.organization), "America/Sao_Paulo")
    assert (whole["state"], whole["followsHolidays"], whole["summaryOnClosedDays"]) == (None, False, True)
    assert whole["proposedState"] == "SP"
    part = user.get(f"/calendar?from={ahead(3)}&to={ahead(5)}").json()
    assert [day["date"] for day in part["days"]] == [str(ahead(number)) for number in (3, 4, 5)]
    assert part["days"][0] == {
        "date": str(ahead(3)), "state": "open", "source": "hours", "reason": None, "hours": [["08:00", "18:00"]],
        "holidays": [], "events": [], "exception": None, "bookings": 0, "needsHours": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-12-02&to=2026-12-01", "query.to"),
        ("from=2026-01-01&to=2027-02-05", "query.to"),
        ("from=2027-02-29", "query.from"),
        ("from=0", "query.from"),
        ("from=1780531200", "query.from"),
        ("from=2026-12-01T00:00:00Z", "query.from"),
        ("to=2126-01-01", "query.to"),
        ("since=2026-12-01", "query.since"),
    ],
)
def test_days_that_are_none_or_too_many_are_refused(user: Client, query: str, field: str) -> None:
    problem = assert_problem(user.get(f"/calendar?{query}"), 422)
    assert field in [error["field"] for error in problem["errors"]]


def test_a_day_is_closed_opened_and_given_other_hours_and_taken_back(
    user: Client, shop: Business, database: Connection
) -> None:
    day = ahead(10)
    (closed,) = put(user, day, says="closed", title="Reforma")["days"]
    assert (closed["state"], closed["source"], closed["reason"], closed["hours"]) == (
        "closed", "exception", "você marcou", [],
    )  # fmt: skip
    assert closed["exception"]["title"] == "Reforma"
    assert put(user, day, says="open")["days"][0]["hours"] == [["08:00", "18:00"]]
    hours = [["14:00", "24:00"], ["08:00", "12:00"], ["11:00", "13:00"]]
    (other,) = put(user, day, says="hours", hours=hours)["days"]
    assert other["hours"] == other["exception"]["hours"] == [["08:00", "13:00"], ["14:00", "24:00"]]
    answer = user.send("DELETE", f"/calendar/days/{day}")
    assert answer.json()["days"][0]["exception"] is None and answer.json()["days"][0]["state"] == "open"
    assert said_of(database, shop.organization) == []
    problem = assert_problem(user.send("DELETE", f"/calendar/days/{day}"), 404)
    assert "Nothing was said" in problem["detail"]
    log = changes_of(database, shop.organization)
    assert [change[1:] for change in log] == [
        ("api", action, str(day)) for action in ("day_closed", "day_opened", "day_hours_set", "day_unsaid")
    ]
    assert all(change[0].startswith("user:") for change in log)


def test_a_stretch_is_cut_by_what_is_said_later(user: Client, shop: Business, database: Connection) -> None:
    whole = put(user, ahead(10), says="closed", lastDay=str(ahead(20)))
    assert [day["state"] for day in whole["days"]] == ["closed"] * 11
    put(user, ahead(14), says="hours", hours=[["09:00", "12:00"]], lastDay=str(ahead(15)))
    put(user, ahead(14), says="hours", hours=[["09:00", "12:00"]], lastDay=str(ahead(15)))
    assert [row[:3] for row in said_of(database, shop.organization)] == [
        (ahead(10), ahead(13), "closed"), (ahead(14), ahead(15), "hours"), (ahead(16), ahead(20), "closed"),
    ]  # fmt: skip
    answer = user.send("DELETE", f"/calendar/days/{ahead(13)}?lastDay={ahead(16)}")
    assert [day["state"] for day in answer.json()["days"]] == ["open"] * 4
    assert [row[:2] for row in said_of(database, shop.organization)] == [
        (ahead(10), ahead(12)), (ahead(17), ahead(20)),
    ]  # fmt: skip
    assert len(changes_of(database, shop.organization)) == 3


@pytest.mark.parametrize(
    ("day", "body", "field"),
    [
        (-2, {"says": "closed"}, "date"),
        (-2, {"says": "closed", "lastDay": 5}, "date"),
        (5, {"says": "closed", "lastDay": 4}, "lastDay"),
        (5, {"says": "closed", "lastDay": 371}, "lastDay"),
        (1200, {"says": "closed"}, "date"),
        (5, {"says": "hours"}, "hours"),
        (5, {"says": "hours", "hours": []}, "hours"),
        (5, {"says": "hours", "hours": [["18:00", "09:00"]]}, "hours.0"),
        (5, {"says": "hours", "hours": [["09:00", "12:00"], ["13h", "18h"]]}, "hours.1"),
        (5, {"says": "hours", "hours": [["09:00"]]}, "hours.0"),
        (5, {"says": "hours", "hours": "09:00-12:00"}, "hours"),
        (5, {"says": "closed", "hours": [["09:00", "12:00"]]}, "hours"),
        (5, {"says": "fechado"}, "says"),
        (5, {}, "says"),
        (5, {"says": "closed", "title": "x" * 61}, "title"),
        (5, {"says": "closed", "untilDay": "2026-12-01"}, "untilDay"),
    ],
)
def test_what_cannot_be_said_is_refused_where_it_stands_and_nothing_is_kept(
    user: Client, shop: Business, database: Connection, day: int, body: dict[str, Any], field: str
) -> None:
    if isinstance(body.get("lastDay"), int):
        body = body | {"lastDay": str(ahead(body["lastDay"]))}
    problem = assert_problem(user.send("PUT", f"/calendar/days/{ahead(day)}", body), 422)
    assert field in [error["field"] for error in problem["errors"]]
    assert said_of(database, shop.organization) == [] == changes_of(database, shop.organization)


@pytest.mark.parametrize("day", ["2027-02-29", "2026-13-01", "amanha", "20261201", "2026-12-1", "2026-W49-1"])
def test_a_day_that_there_is_not_is_refused(user: Client, day: str) -> None:
    for answer in (
        user.send("PUT", f"/calendar/days/{day}", {"says": "closed"}),
        user.send("DELETE", f"/calendar/days/{day}"),
    ):
        problem = assert_problem(answer, 422)
        assert "a day that there is, like 2026-11-22" in problem["errors"][0]["detail"]
        assert day not in str(problem["errors"])


def test_what_is_over_is_not_taken_back(user: Client, shop: Business, database: Connection) -> None:
    database.execute(
        "insert into aurora_proactive_exceptions (organization_id, first_day, last_day, says) values"
        " (%s, %s, %s, 'closed')",
        [shop.organization, ahead(-5), ahead(5)],
    )
    assert_problem(user.send("DELETE", f"/calendar/days/{ahead(-3)}"), 422)
    assert user.send("DELETE", f"/calendar/days/{ahead(2)}?lastDay={ahead(9)}").status_code == 200
    assert [row[:2] for row in said_of(database, shop.organization)] == [(ahead(-5), ahead(1))]


def test_a_day_that_was_said_to_be_open_and_has_no_hours_asks_for_them(
    user: Client, shop: Business, database: Connection
) -> None:
    open_every_day(database, shop.organization, **{name: [] for name in ("mon", "tue", "wed", "thu", "fri")})
    day = next(ahead(number) for number in range(2, 9) if ahead(number).weekday() == 0)
    (found,) = put(user, day, says="open")["days"]
    assert (found["state"], found["needsHours"]) == ("closed", True)
    (found,) = put(user, day, says="hours", hours=[["09:00", "13:00"]])["days"]
    assert (found["state"], found["needsHours"]) == ("open", False)


def test_no_fact_of_one_business_reaches_another(
    user: Client, shop: Business, as_user: Callable[..., Client], world: World, database: Connection
) -> None:
    other = world.business()
    open_every_day(database, other.organization)
    put(user, ahead(10), says="closed")
    theirs = as_user(other).get(f"/calendar?from={ahead(10)}&to={ahead(10)}").json()
    assert theirs["days"][0]["state"] == "open"
    assert_problem(as_user(other).send("DELETE", f"/calendar/days/{ahead(10)}"), 404)
    named = {"says": "closed", "organizationId": str(shop.organization)}
    assert_problem(as_user(other).send("PUT", f"/calendar/days/{ahead(11)}", named), 403)
    assert [row[0] for row in said_of(database, shop.organization)] == [ahead(10)]


def test_weekdays_whose_hours_cannot_be_read_are_named(user: Client, shop: Business, database: Connection) -> None:
    open_every_day(database, shop.organization, sat=[["08:00", "24:01"]])
    whole = user.get(f"/calendar?from={ahead(2)}&to={ahead(8)}").json()
    assert whole["malformedWeekdays"] == ["sat"]
    assert [day["source"] for day in whole["days"] if day["state"] == "closed"] == ["malformed_hours"]


def test_a_holiday_is_told_with_its_law_and_whether_somebody_checked_it(
    user: Client, shop: Business, database: Connection
) -> None:
    add_holiday(database, ahead(40), "dia-nosso", "Dia Nosso", scope="SP", kind="optional")
    user.send("PUT", "/calendar/place", {"state": "SP", "followsHolidays": True})
    (day,) = user.get(f"/calendar?from={ahead(40)}&to={ahead(40)}").json()["days"]
    assert (day["state"], day["source"], day["reason"]) == ("doubtful", "holiday", "Dia Nosso")
    assert day["holidays"] == [
        {"slug": "dia-nosso", "name": "Dia Nosso", "scope": "SP", "kind": "optional", "law": "Lei 1",
         "checkedOn": None, "opens": False},
    ]  # fmt: skip
    assert day["hours"] == [["08:00", "18:00"]]
