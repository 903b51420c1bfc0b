"""aurora holidays: write the holidays of this and the next two years, or show a state's list for its yearly check."""

from __future__ import annotations

import datetime as dt

import click

from proactive.app import application
from proactive.calendar.holiday import NATIONAL, STATES, Holiday
from proactive.calendar.holiday_list import holiday_list
from proactive.calendar.holiday_store import HolidayStore
from proactive.calendar.keeping import made_from, years_from
from proactive.cli.commands import command, json_option
from proactive.cli.streams import say, say_json
from proactive.cli.tables import table

EXAMPLES = """\
  aurora holidays                       write this and the next two years
  aurora holidays --show SP             this year's list of a state, to be compared with its decree
  aurora holidays --show national --year 2027 --json"""


@command("holidays", EXAMPLES)
@click.option("--show", "scope", type=click.Choice([NATIONAL, *STATES]), metavar="UF",
              help="Print the list of a state (or national), and write nothing.")  # fmt: skip
@click.option("--year", type=click.IntRange(2024, 2100), help="Of this year; else the current one.")
@json_option
def holidays_command(scope: str | None, year: int | None, as_json: bool) -> int:
    """Write the nation's and the states' holidays of this and the next two years into the database.

    The scheduler does it by itself, where some are missing or were made from another version. They are what the package
    `holidays` lists, with our corrections over it (proactive/calendar/corrections.csv).
    """
    today = dt.datetime.now(dt.UTC).date()
    if scope is not None:
        return _show(scope, year or today.year, as_json=as_json)
    if year is not None:
        raise click.UsageError("--year goes with --show: this and the next two years are always written.")
    years = years_from(today)
    listed, origin = holiday_list(years), made_from()
    rows = [each.as_row() for each in listed.holidays]
    written = HolidayStore(application().database).write(origin, listed.year_rows(), rows)
    if as_json:
        say_json({"written": written, "years": list(years), "made_from": origin})
    else:
        say(f"Wrote {written} holidays of {years[0]} to {years[-1]} ({origin}).")
    return 0


def _show(scope: str, year: int, *, as_json: bool) -> int:
    listed = holiday_list([year])
    found, checked = listed.of(scope, year), listed.checks.get((scope, year))
    if as_json:
        say_json({"scope": scope, "year": year, "checked_on": checked and checked.isoformat(),
                  "holidays": [each.as_row() for each in found]})  # fmt: skip
        return 0
    say(table(("day", "kind", "checked"), [_cells(each) for each in found], ("name", "law")))
    say(f"{scope} {year}: " + (f"checked on {checked}." if checked else "not checked yet against its decree."))
    return 0


def _cells(each: Holiday) -> tuple[str, ...]:
    checked = each.checked_on.isoformat() if each.checked_on else "not yet"
    return (each.day.isoformat(), each.kind, checked, each.name, each.law or each.source)
