#!/usr/bin/env python3
"""What the calendar costs the facts of businesses that use none, and of those that use it.

    python bench/calendar_facts.py [--businesses 3000] [--rounds 3]

Starts a stack of its own, where one business in six follows holidays. In turn it puts the functions of release 0.1.0
back and the present ones in their place. Each time it reads every type of 400 businesses without a calendar, on one
connection, and prints the milliseconds that a tenth of the readings stays under: what others do on the machine shows
less there than in the median. At the end it reads businesses with a calendar, and a year of days.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from proactive.message_types.registry import BY_HAND
from proactive.migrations.statements import bare, split
from sandbox.migration import NEXT, RELEASED
from sandbox.stack import LocalStack

_READ = 400
_NOW = dt.datetime(2026, 6, 3, 20, tzinfo=dt.UTC)
_OPTIONS = {"campaign_type": "teste", "target_audience": "all"}
_FUNCTION = re.compile(r"create or replace function public\.aurora_proactive_\w+\(")
_FILL = """
  insert into organizations (id, name, timezone, business_hours)
  select gen_random_uuid(), 'Pet shop', 'America/Sao_Paulo', (
           select jsonb_object_agg(d, '[["08:00", "12:00"], ["13:00", "18:00"]]'::jsonb)
             from unnest('{mon,tue,wed,thu,fri,sat}'::text[]) d)
    from generate_series(1, %(businesses)s);
  insert into owner_numbers (id, organization_id, name, phone)
  select gen_random_uuid(), id, 'Dona', '11999998888' from organizations;
  insert into contacts (id, organization_id, name, phone, last_contact_at, created_at)
  select gen_random_uuid(), o.id, 'Ana', '11999998888', '2026-04-01', '2025-01-01'
    from organizations o cross join generate_series(1, 10);
  insert into bookings (id, organization_id, contact_id, start_time, status, created_at)
  select gen_random_uuid(), c.organization_id, c.id, '2026-06-04 12:00-03'::timestamptz - n * interval '7 days',
         'completed', '2026-01-01'
    from contacts c cross join generate_series(1, 4) n;
  insert into aurora_proactive_places (organization_id, state, confirmed_at, follows_holidays)
  select id, 'SP', now(), true from organizations order by id limit %(businesses)s / 6;
  insert into aurora_proactive_holidays (day, scope, slug, name, kind, source)
  select '2026-01-01'::date + n, 'national', 'd' || n, 'Festa', 'optional', 'bench' from generate_series(1, 300) n;
"""
_ASKED = """
  select o.id, w.id from organizations o join owner_numbers w on w.organization_id = o.id
   where exists (select from aurora_proactive_places p where p.organization_id = o.id) = %s order by o.id limit %s
"""

Connection = psycopg.Connection[Any]


def main() -> int:
    """Fill, and read in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--businesses", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="aurora-", ignore_cleanup_errors=True) as name,
        LocalStack(Path(name)) as stack,
        psycopg.connect(stack.dsn, autocommit=True) as connection,
    ):
        _measure(connection, asked.businesses, asked.rounds)
    return 0


def _measure(connection: Connection, businesses: int, rounds: int) -> None:
    for statement in split(_FILL):
        connection.execute(statement.replace("%(businesses)s", str(businesses)).encode())
    connection.execute("analyze")
    for number in range(1, rounds + 1):
        for name, file in (("before", RELEASED[0]), ("after", NEXT)):
            for statement in filter(lambda each: _FUNCTION.match(bare(each)), split(file.read_text("utf-8"))):
                connection.execute(statement.encode())
            _say(f"round {number}, {name}, without a calendar", _fast(connection, uses=False))
    _say("after, with a calendar", _fast(connection, uses=True))
    begun, (first, _) = time.perf_counter(), connection.execute(_ASKED, [True, 1]).fetchall()[0]
    connection.execute("select * from aurora_proactive_days(%s, '2026-06-01', 365)", [first]).fetchall()
    print(f"a year of days: {1000 * (time.perf_counter() - begun):.0f} ms")


def _fast(connection: Connection, *, uses: bool) -> dict[str, float]:
    """What a tenth of each type's readings stays under, in milliseconds; the first ones, which plan, are left out."""
    asked = connection.execute(_ASKED, [uses, _READ]).fetchall()
    found = dict[str, float]()
    for type_ in BY_HAND:
        statement = f"select public.aurora_proactive_{type_}(%s, %s, gen_random_uuid(), %s, %s)"
        times = list[float]()
        for organization, owner in asked:
            begun = time.perf_counter()
            connection.execute(statement.encode(), (organization, owner, _NOW, Jsonb(_OPTIONS))).fetchone()
            times.append(1000 * (time.perf_counter() - begun))
        found[str(type_)] = statistics.quantiles(times[20:], n=10)[0]
    return found


def _say(what: str, found: dict[str, float]) -> None:
    print(f"{what}: " + ", ".join(f"{type_} {took:.2f}" for type_, took in found.items()), flush=True)


if __name__ == "__main__":
    sys.exit(main())
