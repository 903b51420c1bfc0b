"""Where a business is and which holidays it follows, through the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.support.calendars import add_holiday, ahead, changes_of, open_every_day
from tests.support.world import Business, World
from tests.web.conftest import Client, assert_problem

Connection = psycopg.Connection[dict[str, Any]]


@pytest.fixture
def shop(world: World, database: Connection) -> Business:
    business = world.business()
    open_every_day(database, business.organization)
    return business


@pytest.fixture
def user(as_user: Callable[..., Client], shop: Business) -> Client:
    return as_user(shop)


def state_of(user: Client, days: int) -> str:
    (day,) = user.get(f"/calendar?from={ahead(days)}&to={ahead(days)}").json()["days"]
    return str(day["state"])


def test_a_place_is_confirmed_by_saying_it_and_taken_back(user: Client, shop: Business, database: Connection) -> None:
    body = {"state": "SP", "municipality": 3550308, "followsHolidays": True}
    for _ in range(2):
        view = user.send("PUT", "/calendar/place", body).json()
        assert (view["state"], view["municipality"], view["followsHolidays"]) == ("SP", 3550308, True)
        assert view["proposedState"] is None and view["confirmedAt"] is not None
        assert [day["date"] for day in view["days"]] == [view["today"]]
    view = user.send("PUT", "/calendar/place", {"state": None}).json()
    assert (view["state"], view["municipality"], view["followsHolidays"]) == (None, None, False)
    log = [change[1:] for change in changes_of(database, shop.organization)]
    assert log == [("api", "place_confirmed", "SP"), ("api", "place_removed", "")]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "state"),
        ({"state": "XX"}, "state"),
        ({"state": "sp"}, "state"),
        ({"state": "SP", "municipality": 3304557}, "municipality"),
        ({"state": "SP", "municipality": 3550307}, "municipality"),
        ({"state": "SP", "municipality": 355}, "municipality"),
        ({"state": None, "municipality": 3550308}, "municipality"),
        ({"state": None, "followsHolidays": True}, "followsHolidays"),
    ],
)
def test_a_place_that_is_none_is_refused(
    user: Client, shop: Business, database: Connection, body: dict[str, Any], field: str
) -> None:
    problem = assert_problem(user.send("PUT", "/calendar/place", body), 422)
    assert field in [error["field"] for error in problem["errors"]]
    assert changes_of(database, shop.organization) == []


def test_holidays_are_followed_only_where_a_place_is_confirmed(
    user: Client, shop: Business, database: Connection
) -> None:
    assert_problem(user.send("PATCH", "/calendar", {"followsHolidays": True}), 409)
    user.send("PUT", "/calendar/place", {"state": "SP"})
    add_holiday(database, ahead(50), "dia-de-fechar", "Dia de Fechar")
    assert state_of(user, 50) == "open"
    both = {"followsHolidays": True, "summaryOnClosedDays": False}
    view = user.send("PATCH", "/calendar", both).json()
    assert (view["followsHolidays"], view["summaryOnClosedDays"]) == (True, False)
    assert state_of(user, 50) == "closed"
    assert user.send("PATCH", "/calendar", {}).json()["followsHolidays"] is True
    assert user.send("PATCH", "/calendar", {"followsHolidays": False}).status_code == 200
    assert state_of(user, 50) == "open"
    actions = [change[2] for change in changes_of(database, shop.organization)]
    assert actions == ["place_confirmed", "holidays_followed", "holidays_unfollowed"]


def test_a_business_opens_on_a_holiday_or_a_kind_each_year(user: Client, shop: Business, database: Connection) -> None:
    add_holiday(database, ahead(60), "dia-de-abrir", "Dia de Abrir")
    user.send("PUT", "/calendar/place", {"state": "SP", "followsHolidays": True})
    for what in ("dia-de-abrir", "holiday"):
        assert state_of(user, 60) == "closed"
        assert what in user.send("PUT", f"/calendar/opens-on/{what}").json()["opensOn"]
        assert state_of(user, 60) == "open"
        assert user.send("DELETE", f"/calendar/opens-on/{what}").json()["opensOn"] == []
        assert_problem(user.send("DELETE", f"/calendar/opens-on/{what}"), 404)
    assert_problem(user.send("PUT", "/calendar/opens-on/dia-de-sao-nunca"), 404)
    assert_problem(user.send("PUT", "/calendar/opens-on/Dia%20de%20Abrir"), 422)
