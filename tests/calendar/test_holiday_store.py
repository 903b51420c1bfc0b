"""The holidays in the database: written as whole years, and how many of them are known."""

from __future__ import annotations

import datetime as dt

from proactive.calendar.holiday_list import holiday_list
from proactive.calendar.holiday_store import HolidayState, HolidayStore
from proactive.storage.supabase import Database as Supabase
from tests.support.asking import Database

TODAY = dt.date(2026, 11, 26)


def test_what_is_written_is_known_and_writing_again_changes_nothing(database: Database, supabase: Supabase) -> None:
    store = HolidayStore(supabase)
    database.execute("truncate aurora_proactive_holiday_years, aurora_proactive_holidays")
    assert store.state(TODAY) == HolidayState(None, ())
    years = (2026, 2027, 2028)
    found = holiday_list(years)
    rows = [each.as_row() for each in found.holidays]
    for _ in range(2):
        assert store.write("package 1", found.year_rows(), rows) == len(rows)
        assert store.state(TODAY) == HolidayState("package 1", years)
        kept = database.execute("select count(*) as days from aurora_proactive_holidays").fetchone()
        assert kept == {"days": len(rows)}
    assert store.state(dt.date(2027, 1, 1)) == HolidayState("package 1", (2027, 2028))
    one = [row for row in found.year_rows() if (row["scope"], row["year"]) == ("national", 2027)]
    store.write("package 2", one, [row for row in rows if row["scope"] == "national" and row["day"][:4] == "2027"])
    assert store.state(TODAY) == HolidayState(None, years)


def test_what_years_that_are_over_were_made_from_is_no_matter(database: Database, supabase: Supabase) -> None:
    store = HolidayStore(supabase)
    for origin, year in (("package 1", 2026), ("package 2", 2027), ("package 2", 2028)):
        store.write(origin, [{"scope": "national", "year": year, "days": 1, "checked_on": None}], [])
    assert store.state(TODAY) == HolidayState(None, (2026, 2027, 2028))
    assert store.state(dt.date(2027, 1, 1)) == HolidayState("package 2", (2027, 2028))
