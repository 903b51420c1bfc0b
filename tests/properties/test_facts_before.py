"""Who uses no calendar has the facts of release 0.1.0, whatever holidays there are and whatever others say of theirs.

The functions of that release are put back over the present ones, on the same random businesses, and asked the same.
Hours are well formed: what malformed ones say has changed for everybody (docs/decisions/0086-what-a-day-is.md).
"""

from __future__ import annotations

import datetime as dt
import random
import re
from typing import Any

from psycopg import sql

from proactive.migrations.statements import bare, split
from sandbox.migration import RELEASED
from tests.properties.test_facts_against_oracle import COMPUTED
from tests.support.asking import Database, ask
from tests.support.businesses import CALENDAR, DAYS, ZONES, Case, Maker, insert
from tests.support.calendar_oracle import hours_of
from tests.support.oracle import Row

CASES = 40
_FACTS = re.compile(
    r"create or replace function public\.aurora_proactive_"
    rf"({'|'.join([*COMPUTED, 'intervals', 'openings', 'free_slots', 'free_hours', 'best_moment'])})\("
)


def case(seed: int) -> Case:
    """A business without a calendar, beside one that has one."""
    drawn = random.Random(seed)
    options: Row = {"campaign_type": "promocional", "target_audience": drawn.choice(("inactive", "vip", "all"))}
    maker = Maker(seed, drawn.choice(ZONES), drawn.choice(DAYS), drawn.randrange(1440))
    made = maker.case(drawn.randint(0, 12), options)
    for row in made.rows.organizations:
        row["business_hours"] = _well_formed(row["business_hours"])
    for table in CALENDAR:
        rows: list[Row] = getattr(made.rows, table)
        setattr(made.rows, table, [row for row in rows if row.get("organization_id") not in (None, made.organization)])
    if drawn.random() < 0.5:  # somebody said where it is, and nothing more
        maker.add(
            "places", organization_id=made.organization, state="SP", confirmed_at=made.now, follows_holidays=False,
            summary_on_closed_days=False,
        )  # fmt: skip
    return made


def _well_formed(hours: Any) -> Any:
    if not isinstance(hours, dict):
        return None
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    listed = {day: pairs for day, pairs in hours.items() if day in days and isinstance(pairs, list)}
    return {day: [pair for pair in pairs if hours_of([pair])] for day, pairs in listed.items()}


def test_the_facts_are_those_of_the_first_release(database: Database) -> None:
    before = [each for each in split(RELEASED[0].read_text()) if _FACTS.match(bare(each))]
    assert len(before) == len(COMPUTED) + 5
    made = [case(seed) for seed in range(CASES)]
    with database.transaction(force_rollback=True):
        for each in made:
            for place in each.rows.places:
                _insert_place(database, place)
            each.rows.places = []
            insert(database, each.rows)
        for day in {day + dt.timedelta(n) for day in DAYS for n in range(-1, 6)}:
            database.execute(
                "insert into aurora_proactive_holidays (day, scope, slug, name, kind, source)"
                " values (%s, 'national', 'natal', 'Natal', 'holiday', 'drawn')", [day],
            )  # fmt: skip
        now = [[ask(database, type_, each)["facts"] for type_ in COMPUTED] for each in made]
        for statement in before:
            database.execute(statement.encode())
        then = [[ask(database, type_, each)["facts"] for type_ in COMPUTED] for each in made]
    assert now == then
    assert sum(len(facts["listed"]) for answers in now for facts in answers) > CASES


def _insert_place(database: Database, row: Row) -> None:
    """Insert a place: the rows of one table need not have the same columns here."""
    database.execute(
        sql.SQL("insert into aurora_proactive_places ({}) values ({})").format(
            sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join(map(sql.Placeholder, row))
        ),
        row,
    )
